"""A desk in a folder of its own, run as its operator would: through the command line, in processes of their own.

Where nothing is asked of the environment, these are forks of one that is warm (`support/warm.py`).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from support.warm import Forked, warm

from syndicator.translation.models import install_carried

ROOT = Path(__file__).parents[2]
GUARDED = ROOT / "tests" / "support" / "guarded"
COMMAND = [sys.executable, "-c", "from syndicator.cli import main; main()"]
Process = subprocess.Popen[str] | Forked
LONGEST_S = 240
"""What a command may take before a test gives it up."""
LOOPBACK = '[network]\nallow_private = ["127.0.0.0/8"]\n'


def environment(**more: str) -> dict[str, str]:
    """Return the environment for our processes: watched by `offline`, and without the tester's own settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("SYNDICATOR_", "PYTEST_"))}
    ours = {
        "PYTHONPATH": f"{GUARDED}{os.pathsep}{ROOT}",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
        "SYNDICATOR_LOG__FORMAT": "console",  # what tests look for in logs
    }
    return kept | ours | more


def wait_until(condition: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait for a condition, looking often; raise TimeoutError when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not true after {seconds} s")
        time.sleep(0.05)


@cache
def _models() -> tempfile.TemporaryDirectory[str]:
    """Return a models directory in which the carried ones are installed; once for all tests, not to be changed."""
    folder = tempfile.TemporaryDirectory(prefix="syndicator-models-")
    for package in (ROOT / "models").glob("*.argosmodel"):
        (Path(folder.name) / package.name).symlink_to(package)
    install_carried(Path(folder.name))
    return folder


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with config, inbox, models (the carried ones, by link), store and feeds."""

    folder: Path

    @classmethod
    def make(
        cls,
        folder: Path,
        sources: str = "",
        *,
        head: str = 'languages = ["en", "ru"]\n',
        has_installed: bool = True,
    ) -> "Desk":
        """Write the config: `head`, then tables that suit a test, then the sources (TOML).

        The models are installed as the first command that needs them would do it, unless `has_installed` is false.
        """
        desk = cls(folder)
        (folder / "config" / "inbox").mkdir(parents=True)
        (folder / "models").mkdir()
        for package in (ROOT / "models").glob("*.argosmodel"):
            (folder / "models" / package.name).symlink_to(package)
        if has_installed:
            shutil.copytree(Path(_models().name) / "installed", folder / "models" / "installed")
        desk.write_config(sources, head=head)
        return desk

    def write_config(self, sources: str, *, head: str = 'languages = ["en", "ru"]\n') -> None:
        """Replace the config."""
        tables = f'[publisher]\nname = "Test Desk"\nid_authority = "desk.example"\n{LOOPBACK}'
        self.config.write_text(head + tables + sources, encoding="utf-8")

    @property
    def config(self) -> Path:
        """Return the config file."""
        return self.folder / "config" / "syndicator.toml"

    @property
    def inbox(self) -> Path:
        """Return the folder that tests drop files into."""
        return self.folder / "config" / "inbox"

    @property
    def feeds(self) -> Path:
        """Return the folder of the editions."""
        return self.folder / "feeds"

    def drop(self, name: str, text: str | bytes, *, age_seconds: float = 60) -> Path:
        """Put a file into the inbox, as if it had been there for a while."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        moment = time.time() - age_seconds
        os.utime(path, (moment, moment))
        return path

    def command(self, *words: str, before: Sequence[str] = ()) -> list[str]:
        """Return the command line of a command, with `before` in front of it."""
        return [*before, *COMMAND, *words, "--config", str(self.config)]

    def call(
        self, *words: str, code: int = 0, before: Sequence[str] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and expect its exit code."""
        done = self.tried(*words, before=before, **variables)
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def tried(self, *words: str, before: Sequence[str] = (), **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command, whatever comes of it."""
        if before or variables:
            return subprocess.run(
                self.command(*words, before=before),
                capture_output=True,
                text=True,
                cwd=self.folder,
                env=environment(**variables),
                timeout=LONGEST_S,
                check=False,
            )
        return self._forked(words)

    def _forked(self, words: Sequence[str]) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as folder:
            out, told = Path(folder) / "out", Path(folder) / "told"
            process = self._fork(words, out=out, told=told)
            try:
                code = process.wait(LONGEST_S)
            finally:
                process.kill()
            return subprocess.CompletedProcess(
                words, code, out.read_text(encoding="utf-8"), told.read_text(encoding="utf-8")
            )

    def _fork(self, words: Sequence[str], *, out: Path, told: Path) -> Forked:
        line = [*words, "--config", str(self.config)]
        return warm(tuple(environment().items())).start(line, cwd=self.folder, out=out, told=told)

    def json(self, *words: str) -> Any:  # noqa: ANN401
        """Run a command with `--json` and return what it printed."""
        return json.loads(self.call(*words, "--json").stdout)

    def start(self, *words: str, **variables: str) -> Process:
        """Start a command in the background; its log goes to `log` in the desk's folder."""
        path = self.folder / "log"
        path.touch()
        if not variables:
            return self._fork(words, out=path, told=path)
        with path.open("a") as log:
            return subprocess.Popen(
                self.command(*words), stdout=log, stderr=log, text=True, cwd=self.folder, env=environment(**variables)
            )

    def log(self) -> str:
        """Return what background commands have logged so far."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        """Return every file of the editions by its path."""
        return {
            str(path.relative_to(self.feeds)): path.read_bytes() for path in self.feeds.rglob("*") if path.is_file()
        }


def stop(process: Process, *, by: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
    """Send a signal and return the exit code."""
    process.send_signal(by)
    return process.wait(seconds)
