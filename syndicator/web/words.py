"""Find words again in whatever form they stand: Russian by the dictionary, other languages by their stems.

A text and a question are turned into the same keys. A Russian word has the dictionary form of each word that it can be
(`стали`: `сталь` and `стать`), so that `дня` finds `день`; a word of another language its stem (Snowball). Letters are
told apart by neither case nor ё.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import local
from types import MappingProxyType
from typing import TYPE_CHECKING

from syndicator.model import primary

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

VERSION = 1
"""One more each time that texts get other keys: then all are indexed anew."""
_WORD = re.compile(r"[^\W_]+(?:\u00ad[^\W_]+)*")
_CYRILLIC = re.compile(r"[а-яё]")
_LONGEST = 64
"""Letters of a key; what is longer is no word, and is found by how it begins."""
_MOST_READINGS = 3
_STEMMERS = MappingProxyType(
    {
        "da": "danish",
        "de": "german",
        "en": "english",
        "es": "spanish",
        "fi": "finnish",
        "fr": "french",
        "hu": "hungarian",
        "it": "italian",
        "nl": "dutch",
        "no": "norwegian",
        "pt": "portuguese",
        "ro": "romanian",
        "sv": "swedish",
        "tr": "turkish",
    }
)
_OWN = local()
"""A stemmer holds the word that it works on, so each thread has its own."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands in a text, with the keys that it is found by."""

    start: int
    end: int
    keys: tuple[str, ...]


def words_of(text: str, language: str) -> Iterator[Word]:
    """Yield the words of a text in a language; a word in Cyrillic letters is taken for Russian in any."""
    for found in _WORD.finditer(text):
        yield Word(found.start(), found.end(), keys_of(found[0], primary(language)))


@lru_cache(maxsize=1 << 16)
def keys_of(word: str, language: str) -> tuple[str, ...]:
    """Return what a word is found by, never nothing; thread-safe."""
    folded = unicodedata.normalize("NFKC", word.replace("\u00ad", "")).casefold()[:_LONGEST]
    if _CYRILLIC.search(folded) and language in {"ru", *_STEMMERS}:
        return _russian(folded)
    return (_folded(_stem(folded, _STEMMERS.get(language, "english"))) if folded.isalpha() else folded,)


def _russian(word: str) -> tuple[str, ...]:
    # With the store, these 30 MB are loaded when somebody first searches.
    from syndicator.translation.morphology import morph  # noqa: PLC0415

    forms = dict.fromkeys(_folded(one.normal_form) for one in morph().parse(word)[:_MOST_READINGS])
    return tuple(form for form in forms if _WORD.fullmatch(form)) or (_folded(word),)


def _folded(word: str) -> str:
    return word.replace("ё", "е")


def _stem(word: str, algorithm: str) -> str:
    stemmers = _OWN.__dict__.setdefault("stemmers", {})
    if algorithm not in stemmers:
        stemmers[algorithm] = _stemmer_class(algorithm)()
    return str(stemmers[algorithm].stemWord(word))


@cache
def _stemmer_class(algorithm: str) -> "type[BaseStemmer]":
    import snowballstemmer  # noqa: PLC0415 - only where somebody searches

    return type(snowballstemmer.stemmer(algorithm))
