"""Find persons in an English article: those of the table, Russians by their surnames, and common first names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from syndicator.translation.names.cyrillic import RUSSIAN_SURNAME, to_cyrillic
from syndicator.translation.names.folding import plain
from syndicator.translation.names.index import Index, Listed
from syndicator.translation.names.persons import NamePart, Person, Role
from syndicator.translation.names.reading import Token, runs, whole_at

_NO_SURNAMES = frozenset(
    {"airport", "avenue", "award", "bay", "bridge", "city", "college", "county", "court", "cup", "day", "falls", "hall"}
    | {"hospital", "house", "institute", "island", "islands", "lake", "park", "prize", "river", "school", "square"}
    | {"street", "trophy", "university"}
)
"""What follows a first name that is the name of something else."""


def find_in_english(segments: Sequence[str], index: Index) -> dict[str, tuple[Person, ...]]:
    """Return the persons of each segment that names any whose spelling can be told, in the segment's order."""
    persons = {segment: tuple(_persons(segment, index)) for segment in segments}
    known = {
        plain(part.nominative): part
        for found in persons.values()
        for person in found
        for part in person.parts
        if part.role == Role.LAST
    }
    found = {segment: (*persons[segment], *_alone(segment, persons[segment], known)) for segment in persons}
    return {segment: one for segment, one in found.items() if one}


def _persons(segment: str, index: Index) -> Iterator[Person]:
    done = 0
    for run in runs(segment):
        for n, token in enumerate(run):
            if token.start < done or token.is_initial:
                continue
            if found := whole_at(segment, token, index, plain):
                whole, done = found
                yield Person(
                    parts=(
                        NamePart(
                            start=token.start,
                            end=done,
                            role=Role.WHOLE,
                            nominative=segment[token.start : done],
                            is_female=whole.entry.is_female,
                            rendering=whole.entry.ru[0],
                        ),
                    )
                )
                continue
            # A middle initial is passed over: John F. Kennedy.
            following = [other for other in run[n + 1 : n + 3] if not other.is_initial]
            parts = list(_parts(token, following[0] if following else None, index))
            if parts:
                yield Person(parts=tuple(parts))
                done = parts[-1].end


def _parts(token: Token, following: Token | None, index: Index) -> Iterator[NamePart]:
    """Yield the parts of the name that a token begins."""
    firsts = index.first.get(plain(token.text), ())
    lasts = index.last.get(plain(following.text), ()) if following else ()
    if following and (pair := _pair(firsts, lasts)):
        first, last = pair
        yield _part(token, Role.FIRST, first)
        yield _part(following, Role.LAST, last)
        return
    names = [first for first in firsts if first.entry.part == "first"]
    if following and names and plain(following.text) not in _NO_SURNAMES:
        russian = next((first for first in names if first.is_russian), None)
        surname = _russian_surname(following, russian) if russian else None
        first = russian if russian and surname else next((one for one in names if not one.is_russian), names[0])
        yield _part(token, Role.FIRST, first)
        if surname:
            yield surname
        elif lasts:
            yield _part(following, Role.LAST, lasts[0])
        return
    if alone := index.last.get(plain(token.text)):
        yield _part(token, Role.LAST, alone[0])


def _pair(firsts: Sequence[Listed], lasts: Sequence[Listed]) -> tuple[Listed, Listed] | None:
    """Return both names as the table has them for one person."""
    return next(((first, last) for last in lasts for first in firsts if first.entry is last.entry), None)


def _russian_surname(token: Token, first: Listed) -> NamePart | None:
    if not RUSSIAN_SURNAME.fullmatch(token.text):
        return None
    rendering = to_cyrillic(token.text, is_female=first.is_female)
    if not rendering:
        return None
    return NamePart(
        start=token.start,
        end=token.end,
        role=Role.LAST,
        nominative=token.text,
        is_female=first.is_female,
        rendering=rendering,
    )


def _part(token: Token, role: Role, listed: Listed) -> NamePart:
    return NamePart(
        start=token.start,
        end=token.end,
        role=role,
        nominative=token.text,
        is_female=listed.is_female,
        rendering=listed.rendering,
    )


def _alone(segment: str, persons: Sequence[Person], known: Mapping[str, NamePart]) -> Iterator[Person]:
    """Yield the last names that stand alone and belong to somebody who is named in full elsewhere in the article."""
    taken = {part.start for person in persons for part in person.parts}
    for run in runs(segment) if known else ():
        for token in run:
            part = known.get(plain(token.text))
            if part and token.start not in taken:
                yield Person(parts=(replace(part, start=token.start, end=token.end),))
