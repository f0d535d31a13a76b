"""What a term is. Knows no grammar and no files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syndicator.model import primary


class Kind(StrEnum):
    """What a term is, which decides how strictly it is matched."""

    TERM = "term"
    """A common expression: matched in singular and plural, and its rendering takes either number."""
    BODY = "body"
    """The official name of a body, or its abbreviation."""
    NAME = "name"
    """Another proper name."""
    KEEP = "keep"
    """Never translated: it stands in every language, letter for letter."""
    IGNORE = "ignore"
    """Left to the engine: a term of the same wording that the package carries is not looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing and what it is called."""

    wordings: Mapping[str, tuple[str, ...]]
    """By language tag, never empty. The first is the agreed one; further ones are recognised, and replaced by it."""
    kind: Kind = Kind.TERM
    note: str = ""
    place: str = field(default="", compare=False)
    """Where it was read: `terms.csv:12`."""

    def wordings_in(self, language: str) -> tuple[str, ...]:
        """Return the wordings under a language tag, else under another tag of the same language, else none."""
        if language in self.wordings:
            return self.wordings[language]
        return next((texts for tag, texts in self.wordings.items() if primary(tag) == primary(language)), ())
