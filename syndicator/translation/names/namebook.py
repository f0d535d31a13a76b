"""Hold the names of persons: a transliteration standard and the tables of exceptions."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from syndicator.model import Rendering
from syndicator.translation.edits import Edit
from syndicator.translation.names.declension import decline
from syndicator.translation.names.english import find_in_english
from syndicator.translation.names.folding import plain, same
from syndicator.translation.names.index import Index, english_index, russian_index
from syndicator.translation.names.persons import NamePart, Person, Role
from syndicator.translation.names.russian import find_in_russian
from syndicator.translation.names.spelling import Spelling, spell_all
from syndicator.translation.names.table import Entry, carried, read_own
from syndicator.translation.names.transliteration import to_latin


@dataclass(frozen=True, kw_only=True)
class NameBook:
    """How the names of persons are spelled. Immutable; may be shared by threads."""

    standard: str
    """One of `transliteration.STANDARDS`, for Russian names in English."""
    entries: tuple[Entry, ...]
    """The desk's own first: they outrank the others."""

    @classmethod
    def load(cls, own: Path | None, standard: str) -> "NameBook":
        """Return the book of a desk: its own table, if it has one, over the carried one.

        A table is a CSV file with the columns `ru` and `en` and, if wished, `part`, `gender` and `origin` as in
        `names.csv`. Raises `ConfigError`, naming every line that can't be used.
        """
        mine = read_own(own) if own else ()
        return cls(standard=standard, entries=(*mine, *_not_in(mine, carried())))

    @cached_property
    def digest(self) -> str:
        """Return a SHA-256 in hexadecimal over all that decides on spellings."""
        content = [self.standard, [asdict(entry) for entry in self.entries]]
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def find_persons(self, segments: Sequence[str], language: str) -> dict[str, tuple[Person, ...]]:
        """Return the persons whom an article names and whose spelling can be told, by segment; only segments with any.

        All segments of an article belong together: a last name alone is told by the full name in another. `language` is
        a primary subtag; of other languages than Russian and English nothing is found.
        """
        if language == "ru":
            return find_in_russian(segments, self._russian)
        return find_in_english(segments, self._english) if language == "en" else {}

    def spell(
        self, segment: str, persons: Sequence[Person], rendering: Rendering, *, from_language: str, to_language: str
    ) -> tuple[list[Edit], list[str]]:
        """Return the edits that give the names in a rendering their agreed spelling, and doubts in words.

        In Russian a name takes the case of the words that it replaces. What can't be told stays; there is a doubt where
        a name is nowhere in the rendering in its agreed spelling.
        """
        if {from_language, to_language} != {"ru", "en"}:
            return [], []
        spellings = [
            Spelling(
                part=part,
                forms=tuple(dict.fromkeys(self._forms(part, to_language))),
                person=number,
                cases=self._cases(part) if to_language == "ru" else (),
            )
            for number, person in enumerate(persons)
            for part in person.parts
        ]
        edits, missing = spell_all(segment, spellings, rendering)
        return edits, [f"name may be wrong: {name}" for name in missing]

    @cached_property
    def _russian(self) -> Index:
        return russian_index(self.entries, self.standard)

    @cached_property
    def _english(self) -> Index:
        return english_index(self.entries)

    def _forms(self, part: NamePart, to_language: str) -> Iterator[str]:
        if to_language == "en":
            yield part.rendering or to_latin(part.nominative, self.standard)
            return
        words, declined = _declined(part)
        yield " ".join(words)
        for forms in zip(*declined, strict=True):
            # Башара Асада, but Пан Ги Муна.
            yield " ".join(forms)
            yield " ".join([*words[:-1], forms[-1]])

    def _cases(self, part: NamePart) -> tuple[str, ...]:
        """Return the six forms of a part in Russian; none where all its words may decline or the last alone."""
        words, declined = _declined(part)
        is_certain = all(forms[0] == forms[1] for forms in declined[:-1])
        return tuple(" ".join([*words[:-1], form]) for form in declined[-1]) if is_certain else ()


def _declined(part: NamePart) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the words of a part in Russian, and the six forms of each."""
    words = (part.rendering or part.nominative).split()
    is_surname = part.role != Role.FIRST
    return words, [
        decline(word, is_female=part.is_female, is_surname=is_surname) if word[0].isupper() else (word,) * 6
        for word in words
    ]


def _not_in(own: Sequence[Entry], others: Sequence[Entry]) -> Iterator[Entry]:
    """Yield the entries that no entry of the desk's own speaks of: none with the same name or last name."""
    ru = {same(name.split()[-1]) for entry in own for name in entry.ru}
    en = {plain(name.split()[-1]) for entry in own for name in entry.en}
    for entry in others:
        if all(same(name.split()[-1]) not in ru for name in entry.ru) and all(
            plain(name.split()[-1]) not in en for name in entry.en
        ):
            yield entry
