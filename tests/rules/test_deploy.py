"""What we are deployed with: units, image, compose file are what their programs take, and as tight as they say."""

import json
import re
import subprocess
import sys
from pathlib import Path

import fastjsonschema
import pytest
import yaml  # type: ignore[import-untyped]
from support.programs import program

from syndicator.config import load

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = ("syndicator.service", "syndicator-worker@.service")
MOST_EXPOSED = 15
"""Tenths: systemd-analyze says 1.4 of 10, "OK"; a unit that says nothing has 9.6, "UNSAFE"."""


def settings(unit: str) -> dict[str, list[str]]:
    """Return what a unit sets, by key."""
    found: dict[str, list[str]] = {}
    for line in (DEPLOY / unit).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


@pytest.fixture
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of a unit that starts the program that is tested; of a template an instance."""
    text = (DEPLOY / request.param).read_text(encoding="utf-8")
    here = tmp_path / "bin"
    here.mkdir()
    (here / "syndicator").symlink_to(sys.executable)
    path = tmp_path / request.param.replace("@", "@1")
    path.write_text(text.replace("/opt/syndicator/.venv/bin", str(here)), encoding="utf-8")
    return path


@pytest.mark.parametrize("unit", UNITS, indirect=True)
def test_systemd_takes_the_units(unit: Path) -> None:
    """It knows every section, key and value, and finds the program."""
    analyze = program("systemd-analyze", "systemd")
    done = subprocess.run([analyze, "verify", "--man=no", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "")


@pytest.mark.parametrize("unit", UNITS, indirect=True)
def test_the_units_are_confined(unit: Path) -> None:
    """What is left to them in case of a break-in stays below the mark."""
    analyze = program("systemd-analyze", "systemd")
    done = subprocess.run(
        [analyze, "security", "--offline=true", f"--threshold={MOST_EXPOSED}", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-300:]


def test_a_worker_is_confined_as_the_daemon_is() -> None:
    """The units differ in what they start and are called alone."""
    daemon, worker = map(settings, UNITS)
    assert {key for key in daemon | worker if daemon.get(key) != worker.get(key)} == {"Description", "ExecStart"}


def test_the_unit_leaves_room_for_the_engine() -> None:
    """The engine compiles its arithmetic, and the translating process limits itself; both must be allowed."""
    found = settings(UNITS[0])
    assert "MemoryDenyWriteExecute" not in found
    assert "@resources" not in " ".join(found["SystemCallFilter"])
    assert found["Type"] == ["notify"]
    assert "LC_ALL=C.UTF-8" in found["Environment"][0]


def test_the_configuration_of_a_service_is_right() -> None:
    """It loads, and all that is written goes below the folder that the unit and the container leave open."""
    found = load(DEPLOY / "syndicator.toml")
    state = "/var/lib/syndicator/"
    places = [found.feeds.directory, found.models.directory, found.web.token, *(one.inbox for one in found.sources)]
    assert all(str(place).startswith(state) for place in places)
    assert found.database.url.startswith(f"sqlite:///{state}")
    assert found.metrics.address == ("127.0.0.1", 9464)


def test_compose_is_as_the_specification_has_it() -> None:
    """By its JSON schema (Apache-2.0, github.com/compose-spec/compose-spec)."""
    schema = json.loads((ROOT / "tests/conformance/schema/compose-spec.json").read_text(encoding="utf-8"))
    fastjsonschema.compile(schema)(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


def test_compose_runs_a_desk_of_several_processes() -> None:
    """The daemon and two workers on one PostgreSQL, confined, reached from this machine alone, no password written."""
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"]
    assert set(services) == {"daemon", "worker-1", "worker-2", "postgres"}
    for name in ("daemon", "worker-1", "worker-2"):
        one = services[name]
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
        assert one["environment"]["SYNDICATOR_DATABASE__URL"].startswith("postgresql://")
        assert one["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["worker-1"]["command"] == ["worker"]
    ports = [port for one in services.values() for port in one.get("ports", ())]
    assert ports == ["127.0.0.1:8000:8000"]
    given = "${POSTGRES_PASSWORD:?"
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith(given)
    assert f"syndicator:{given}" in services["daemon"]["environment"]["SYNDICATOR_DATABASE__URL"]


def test_the_image_is_built_from_the_lock_and_runs_without_rights() -> None:
    """Every package by its hash, a user that owns nothing of the program, health asked of the process itself."""
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    for step in steps:
        for install in re.findall(r"pip install[^&]*", step):
            assert "--require-hashes" in install or install.split()[-1] == "."
            assert "--no-deps" in install
    last = steps[[n for n, step in enumerate(steps) if step.startswith("FROM")][-1] :]
    assert "USER 10001:10001" in last
    assert any(step.startswith("HEALTHCHECK") and "/healthz" in step for step in last)
    copied = [step.split()[1:-1] for step in steps if step.startswith("COPY") and "--from" not in step]
    for place in (place for places in copied for place in places):
        assert (ROOT / place).exists(), place


def test_the_image_leaves_secrets_and_data_outside() -> None:
    """What git does not know, and what tests alone need, is no part of what is sent to be built."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "data", "feeds", "models/installed", "tests"} <= set(ignored)
