"""A text as the checks see it: read once, looked at by all of them."""

import re
from dataclasses import dataclass

from syndicator.model import primary
from syndicator.translation.check.amounts import Amount, read_amounts
from syndicator.translation.segment import script_of

_WORD = re.compile(r"\d+(?:[\s.,:']\d+)*\w*|\w+(?:'\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One side of a pair: a segment, or its translation."""

    raw: str
    plain: str
    """In small letters, with `е` for `ё` and one kind of apostrophe."""
    language: str
    """Primary subtag."""
    script: str
    words: tuple[str, ...]
    """Of `plain`, in order; `don't` is one, `10 000` too."""
    vocabulary: frozenset[str]
    amounts: tuple[Amount, ...]
    """Its numbers in order; none in a language whose words for them we don't know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A segment and its translation, without what is kept letter for letter."""

    source: Text
    target: Text
    has_kept: bool
    """Something is put back later: what the engine made of it stands in the target and is of no interest."""
    score: float | None


def read(raw: str, language: str) -> Text:
    """Take a text apart."""
    plain = raw.casefold().replace("ё", "е").replace("’", "'")
    words = tuple(_WORD.findall(plain))
    vocabulary = frozenset(words)
    return Text(
        raw=raw,
        plain=plain,
        language=primary(language),
        script=script_of(language),
        words=words,
        vocabulary=vocabulary,
        amounts=read_amounts(raw, plain, vocabulary, language=primary(language)),
    )
