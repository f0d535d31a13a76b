"""Find terms in a text, in any form that they take there. Pure; quick where there is none.

Words are compared from the first two letters on: only what begins like a term is looked at closer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from syndicator.translation.terms.inflection import lemmas, plain
from syndicator.translation.terms.term import Kind, Term

_WORD = re.compile(r"\w+(?:[-'’+]\w*)*\+?")
_POSSESSIVE = re.compile(r"['’]s?$")
_ADDRESS = re.compile(r"://|@|^www\.|\w/\w")
_ARTICLE = "the"
_GAP = 4
"""Characters: between two words of a name stand a space, perhaps with a comma, a dash or a quotation mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way to write a term, cut into words."""

    text: str
    language: str
    words: tuple[str, ...]
    """Without the article that an English name may stand with."""
    term: Term

    def reads(self, words: Sequence[str], *, is_shouting: bool) -> bool:
        """Say whether so many words of a text are this wording in some form."""
        last = len(words) - 1
        return all(
            self._is_form(ours, theirs, is_last=n == last, is_shouting=is_shouting)
            for n, (ours, theirs) in enumerate(zip(self.words, words, strict=True))
        )

    def _is_form(self, ours: str, theirs: str, *, is_last: bool, is_shouting: bool) -> bool:
        if self.term.kind is Kind.KEEP:
            return ours == theirs
        if is_abbreviation(ours):  # `who` is not the WHO, and in a text in capitals nobody can tell
            return _POSSESSIVE.sub("", theirs) == ours and not (is_shouting and ours.isalpha() and ours.isascii())
        if ours[:1].isupper() and theirs[:1].islower() and self.term.kind is not Kind.TERM and ours is self.words[0]:
            return False
        if plain(ours) == plain(theirs):
            return True
        if self.language == "ru":
            return plain(ours)[:2] == plain(theirs)[:2] and not lemmas(ours).isdisjoint(lemmas(theirs))
        bare = _POSSESSIVE.sub("", plain(theirs))
        return bare == plain(ours) or (is_last and self.term.kind is Kind.TERM and bare in plurals(plain(ours)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A term in a segment."""

    start: int
    end: int
    text: str
    agreed: str
    """How it is to be rendered."""
    renderings: tuple[Wording, ...]
    """All wordings of the target language, the agreed one first."""
    is_shouting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Finds the terms of one pair of languages."""

    wordings: Mapping[str, tuple[Wording, ...]]
    """By the first two letters, the longest first."""
    targets: Mapping[int, tuple[Wording, ...]]
    """By `id` of the term: how it is rendered."""

    @classmethod
    def of(cls, terms: Iterable[Term], from_language: str, to_language: str) -> "Finder":
        """Make a finder; of equal wordings the first counts."""
        by_letters: dict[str, list[Wording]] = {}
        targets: dict[int, tuple[Wording, ...]] = {}
        seen: set[str] = set()
        for term in terms:
            sources, renderings = _both(term, from_language, to_language)
            for text in sources if renderings or term.kind is Kind.IGNORE else ():
                wording = cut(text, from_language, term)
                key = plain(" ".join(wording.words)) if not is_abbreviation(text) else text
                if wording.words and key not in seen:
                    seen.add(key)
                    by_letters.setdefault(plain(wording.words[0])[:2], []).append(wording)
                    targets[id(term)] = tuple(cut(one, to_language, term) for one in renderings)
        longest_first = {
            letters: tuple(sorted(some, key=lambda one: -len(one.words))) for letters, some in by_letters.items()
        }
        return cls(wordings=longest_first, targets=targets)

    def find(self, segment: str) -> tuple[Found, ...]:
        """Return the terms of a segment in order; the longest at each place, none overlapping."""
        return tuple(self._search(segment))

    def _search(self, segment: str) -> Iterator[Found]:
        spans = [match.span() for match in _WORD.finditer(segment)]
        words = [segment[start:end] for start, end in spans]
        is_shouting = segment.isupper()
        n = 0
        while n < len(words):
            found = self._at(segment, spans, words, n, is_shouting=is_shouting)
            n += len(found.words) if found else 1
            if found is None or found.term.kind is Kind.IGNORE:
                continue
            start, end = spans[n - len(found.words)][0], spans[n - 1][1]
            text = _POSSESSIVE.sub("", segment[start:end])
            renderings = self.targets[id(found.term)]
            agreed = text if found.term.kind is Kind.KEEP else renderings[0].text
            yield Found(
                start=start,
                end=start + len(text),
                text=text,
                agreed=agreed,
                renderings=renderings,
                is_shouting=is_shouting,
            )

    def _at(
        self, segment: str, spans: Sequence[tuple[int, int]], words: Sequence[str], n: int, *, is_shouting: bool
    ) -> Wording | None:
        """Return the longest wording that begins at the n-th word."""
        for wording in self.wordings.get(plain(words[n])[:2], ()):
            last = n + len(wording.words)
            is_close = last <= len(words) and all(
                spans[m + 1][0] - spans[m][1] <= _GAP and "." not in segment[spans[m][1] : spans[m + 1][0]]
                for m in range(n, last - 1)
            )
            if is_close and wording.reads(words[n:last], is_shouting=is_shouting):
                return None if _is_in_address(segment, *spans[n]) else wording
        return None


def cut(text: str, language: str, term: Term) -> Wording:
    """Cut a wording into words."""
    words = tuple(_WORD.findall(text))
    if language == "en" and len(words) > 1 and words[0].lower() == _ARTICLE:
        words = words[1:]
    return Wording(text=text, language=language, words=words, term=term)


def occurrences(text: str, wording: Wording) -> list[tuple[int, int]]:
    """Return where a wording stands in a text, in any form, without an article before it."""
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [text[start:end] for start, end in spans]
    size = len(wording.words)
    found, n = [], 0
    while n + size <= len(words):
        if wording.reads(words[n : n + size], is_shouting=text.isupper()):
            found.append(
                (spans[n][0], spans[n][0] + len(_POSSESSIVE.sub("", text[spans[n][0] : spans[n + size - 1][1]])))
            )
            n += size
        else:
            n += 1
    return found


def is_abbreviation(word: str) -> bool:
    """Say whether a word is written in capitals as such: `ООН`, `OPEC+`, `УВКБ ООН`."""
    return sum(map(str.isupper, word)) > 1 and not any(map(str.islower, word))


def plurals(word: str) -> tuple[str, ...]:
    """Return how the plural of an English word may be written."""
    if word.endswith("y"):
        return (word + "s", word[:-1] + "ies")
    return (word + "s", word + "es")


def _both(term: Term, from_language: str, to_language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    sources = term.wordings_in(from_language)
    if term.kind in (Kind.KEEP, Kind.IGNORE):
        every = tuple(dict.fromkeys(text for texts in term.wordings.values() for text in texts))
        return sources or every, every
    return sources, term.wordings_in(to_language)


def _is_in_address(segment: str, start: int, end: int) -> bool:
    left = max(segment.rfind(" ", 0, start), segment.rfind("\n", 0, start)) + 1
    right = segment.find(" ", end)
    return _ADDRESS.search(segment[left : right if right >= 0 else len(segment)]) is not None
