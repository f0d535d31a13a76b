"""Find terms in a text, in any form that they take there. Pure; quick where there is none.

What begins like no term costs one look into a table. Only where a Russian word begins like the first word of a term is
the grammar of that term asked for, once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from syndicator.translation.terms import english, inflection
from syndicator.translation.terms.term import Kind, Term
from syndicator.translation.terms.words import Span, Wording, Words, cut, fold, make_wording

_STEADY = (4, 2, 1)
"""How many first letters of a Russian word are the same in all its forms, if it has at least 7, 5 or 1: день, дня."""
_LONG_ENOUGH = (7, 5, 1)
_REMEMBERED = 65_536
"""Words of texts for which it is remembered what begins with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A wording to look for, and how it is to be rendered."""

    term: Term
    source: Wording
    targets: tuple[Wording, ...]
    """All wordings in the other language, the agreed one first; none of a term that is left to the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A term in a segment."""

    start: int
    end: int
    text: str
    """As it stands there."""
    entry: Entry

    @property
    def agreed(self) -> str:
        """Return how it is to be rendered, as the term base has it."""
        if self.entry.term.kind is Kind.KEEP:
            return self.text
        target = self.entry.targets[0]
        return f"the {target.text}" if target.has_article else target.text


class Finder:
    """Finds the terms of one pair of languages. Thread-safe."""

    def __init__(self, terms: Iterable[Term], from_language: str, to_language: str) -> None:
        self._exact: dict[str, list[Entry]] = {}
        """By the first word, folded, in every form."""
        self._alike: dict[str, list[Entry]] = {}
        """By the first letters of the first word, where its forms take a dictionary."""
        self._beginning = lru_cache(maxsize=_REMEMBERED)(self._look_up)
        for entry in _entries(terms, from_language, to_language):
            self._add(entry)

    def find(self, segment: str) -> tuple[Found, ...]:
        """Return the terms of a segment in order, none overlapping: of those that do, the longest."""
        words = cut(segment)
        matches: list[tuple[int, int, Entry]] = []
        for n, word in enumerate(words.raw):
            for entry in self._beginning(word):
                if reads(entry.source, words, n) and not words.is_literal(n, len(entry.source)):
                    matches.append((n, n + len(entry.source), entry))
                    break
        if not matches:
            return ()
        chosen: list[tuple[int, int, Entry]] = []
        for match in sorted(matches, key=lambda one: one[0] - one[1]):
            if all(match[1] <= other[0] or other[1] <= match[0] for other in chosen):
                chosen.append(match)
        chosen.sort(key=lambda one: one[0])
        return tuple(_found(words, match[0], match[2]) for match in chosen if match[2].term.kind is not Kind.IGNORE)

    def _add(self, entry: Entry) -> None:
        first = entry.source.folded[0]
        if _is_declined(entry.source, 0):
            steady = next(count for count, least in zip(_STEADY, _LONG_ENOUGH, strict=True) if len(first) >= least)
            self._alike.setdefault(first[:steady], []).append(entry)
        else:
            for form in forms(entry.source, 0):
                self._exact.setdefault(form, []).append(entry)

    def _look_up(self, word: str) -> tuple[Entry, ...]:
        """Return the entries that may begin with a word, the longest first; of equal ones, the first given."""
        folded = fold(word)
        found = list(self._exact.get(folded, ()))
        for letters in {folded[:count] for count in _STEADY}:
            found += [entry for entry in self._alike.get(letters, ()) if folded in forms(entry.source, 0)]
        return tuple(sorted(found, key=lambda entry: -len(entry.source)))


def reads(wording: Wording, words: Words, first: int) -> bool:
    """Say whether a text from its word `first` on is a wording in some form."""
    size = len(wording)
    if first + size > len(words.raw):
        return False
    start, end = span(wording, words, first)
    if wording.kind is Kind.KEEP:
        return words.text[start:end] == wording.text
    if wording.kind is not Kind.TERM and wording.text[:1].isupper() and not words.text[start].isupper():
        return False
    return (
        all(_is_form(wording, n, words.raw[first + n], is_shouting=words.is_shouting) for n in range(size))
        and all(words.gap(first + n) == wording.gaps[n] for n in range(size - 1))
        and not (wording.kind is Kind.TERM and words.is_joined(first, size))  # a court-martial is no court
    )


def span(wording: Wording, words: Words, first: int) -> Span:
    """Return the range of characters that a wording takes up from the word `first` on."""
    start, end = words.span(first, len(wording))
    if wording.kind is Kind.KEEP:  # with signs that belong to it: .NET, C++
        there = wording.words.spans
        return max(0, start - there[0][0]), end + len(wording.text) - there[-1][1]
    return start, end


def occurrences(wording: Wording, words: Words) -> list[Span]:
    """Return where a wording stands in a text, in any form; not in addresses."""
    found: list[Span] = []
    n = 0
    while n < len(words.raw):
        if reads(wording, words, n) and not words.is_literal(n, len(wording)):
            found.append(span(wording, words, n))
            n += len(wording)
        else:
            n += 1
    return found


def forms(wording: Wording, n: int) -> frozenset[str]:
    """Return what the n-th word of a wording may look like, folded."""
    word = wording.folded[n]
    if _is_declined(wording, n):
        return inflection.phrase(wording.text).forms[n]
    if wording.language == "en" and wording.kind is Kind.TERM:
        return english.forms(word)
    return frozenset({word})


def _is_declined(wording: Wording, n: int) -> bool:
    return wording.language == "ru" and wording.kind is not Kind.KEEP and not wording.abbreviations[n]


def _is_form(wording: Wording, n: int, word: str, *, is_shouting: bool) -> bool:
    if wording.abbreviations[n]:  # `who` is not the WHO
        is_word = is_shouting and len(wording) == 1 and wording.folded[n] in english.AMBIGUOUS
        return word.isupper() and fold(word) == wording.folded[n] and not is_word
    folded = fold(word)
    return folded == wording.folded[n] or folded in forms(wording, n)


def _entries(terms: Iterable[Term], from_language: str, to_language: str) -> Iterator[Entry]:
    for term in terms:
        sources: Sequence[str] = term.wordings_in(from_language)
        targets: Sequence[str] = term.wordings_in(to_language)
        if term.kind is Kind.KEEP:
            sources = targets = tuple({text: None for texts in term.wordings.values() for text in texts})
        elif term.kind is Kind.IGNORE:
            targets = ()
        elif not targets:
            continue
        made = tuple(make_wording(text, to_language, term.kind) for text in targets)
        for text in sources:
            if (source := make_wording(text, from_language, term.kind)).folded:
                yield Entry(term=term, source=source, targets=(source,) if term.kind is Kind.KEEP else made)


def _found(words: Words, first: int, entry: Entry) -> Found:
    start, end = span(entry.source, words, first)
    return Found(start=start, end=end, text=words.text[start:end], entry=entry)
