"""Find persons in a Russian article and tell the nominatives of their names, by agreement and by the article's context.

«Иванова» is a woman in the nominative or a man in the genitive: the first name decides, or a sentence elsewhere that
can mean only one of them. Where nothing decides, the name is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from syndicator.translation.morphology import morph
from syndicator.translation.names.declension import Case, Reading, read_patronymic, read_surname
from syndicator.translation.names.folding import same
from syndicator.translation.names.index import Index, Listed, Whole
from syndicator.translation.names.persons import NamePart, Person, Role
from syndicator.translation.names.reading import Token, runs, whole_at

_INITIAL = "initial"
_PATTERNS: tuple[tuple[str, ...], ...] = (
    (Role.FIRST, Role.PATRONYMIC, Role.LAST),
    (Role.LAST, Role.FIRST, Role.PATRONYMIC),
    (_INITIAL, _INITIAL, Role.LAST),
    (Role.LAST, _INITIAL, _INITIAL),
    (Role.FIRST, Role.LAST),
    (Role.LAST, Role.FIRST),
    (_INITIAL, Role.LAST),
    (Role.LAST, _INITIAL),
    (Role.FIRST, Role.PATRONYMIC),
    (Role.LAST,),
)
"""What may follow what in a name; the first that fits counts."""
_LONGEST = 3
_ONE_ENTRY, _LISTED, _BY_RULE = range(3)
"""Both names are those of one person in the table; the last name is in the table; neither."""
_MAY_BE_FOREIGN = re.compile("[иы]на?$")
"""Surnames that don't tell that a person is Russian: Дарвин."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word of a name in one of its readings."""

    role: str
    is_female: bool
    case: Case
    nominative: str
    rendering: str | None = None
    listed: Listed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A name as a segment has it."""

    options: tuple[Person, ...]
    """All that it may be; no two alike."""
    listed: tuple[Person, ...]
    """Those of the options whose last name is in the table."""
    is_full: bool
    """It tells more than a last name."""
    is_reversed: bool = False
    """The last name comes first."""


def find_in_russian(segments: Sequence[str], index: Index) -> dict[str, tuple[Person, ...]]:
    """Return the persons of each segment that names any whose spelling can be told, in the segment's order."""
    mentions = {segment: list(_mentions(segment, index)) for segment in segments}
    known = {
        _last(mention.options[0])
        for found in mentions.values()
        for mention in found
        if mention.is_full and len({_last(option) for option in mention.options}) == 1
    }
    persons = {
        segment: tuple(person for mention in found if (person := _resolved(mention, known)))
        for segment, found in mentions.items()
    }
    return {segment: found for segment, found in persons.items() if found}


def _resolved(mention: _Mention, known: set[tuple[str, bool]]) -> Person | None:
    """Return the only person that can be meant; None if there are several, or none that has been introduced."""
    options = [option for option in mention.options if _last(option) in known]
    if not options:
        options = list(mention.options if mention.is_full else mention.listed)
    return options[0] if len(options) == 1 else None


def _last(person: Person) -> tuple[str, bool]:
    """Return the last name and the gender, which are what a person is known by in an article."""
    part = next((part for part in person.parts if part.role in {Role.LAST, Role.WHOLE}), person.parts[0])
    return same(part.nominative), part.is_female


def _mentions(segment: str, index: Index) -> Iterator[_Mention]:
    done = 0
    for run in runs(segment):
        for n, token in enumerate(run):
            if token.start < done:
                continue
            if found := whole_at(segment, token, index, same):
                whole, done = found
                yield _whole_mention(token.start, done, whole)
                continue
            mention = _longest(run[n : n + _LONGEST], index)
            following = _longest(run[n + 1 : n + 1 + _LONGEST], index) if mention and mention.is_reversed else None
            # In «Слова Ивана Петрова» the first word is none of the name.
            if mention and not (following and following.is_full and not following.is_reversed and _has_last(following)):
                yield mention
                done = max(part.end for option in mention.options for part in option.parts)


def _has_last(mention: _Mention) -> bool:
    return any(part.role == Role.LAST for option in mention.options for part in option.parts)


def _whole_mention(start: int, end: int, whole: Whole) -> _Mention:
    part = NamePart(
        start=start,
        end=end,
        role=Role.WHOLE,
        nominative=whole.entry.ru[0],
        is_female=whole.entry.is_female,
        rendering=whole.entry.en[0],
    )
    person = Person(parts=(part,))
    return _Mention(options=(person,), listed=(person,), is_full=True)


def _longest(tokens: Sequence[Token], index: Index) -> _Mention | None:
    """Return the longest name that begins with the first of the tokens."""
    for pattern in _PATTERNS:
        is_fit = len(pattern) <= len(tokens) and all(
            (role == _INITIAL) == token.is_initial for role, token in zip(pattern, tokens, strict=False)
        )
        is_reversed = pattern[0] == Role.LAST and len(pattern) > 1
        if not is_fit:
            continue
        readings = [list(_read(token, role, index)) for token, role in zip(tokens, pattern, strict=False)]
        rated = [
            (_rank(words), Person(parts=parts)) for words in product(*readings) if (parts := _parts(words, tokens))
        ]
        if rated and (not is_reversed or _may_be_surname(tokens[0].text)):
            # A person of the table is meant before anybody else of that name.
            best = min(rank for rank, _ in rated)
            chosen = [one for one in rated if best > _ONE_ENTRY or one[0] == best]
            options: dict[tuple[str, bool], Person] = {}
            for _, person in sorted(chosen, key=lambda one: one[0]):
                options.setdefault(_last(person), person)
            listed = {_last(person) for rank, person in chosen if rank <= _LISTED}
            return _Mention(
                options=tuple(options.values()),
                listed=tuple(person for key, person in options.items() if key in listed),
                is_full=len(pattern) > 1,
                is_reversed=is_reversed,
            )
    return None


def _may_be_surname(word: str) -> bool:
    """Say whether the dictionary doesn't know a word, or knows it as a surname: «Слова Ивана» are a man's words."""
    readings = [parse for parse in morph().parse(word) if parse.is_known]
    return not readings or any("Surn" in parse.tag for parse in readings)


def _rank(words: Sequence[_Word]) -> int:
    """Return how sure a reading is; lower is surer."""
    last = next((word.listed for word in words if word.role == Role.LAST), None)
    if not last:
        return _BY_RULE
    return _ONE_ENTRY if sum(1 for word in words if word.listed and word.listed.entry is last.entry) > 1 else _LISTED


def _read(token: Token, role: str, index: Index) -> Iterator[_Word]:
    """Yield what a token may be in that role, in all its cases; what the table has comes first."""
    if role == _INITIAL:
        yield _Word(role=role, is_female=False, case=Case.NOMINATIVE, nominative=token.text)
        return
    if role == Role.PATRONYMIC:
        yield from (_word(role, reading) for reading in read_patronymic(token.text))
        return
    for listed in (index.first if role == Role.FIRST else index.last).get(same(token.text), ()):
        yield _Word(
            role=role,
            is_female=listed.is_female,
            case=listed.case,
            nominative=listed.nominative,
            rendering=listed.rendering,
            listed=listed,
        )
    if role == Role.LAST and "-" not in token.text:
        yield from (_word(role, reading) for reading in read_surname(token.text))


def _word(role: str, reading: Reading) -> _Word:
    return _Word(role=role, is_female=reading.is_female, case=reading.case, nominative=reading.nominative)


def _parts(words: Sequence[_Word], tokens: Sequence[Token]) -> tuple[NamePart, ...] | None:
    """Return the parts of a name whose spelling can be told; None if the words don't belong together."""
    named = [word for word in words if word.role != _INITIAL]
    if len({(word.is_female, word.case) for word in named}) > 1:
        return None
    first = next((word.listed for word in named if word.role == Role.FIRST), None)
    last = next((word for word in named if word.role == Role.LAST), None)
    is_one_entry = bool(first and last and last.listed and last.listed.entry is first.entry)
    if first and not is_one_entry and first.entry.part != "first":
        return None
    if last and not last.listed and not _is_surely_russian(last, first, words):
        return None
    return tuple(
        NamePart(
            start=token.start,
            end=token.end,
            role=Role(word.role),
            nominative=word.nominative,
            is_female=word.is_female,
            rendering=word.rendering,
        )
        for word, token in zip(words, tokens, strict=False)
        if word.role != _INITIAL
        # How a foreigner's first name is written at home can't be told: Джон is John or Jon.
        and (word.role != Role.FIRST or is_one_entry or (first and first.is_russian))
    )


def _is_surely_russian(last: _Word, first: Listed | None, words: Sequence[_Word]) -> bool:
    """Say whether a last name that no table has may be written by the standard for Russian names."""
    if first:
        return first.is_russian
    # With initials the surname itself must tell; alone it must belong to somebody whom the article introduces.
    return len(words) == 1 or not _MAY_BE_FOREIGN.search(last.nominative)
