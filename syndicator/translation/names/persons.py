"""Persons as a text names them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a word is in a name."""

    FIRST = "first"
    PATRONYMIC = "patronymic"
    LAST = "last"
    WHOLE = "whole"
    """Several words that only go together: Xi Jinping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePart:
    """A word of a name, or several that only go together, where a segment has it."""

    start: int
    end: int
    """In the segment: characters [start, end)."""
    role: Role
    nominative: str
    """As the dictionary form is written in the segment's language."""
    is_female: bool
    rendering: str | None = None
    """The nominative in the other language, if a table says so; None: by the standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person whom a segment names, with those parts of the name whose spelling is known."""

    parts: tuple[NamePart, ...]
    """In the segment's order; never empty."""

    @property
    def name(self) -> str:
        """Return the name in the nominative, in the segment's language."""
        return " ".join(part.nominative for part in self.parts)
