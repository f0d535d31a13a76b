"""What a check tells."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """Works, and may not for long, or not as wanted."""
    PROBLEM = "problem"
    """Something can't work, is damaged or lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the examination."""

    subject: str
    level: Level
    text: str
    advice: str | None = None
    """What to do; None where there is nothing to be done."""


def fine(subject: str, text: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(subject=subject, level=Level.OK, text=text)


def warning(subject: str, text: str, advice: str) -> Finding:
    """Return that something needs a look."""
    return Finding(subject=subject, level=Level.WARNING, text=text, advice=advice)


def problem(subject: str, text: str, advice: str) -> Finding:
    """Return that something is broken."""
    return Finding(subject=subject, level=Level.PROBLEM, text=text, advice=advice)
