"""Several commands in one process, where the start of each would take longer than what it does."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from support.desk import Desk, environment

_SCRIPT = """
import json, sys
from typer.testing import CliRunner
from syndicator.cli import app

def run(words):
    done = CliRunner().invoke(app, words)
    error = done.exception if not isinstance(done.exception, SystemExit) else None
    told = f"{type(error).__name__}: {error}" if error else ""
    return done.exit_code, done.stdout, done.stderr + told

print(json.dumps([run(words) for words in json.load(sys.stdin)]))
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command."""

    code: int
    """1 for every error of ours: `main`, which tells them apart, is not run."""
    out: str
    told: str
    """What went to standard error, and the error's class and text."""

    @property
    def json(self) -> Any:  # noqa: ANN401 - what the command printed
        """Return what a command with `--json` printed."""
        assert not self.code, self
        return json.loads(self.out)


def session(desk: Desk, *commands: tuple[str, ...], **variables: str) -> list[Outcome]:
    """Run commands at a desk one after the other; return what came of each."""
    lines = [[*words, "--config", str(desk.config)] for words in commands]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(lines),
        capture_output=True,
        text=True,
        cwd=desk.folder,
        env=environment(**variables),
        timeout=240,
        check=False,
    )
    assert not done.returncode, done.stderr
    return [Outcome(*each) for each in json.loads(done.stdout.splitlines()[-1])]
