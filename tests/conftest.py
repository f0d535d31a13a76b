"""For all tests: no network but loopback, no telemetry; a system program is there or is said to be missing."""

import os
import signal
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest
from support import offline
from support.programs import program

# Run side by side, all processes write to the report of the one that started them, which looks at it in the end.
REPORT = (
    Path(os.environ["OFFLINE_REPORT"])
    if "PYTEST_XDIST_WORKER" in os.environ
    else Path(tempfile.mkdtemp(prefix="syndicator-offline-")) / "report"
)


def pytest_configure() -> None:
    """Watch this process and tell those that it starts where to report."""
    # No time limits, machines are slow at times; on CI the same examples each time, elsewhere new ones.
    hypothesis.settings.register_profile(
        "ours", deadline=None, print_blob=True, derandomize=os.environ.get("CI") == "true"
    )
    hypothesis.settings.load_profile("ours")
    os.environ["OFFLINE_REPORT"] = str(REPORT)
    # Else each of the hundreds of processes that tests start would compile all of us anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    offline.install()
    # Shells start what runs in the background with SIGINT ignored, and so would be what tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if anything, in whatever process, reached beyond this machine."""
    if REPORT.exists():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what it was."""
    if REPORT.exists():
        terminalreporter.section("reached beyond this machine", red=True)
        terminalreporter.write(REPORT.read_text(encoding="utf-8"))


@pytest.fixture
def newsboat() -> str:
    """Return the path of the feed reader newsboat."""
    return program("newsboat")
