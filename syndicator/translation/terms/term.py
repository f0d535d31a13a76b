"""What a term is, and how its wordings are written down. Knows no grammar and no files."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syndicator.model import primary

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))


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


SINGLE = frozenset({Kind.KEEP, Kind.IGNORE})
"""Kinds that one language is enough for."""


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


LONGEST = 1_000
"""Characters in the wordings of a term in one language, all together. More is no term, and no table has room for it."""


def is_too_long(wordings: Mapping[str, tuple[str, ...]]) -> bool:
    """Say whether these can't be the wordings of one term."""
    return any(sum(map(len, texts)) > LONGEST for texts in wordings.values())


def clean(text: str) -> str:
    """Return a text from a file in NFC on one line, without anything invisible in it."""
    shown = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in shown).split())


def clean_language(tag: str) -> str:
    """Return a language tag as we write it: `en`, `pt-BR`; what is none comes back as it is, for `is_language`."""
    first, *rest = tag.strip().replace("_", "-").split("-")
    return "-".join([first.lower(), *rest])


def is_language(tag: str) -> bool:
    """Say whether a text is a language tag (BCP 47)."""
    from syndicator.config_values import LANGUAGE  # noqa: PLC0415 - pydantic, which the engine's process has no use for

    return LANGUAGE.fullmatch(tag) is not None
