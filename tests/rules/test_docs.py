"""The documentation names everything that there is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from support.desk import COMMAND, environment

ROOT = Path(__file__).parents[2]


def test_every_setting_is_documented_as_it_is() -> None:
    """docs/config.md is what `scripts/config-doc` makes of the settings."""
    made = subprocess.run(
        [sys.executable, ROOT / "scripts" / "config-doc"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert (ROOT / "docs" / "config.md").read_text(encoding="utf-8") == made.stdout


def commands() -> list[str]:
    """Return every command as a user types it."""
    from typer.main import get_command  # noqa: PLC0415

    from syndicator.cli import app  # noqa: PLC0415

    top = get_command(app)
    found = []
    for name, command in top.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {one}" for one in inner] if inner else [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented_with_an_example(command: str) -> None:
    """docs/cli.md names the command, and its own help shows how it is called."""
    assert f"`syndicator {command}" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    shown = subprocess.run(
        [*COMMAND, *command.split(), "--help"], capture_output=True, text=True, check=True, env=environment()
    )
    assert "Example" in shown.stdout
    assert "--config" in shown.stdout


def test_every_link_between_documents_leads_somewhere() -> None:
    """No page of ours links to a file that is not there."""
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_exit_codes_are_documented() -> None:
    """The table in docs/cli.md has every code that the program ends with."""
    from syndicator.cli import EXIT_CODES  # noqa: PLC0415

    told = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for code in {0, 1, 2, 130, *(code for _, code in EXIT_CODES)}:
        assert f"| {code} |" in told


def test_licences_are_documented() -> None:
    """docs/licences.md names every package that `requirements.lock` installs on this machine."""
    told = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8").lower()
    lines = re.findall(
        r"^[A-Za-z0-9._-]+==[^\\\n]+", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE
    )
    locked = [Requirement(line) for line in lines]
    assert len(locked) > 50
    installed = {one.name for one in locked if one.marker is None or one.marker.evaluate()}
    assert not {name for name in installed if not re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", told)}
