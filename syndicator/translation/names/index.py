"""Lay the table of names out for looking up: in Russian by any form of a word, in English by its bare letters."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from syndicator.translation.names.declension import Case, decline
from syndicator.translation.names.folding import plain, same
from syndicator.translation.names.table import Entry
from syndicator.translation.names.transliteration import STANDARDS, to_latin

_PAIR = 2
"""Words of a name that is a first and a last name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a word may be, as a table has it."""

    nominative: str
    rendering: str | None
    """In the other language; None: by the standard."""
    is_female: bool
    is_russian: bool
    """A first name of Russia or its neighbours, so that a Russian surname may follow."""
    case: Case = Case.NOMINATIVE
    """In Russian; without meaning in English."""
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A name of several words: for each word, the forms it may have."""

    entry: Entry
    words: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A table in one language."""

    first: dict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[str, list[Whole]] = field(default_factory=lambda: defaultdict(list))
    """By each form of the first word."""


def russian_index(entries: Iterable[Entry], standard: str) -> Index:
    """Return the index for Russian texts; keys are as `same` makes them."""
    index = Index()
    for entry in entries:
        en = entry.en[0] if entry.en and (standard == "bgn" or not entry.is_russian or entry.is_own) else None
        for wording in entry.ru:
            if entry.part == "whole":
                _add_whole(index, entry, [_forms(word, entry) for word in wording.split()])
                continue
            first, last = _ends(wording, entry.part)
            first_en, last_en = _ends(en, entry.part) if en else (None, None)
            if first:
                _add_forms(index.first, first, first_en, entry, is_surname=False)
            if last:
                _add_forms(index.last, last, last_en, entry, is_surname=True)
    return index


def english_index(entries: Iterable[Entry]) -> Index:
    """Return the index for English texts; keys are as `plain` makes them."""
    index = Index()
    for entry in entries:
        ru_first, ru_last = _ends(entry.ru[0], entry.part) if entry.part != "whole" else (None, None)
        for wording in _latin_wordings(entry):
            if entry.part == "whole":
                _add_whole(index, entry, [frozenset({plain(word)}) for word in wording.split()])
                continue
            first, last = _ends(wording, entry.part)
            for words, name, rendering in ((index.first, first, ru_first), (index.last, last, ru_last)):
                if name:
                    words[plain(name)].append(_listed(name, rendering, entry))
    return index


def _latin_wordings(entry: Entry) -> Iterator[str]:
    yield from entry.en
    if entry.part == "first" and entry.is_russian:
        yield from (to_latin(name, standard) for name in entry.ru for standard in STANDARDS)


def _ends(name: str, part: str) -> tuple[str | None, str | None]:
    """Return the first and the last name; middle names are left out."""
    words = name.split()
    if len(words) >= _PAIR and part == "person":
        return words[0], words[-1]
    return (name, None) if part == "first" else (None, name)


def _add_forms(
    words: dict[str, list[Listed]], name: str, rendering: str | None, entry: Entry, *, is_surname: bool
) -> None:
    forms = decline(name, is_female=entry.is_female, is_surname=is_surname)
    for case, form in zip(Case, forms, strict=True):
        words[same(form)].append(_listed(name, rendering, entry, case))


def _listed(name: str, rendering: str | None, entry: Entry, case: Case = Case.NOMINATIVE) -> Listed:
    return Listed(
        nominative=name,
        rendering=rendering,
        is_female=entry.is_female,
        is_russian=entry.is_russian and entry.part == "first",
        case=case,
        entry=entry,
    )


def _forms(word: str, entry: Entry) -> frozenset[str]:
    surname, first = (decline(word, is_female=entry.is_female, is_surname=one) for one in (True, False))
    return frozenset(same(form) for form in (*surname, *first)) if word[0].isupper() else frozenset({same(word)})


def _add_whole(index: Index, entry: Entry, words: Sequence[frozenset[str]]) -> None:
    for form in words[0]:
        index.whole[form].append(Whole(entry=entry, words=tuple(words)))
