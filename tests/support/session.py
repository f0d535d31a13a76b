"""Several commands at a desk, one after the other, whatever comes of them."""

import json
from dataclasses import dataclass
from typing import Any

from support.desk import Desk


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command."""

    code: int
    out: str
    told: str
    """What went to standard error."""

    @property
    def json(self) -> Any:  # noqa: ANN401 - what the command printed
        """Return what a command with `--json` printed."""
        assert not self.code, self
        return json.loads(self.out)


def session(desk: Desk, *commands: tuple[str, ...], **variables: str) -> list[Outcome]:
    """Run commands at a desk one after the other; return what came of each."""
    done = [desk.tried(*words, **variables) for words in commands]
    return [Outcome(one.returncode, one.stdout, one.stderr) for one in done]
