"""Cut texts and wordings into words, and compare them in one spelling. Knows letters and signs, no grammar."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from syndicator.translation.terms.term import Kind

Span = tuple[int, int]

_WORD = re.compile(
    r"(?:[A-Z]\.)+[A-Z](?:\.(?=[\s,;:'’)]))?(?!\w)"  # U.N.; a dot that ends the text ends the sentence
    r"|[\w\u00ad]++\+?"  # OPEC+
)
_QUOTES = re.compile('[«»„“”"]')
_DASHES = re.compile(r"\s*[-‐‑–—]\s*")
_APOSTROPHES = str.maketrans("’ʼ`", "'''")
_LITERAL = re.compile(r"//|@|^#|^www\.|\w\.[a-zа-я]{2}|\w/\w+/", re.IGNORECASE)
_HYPHENS = frozenset("-‐‑")
_REMEMBERED = 16_384
"""Words that need not be folded again."""


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words."""

    text: str
    spans: tuple[Span, ...]
    raw: tuple[str, ...]
    """The words as they stand."""
    is_shouting: bool
    """The text has capitals only, and more than one word."""

    def span(self, first: int, count: int) -> Span:
        """Return the range of characters that some words take up."""
        return self.spans[first][0], self.spans[first + count - 1][1]

    def gap(self, n: int) -> str:
        """Return what stands between word n and the next, as `gap_sign` has it."""
        return gap_sign(self.text[self.spans[n][1] : self.spans[n + 1][0]])

    def is_joined(self, first: int, count: int) -> bool:
        """Say whether words are but a part of a longer one with a hyphen."""
        start, end = self.span(first, count)
        before, after = self.text[max(0, start - 2) : start], self.text[end : end + 2]
        return (len(before) > 1 and before[1] in _HYPHENS and before[0].isalnum()) or (
            len(after) > 1 and after[0] in _HYPHENS and after[1].isalnum()
        )

    def is_literal(self, first: int, count: int) -> bool:
        """Say whether words belong to an address, a handle or a file name."""
        start, end = self.span(first, count)
        while start and not self.text[start - 1].isspace():
            start -= 1
        while end < len(self.text) and not self.text[end].isspace():
            end += 1
        return _LITERAL.search(self.text[start:end].strip("\"'«»“”„()[],;:")) is not None


def cut(text: str) -> Words:
    """Cut a text into words."""
    spans = tuple(match.span() for match in _WORD.finditer(text))
    raw = tuple(text[start:end] for start, end in spans)
    return Words(text, spans, raw, len(raw) > 1 and text.isupper())


@lru_cache(maxsize=_REMEMBERED)
def fold(word: str) -> str:
    """Return a word as it is compared: small letters, е for ё, no soft hyphens, no dots between letters."""
    return word.casefold().replace("ё", "е").replace("\u00ad", "").replace(".", "")


def gap_sign(gap: str) -> str:
    """Return what stands between two words as it is compared: quotation marks don't count, all dashes are one."""
    sign = _DASHES.sub("-", _QUOTES.sub("", gap).translate(_APOSTROPHES))
    return " ".join(sign.split()) or (" " if sign else "")


def is_abbreviation(word: str) -> bool:
    """Say whether a word is written in capitals as such: `ООН`, `OPEC+`, `G20`."""
    return word.isupper() and sum(map(str.isalnum, word)) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to write a term, cut into words."""

    text: str
    """Without the article that an English name is given with."""
    language: str
    """The primary subtag."""
    kind: Kind
    has_article: bool
    """It is given as `the UN`: in running text the article belongs to it."""
    words: Words = field(repr=False, compare=False)
    folded: tuple[str, ...] = field(repr=False, compare=False)
    gaps: tuple[str, ...] = field(repr=False, compare=False)
    abbreviations: tuple[bool, ...] = field(repr=False, compare=False)
    """Which words are."""

    @property
    def is_abbreviation(self) -> bool:
        """Say whether it is written in capitals alone, and so never inflected."""
        return all(self.abbreviations)

    def __len__(self) -> int:
        """Return the number of words."""
        return len(self.folded)


def make_wording(text: str, language: str, kind: Kind) -> Wording:
    """Cut a wording as it stands in a term base."""
    article, _, rest = text.partition(" ")
    has_article = language == "en" and article.lower() == "the" and bool(rest) and kind is not Kind.KEEP
    bare = rest if has_article else text
    words = cut(bare)
    return Wording(
        text=bare,
        language=language,
        kind=kind,
        has_article=has_article,
        words=words,
        folded=tuple(map(fold, words.raw)),
        gaps=tuple(words.gap(n) for n in range(len(words.raw) - 1)),
        abbreviations=tuple(map(is_abbreviation, words.raw)),
    )
