"""Tell which numbers of a segment its translation lacks, and which wrong ones stand for them.

What is missing is told by value: numbers may be written in another way, in words or with a word for the thousands. What
stands for a missing one is told by the word links, by the unit after it, by its digits, and last by its place.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product

from syndicator.model import Link
from syndicator.translation.check.amounts import Amount
from syndicator.translation.check.lexicon import EXACT
from syndicator.translation.check.numbers import strange
from syndicator.translation.check.text import read as read_text
from syndicator.translation.typography.numbers import SPACES, read
from syndicator.translation.typography.scale import scale_after

_DATE = re.compile(r"\d+([./])\d+\1\d{2,4}")
_ATTACHED = re.compile(r"(?<=[^\W\d_])\d+|(?<=[^\W\d_]-)\d+|\d+(?=-?[^\W\d_])")
_UNIT = re.compile(rf"[{SPACES}-]?(%|‰|°[CFСФ]?|[^\W\d_]+(?:/[^\W\d_]+)?)")
_UNITS = {"кг": "kg", "г": "g", "км": "km", "м": "m", "см": "cm", "мм": "mm", "т": "t", "л": "l", "га": "ha", "с": "s"}
_UNITS |= {"ч": "h", "мин": "min", "км/ч": "km/h", "м/с": "m/s", "вт": "w", "квт": "kw", "мвт": "mw", "в": "v"}
_UNITS |= {"гц": "hz", "гб": "gb", "°с": "°c"}
_UNITS |= {
    word: unit
    for unit, words in {
        "s": "second seconds секунда секунды секунд секунду",
        "min": "minute minutes минута минуты минут минуту",
        "h": "hour hours час часа часов",
        "d": "day days день дня дней",
        "w": "week weeks неделя недели недель неделю",
        "month": "month months месяц месяца месяцев",
        "y": "year years год года лет",
    }.items()
    for word in words.split()
}
"""Signs of units that have one counterpart, and words for spans of time."""
_ALIKE = 0.6
"""Likeness of digits that needs no link."""
_HARDLY_ALIKE = 0.3
_LONG = 4
"""Digits of a number with thousands."""

Figure = re.Match[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """A segment and its translation."""

    source: str
    target: str
    from_language: str
    to_language: str
    links: Sequence[Link]


def unmatched(texts: Texts, ours: Sequence[Figure], theirs: Sequence[Figure]) -> tuple[list[Figure], list[Figure]]:
    """Return the figures that the target lacks, and those that it has without need."""
    if texts.from_language in EXACT and texts.to_language in EXACT:
        return _unmatched_by_meaning(texts, ours, theirs)
    missing, spare = [], list(theirs)
    for match in ours:
        same = [other for other in theirs if _is_same(texts, match[0], other[0])]
        spare = [other for other in spare if other not in same]
        if not same and not _is_attached_to_letters(match[0], texts.target):
            missing.append(match)
    return missing, spare


def joined(spare: Sequence[Figure], missing: Sequence[Figure], split: Sequence[Figure]) -> list[Figure]:
    """Return what is to spare, two figures in one where together they look more like a missing one of many digits."""
    found = list(spare)
    for both in split:
        parts = [match for match in found if both.start() <= match.start() and match.end() <= both.end()]
        if parts and any(
            len(_digits(match[0])) >= _LONG
            and _likeness(match[0], both[0]) > max(_ALIKE, *(_likeness(match[0], part[0]) for part in parts))
            for match in missing
        ):
            found = [match for match in found if match not in parts] + [both]
    return found


def counterparts(texts: Texts, missing: Sequence[Figure], spare: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """Return pairs of a missing figure and the wrong one that stands for it; the rest can't be told."""
    is_only = len(missing) == len(spare)
    scored = [
        (score, ours, theirs)
        for ours, theirs in product(missing, spare)
        if (score := _score(texts, ours, theirs, is_only=is_only)) is not None
    ]
    chosen: list[tuple[Figure, Figure]] = []
    for _, ours, theirs in sorted(scored, key=lambda one: (-one[0], one[1].start(), one[2].start())):
        if all(ours is not one and theirs is not other for one, other in chosen):
            chosen.append((ours, theirs))
    return chosen


def _unmatched_by_meaning(
    texts: Texts, ours: Sequence[Figure], theirs: Sequence[Figure]
) -> tuple[list[Figure], list[Figure]]:
    """Compare as the check does, in figures and words; what stands more often than in the source is to spare, too."""
    source, target = read_text(texts.source, texts.from_language), read_text(texts.target, texts.to_language)
    if len(source.plain) != len(texts.source) or len(target.plain) != len(texts.target):
        return [], []
    missing = _covering(ours, strange(source.amounts, target))
    if not missing:
        return [], []
    spare = _covering(theirs, strange(target.amounts, source))
    spare += [match for match in _copies_too_many(texts, ours, theirs) if match not in spare]
    spare += [match for match in theirs if match not in spare and _is_fragment(match[0], missing, ours)]
    return missing, spare


def _copies_too_many(texts: Texts, ours: Sequence[Figure], theirs: Sequence[Figure]) -> Iterator[Figure]:
    """Yield the figures that the target has more often than the source, less those that are the source's own.

    Those are told by links, else by their order where both have as many figures; where neither tells, none is yielded.
    """
    for digits in dict.fromkeys(_digits(match[0]) for match in ours):
        own = [n for n, match in enumerate(ours) if _digits(match[0]) == digits]
        copies = [n for n, match in enumerate(theirs) if _digits(match[0]) == digits]
        if len(copies) <= len(own):
            continue
        kept = {n for n in copies if any(_is_linked(ours[m], theirs[n], link) for m in own for link in texts.links)}
        if len(kept) != len(own) and len(ours) == len(theirs):
            kept = {n for n in copies if n in own}
        if len(kept) == len(own):
            yield from (theirs[n] for n in copies if n not in kept)


def _covering(figures: Sequence[Figure], amounts: Iterable[Amount]) -> list[Figure]:
    strangers = list(amounts)
    return [
        match
        for match in figures
        if any(match.start() < amount.end and amount.start < match.end() for amount in strangers)
    ]


def _is_fragment(figure: str, missing: Sequence[Figure], ours: Sequence[Figure]) -> bool:
    """Say whether a figure is but a part of one that is missing: 9 of 9:30."""
    return all(figure != match[0] for match in ours) and any(
        int(figure) == int(part)
        for match in missing
        for part in re.findall(r"\d+", match[0])
        if figure.isdigit() and part != match[0]
    )


def _score(texts: Texts, ours: Figure, theirs: Figure, *, is_only: bool) -> float | None:
    """Say how likely one figure stands for another; None: not likely enough."""
    is_linked = any(_is_linked(ours, theirs, link) for link in texts.links)
    likeness = max(_likeness(digits, theirs[0]) for digits in _ways(texts, ours))
    unit, other = _unit(texts.source, ours.end()), _unit(texts.target, theirs.end())
    is_converted = unit and other and unit != other  # 90 minutes for 1,5 часа is no fault
    if is_converted or not _is_same_kind(texts, ours[0], theirs[0], likeness):
        return None
    if not (is_linked and (is_only or likeness >= _HARDLY_ALIKE)) and likeness < _ALIKE:
        return None
    distance = abs(ours.start() / len(texts.source) - theirs.start() / len(texts.target))
    return is_linked + (unit == other is not None) + likeness - distance


def _ways(texts: Texts, figure: Figure) -> Iterator[str]:
    """Yield the digits of a figure, as it stands and with the zeros of the word after it."""
    digits = _digits(figure[0])
    yield digits
    if zeros := scale_after(texts.source, figure.end()):
        yield digits + "0" * zeros


def _is_same_kind(texts: Texts, ours: str, theirs: str, likeness: float) -> bool:
    """Say whether both are numbers, or both have the same signs between digits; the engine garbles these, too."""
    if bool(_DATE.fullmatch(ours)) or bool(_DATE.fullmatch(theirs)):
        return re.sub(r"\d+", "0", ours) == re.sub(r"\d+", "0", theirs)
    are_numbers = bool(read(ours, texts.from_language)) == any(
        read(theirs, language) for language in (texts.from_language, texts.to_language)
    )
    return are_numbers or likeness >= _ALIKE


def _unit(text: str, end: int) -> str | None:
    """Return the sign of a unit after a figure, as English writes it."""
    match = _UNIT.match(text, end)
    if not match:
        return None
    sign = match[1].lower()
    return _UNITS.get(sign) or (sign if sign in _UNITS.values() or not sign[0].isalpha() else None)


def _is_linked(ours: Figure, theirs: Figure, link: Link) -> bool:
    return (
        link.source_start < ours.end()
        and ours.start() < link.source_end
        and link.target_start < theirs.end()
        and theirs.start() < link.target_end
    )


def _is_same(texts: Texts, ours: str, theirs: str) -> bool:
    number = read(ours, texts.from_language)
    if number is None or ours == theirs:
        return _digits(ours) == _digits(theirs)
    readings = [read(theirs, language) for language in (texts.from_language, texts.to_language)]
    if any(reading and reading.value == number.value for reading in readings):
        return True
    # 38 Tausend is 38,000; but 3,5 is not 35.
    return _digits(ours) != _digits(theirs) and _digits(ours).strip("0") == _digits(theirs).strip("0")


def _is_attached_to_letters(figure: str, text: str) -> bool:
    return _digits(figure).strip("0") in {run.strip("0") for run in _ATTACHED.findall(text)}


def _likeness(one: str, two: str) -> float:
    return SequenceMatcher(None, _digits(one), _digits(two), autojunk=False).ratio()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
