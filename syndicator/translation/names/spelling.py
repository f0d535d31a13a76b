"""Put the agreed spellings of names into a translation, where it is sure which words they belong to."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from syndicator.model import Link, Rendering
from syndicator.translation.edits import Edit
from syndicator.translation.names.agreement import Written, agreed
from syndicator.translation.names.folding import likeness, same
from syndicator.translation.names.persons import NamePart, Role
from syndicator.translation.names.reading import Token, runs

LINKED = 0.6
"""Likeness from which on a word that the links name is taken for a garbled spelling."""
LINKED_IN_TABLE = 0.5
"""The same, where a table says what the spelling is."""
UNLINKED = 0.8
"""Likeness from which on no link is asked for, if just one word is so alike."""
_MOST = 2_500
"""Names times capitalised words that are compared; a list of names is longer, and no word in it can be told."""
_HARD = str.maketrans("июя", "ыуа")
_SOFT_E = re.compile("[её](?=.)")
_SHORTEST_UNLINKED = 5
"""Letters. Short names are alike by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """A part of a name in a segment, and how it is to be spelled."""

    part: NamePart
    forms: tuple[str, ...]
    """All forms that the spelling takes in the target; the first is the nominative."""
    person: int
    """Which of the segment's persons it belongs to."""
    cases: tuple[str, ...] = ()
    """Its six forms in the order of `Case`; empty where it has none, or more than one in a case."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Neighbouring capitalised words of the target."""

    start: int
    end: int
    text: str


def spell_all(source: str, spellings: Sequence[Spelling], rendering: Rendering) -> tuple[list[Edit], list[str]]:
    """Return the edits that give names their agreed spelling, and the names that are neither there nor to be found.

    A place is replaced if it is linked to the name and looks like it, or looks very much like it and nothing else does.
    """
    words = [run for run in runs(rendering.text) if run]
    if len(spellings) * sum(map(len, words)) > _MOST:
        return [], []
    written = {same(form) for spelling in spellings for form in spelling.forms}
    untouchable = written | {same(word) for form in written for word in form.split()}
    found: dict[_Place, Spelling] = {}
    right: dict[_Place, Spelling] = {}
    missing = []
    for spelling in spellings:
        places = [place for size in _sizes(spelling) for place in _places(rendering.text, words, size)]
        there = [place for place in places if same(place.text) in map(same, spelling.forms)]
        original = source[spelling.part.start : spelling.part.end]
        wrong = [
            place
            for place in places
            if same(place.text) not in untouchable
            and (place.text not in source or place.text == original)
            and not _overlaps(place, found)
        ]
        alike = _linked(spelling, wrong, rendering.links, original) or (
            None if there else _alike(spelling, wrong, original)
        )
        if alike:
            found[alike] = spelling
        elif len(there) == 1 and there[0] not in right:
            right[there[0]] = spelling
        elif not there and spelling.part.role in {Role.LAST, Role.WHOLE}:
            missing.append(spelling.part.nominative)
    return sorted(_edits(source, rendering.text, found, right)), list(dict.fromkeys(missing))


def _edits(
    source: str, target: str, found: Mapping[_Place, Spelling], right: Mapping[_Place, Spelling]
) -> Iterator[Edit]:
    """Yield the edits that write these spellings in these places, the parts of a name in one case."""
    persons: dict[int, list[_Place]] = {}
    for place, spelling in sorted({**found, **right}.items(), key=lambda one: one[0].start):
        if spelling.cases:
            persons.setdefault(spelling.person, []).append(place)
        elif place in found:
            form = _by_ending(place.text, spelling.forms) or spelling.forms[0]
            yield _edit(place, form)
    for places in persons.values():
        spellings = [found.get(place) or right[place] for place in places]
        begin, end = min(one.part.start for one in spellings), max(one.part.end for one in spellings)
        parts = [
            Written(
                place.start,
                place.end,
                one.cases,
                _by_ending(place.text, one.forms)
                if place in found
                else next(form for form in one.forms if same(form) == same(place.text)),
                place in right,
            )
            for place, one in zip(places, spellings, strict=True)
        ]
        forms = agreed(parts, target=target, before=source[:begin], after=source[end:])
        yield from (_edit(place, form) for place, form in zip(places, forms, strict=True) if form)


def _edit(place: _Place, form: str) -> Edit:
    return Edit(start=place.start, end=place.end, text=form.upper() if place.text.isupper() else form)


def _by_ending(text: str, forms: Sequence[str]) -> str | None:
    """Return the form whose ending a text has; None where it has none of them."""
    words = [form.split()[-1] for form in forms]
    stem = sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*words, strict=False)))
    rated = [
        (len(ending), likeness(text, form), form)
        for form, word in zip(forms, words, strict=True)
        if (ending := _hardened(word[stem:])) and _hardened(text).endswith(ending)
    ]
    return max(rated, key=lambda one: one[:2])[2] if rated else None


def _hardened(text: str) -> str:
    """Return endings as they are after a hard consonant: Гутерришем and Гутерресом are in one case."""
    return _SOFT_E.sub("о", text.lower().translate(_HARD))


def _sizes(spelling: Spelling) -> range:
    """Return how many words the spelling may have in the target."""
    size = len(spelling.forms[0].split())
    return range(size, size + 1) if size == 1 else range(max(size - 1, 2), size + 2)


def _places(text: str, words: Sequence[Sequence[Token]], size: int) -> Iterator[_Place]:
    for run in words:
        for n in range(len(run) - size + 1):
            start, end = run[n].start, run[n + size - 1].end
            yield _Place(start, end, text[start:end])


def _overlaps(place: _Place, others: Iterable[_Place]) -> bool:
    return any(other.start < place.end and place.start < other.end for other in others)


def _linked(spelling: Spelling, places: Sequence[_Place], links: Sequence[Link], original: str) -> _Place | None:
    """Return the linked place that is most alike, if it is alike enough and no other is as much."""
    part = spelling.part
    linked = [link for link in links if link.source_start < part.end and part.start < link.source_end]
    threshold = LINKED_IN_TABLE if part.rendering else LINKED
    near = [
        place
        for place in places
        if any(link.target_start < place.end and place.start < link.target_end for link in linked)
    ]
    return _best(spelling, near, threshold, original)


def _alike(spelling: Spelling, places: Sequence[_Place], original: str) -> _Place | None:
    is_short = len(re.sub(r"\W", "", spelling.forms[0])) < _SHORTEST_UNLINKED
    return None if is_short else _best(spelling, places, UNLINKED, original)


def _best(spelling: Spelling, places: Sequence[_Place], threshold: float, original: str) -> _Place | None:
    # An engine may have left the name in the original's letters, or half so.
    forms = (*spelling.forms, original)
    rated = sorted(
        ((max(likeness(place.text, form) for form in forms), place.start, place) for place in places),
        key=lambda one: one[:2],
        reverse=True,
    )
    rated = [one for one in rated if one[0] >= threshold]
    if not rated or (len(rated) > 1 and rated[1][0] == rated[0][0]):
        return None
    return rated[0][2]
