"""Read the numbers of a text, in figures and in words. Knows how Russian and English write them; compares nothing.

What is written can often be read in several ways (`1,234` by an English and by a Russian hand), so a number has several
readings, and each reading may be several values (a date, a time, a score).
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from syndicator.translation.check.lexicon import EXACT, LETTERS, PERCENT, SCALES

Reading = tuple[float, ...]

_FIGURE = r"""(?P<date>(?:\d{1,2}(?P<by>[./])\d{1,2}(?P=by)(?:\d{4}|\d\d)|\d{4}-\d\d-\d\d)(?![./]?\d))
             | (?P<figure>\d+(?:[.,:']\d+|[ \u00a0\u2009\u202f]\d{3}(?!\d))*)"""
_FIGURES = re.compile(_FIGURE, re.VERBOSE)
_DIGIT = re.compile(r"\d")
_TOKENS = re.compile(rf"{_FIGURE} | (?P<word>[^\W\d_]+|%)", re.VERBOSE)
_UNIT = re.compile(r"[\s.\-–—]{0,3}(?:per\s)?(?P<word>[^\W\d_]+|%)")
_SEPARATOR = re.compile(r"\D")
_GROUPED = re.compile(r"\d{1,3}([.,' \u00a0\u2009\u202f])\d{3}(?:\1\d{3})*")
_DECIMAL = re.compile(r"(\d{1,3}(?:[,.' \u00a0\u2009\u202f]?\d{3})*|\d+)[.,](\d+)")
_PM = re.compile(r"\s?p\.?\s?m\b")
_DECADE = re.compile(r"'?s\b|-?(?:х|е|ые|ых|м)\b")
_LAST_YEAR = 2099
_JOINTS = " .-–—\u00a0\u2009\u202f"
_TOUCHES = 3
"""Characters between a number and what it counts: a space, a hyphen, a full stop and a space."""
RANGE = 12
"""Characters between two numbers that share what follows them: `from 2 to 3 %`."""
_HAS_ROMAN = re.compile("[IVXХ]{2}")
_ROMAN = re.compile(r"(?<!\w)(?=[IVXХ]{2})[XХ]{0,3}(?:I[XХ]|IV|V?I{0,3})(?!\w)")
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "Х": 10}
"""The last one is the Cyrillic letter, which Russian centuries are often typed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number in a text."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    is_figure: bool
    """In figures or Roman numerals, not in words."""
    is_percent: bool = False
    months: frozenset[float] = frozenset()
    """Of a date in figures: one of these is its month."""

    def is_among(self, values: AbstractSet[float]) -> bool:
        """Say whether one reading is all there."""
        return any(all(value in values for value in reading) for reading in self.readings)


def read_amounts(raw: str, plain: str, vocabulary: AbstractSet[str], *, language: str) -> tuple[Amount, ...]:
    """Return the numbers of a text in order, Roman numerals last; `plain` and `vocabulary` are as in `Text`."""
    exact = EXACT.get(language)
    if exact is None:
        return ()
    has_words = not exact.keys().isdisjoint(vocabulary)
    found = _Reader(plain, exact).read(has_words=has_words) if has_words or _DIGIT.search(plain) else []
    return (*found, *_romans(raw)) if _HAS_ROMAN.search(raw) else tuple(found)


class _Reader:
    """Reads the numbers of one text, each with what touches it."""

    def __init__(self, plain: str, exact: dict[str, float]) -> None:
        self._plain = plain
        self._exact = exact
        self._found: list[Amount] = []
        self._scales: dict[int, float] = {}
        """Of the numbers in `_found` that have a word for thousands or more."""

    def read(self, *, has_words: bool) -> list[Amount]:
        for match in _TOKENS.finditer(self._plain) if has_words else self._figures():
            kind = match.lastgroup or ""
            token, (start, end) = match[kind], match.span(kind)
            if kind == "date":
                self._found.append(_date(token, start, end))
            elif kind == "figure":
                self._figure(token, start, end)
            elif token in self._exact:
                self._word(token, start, end)
            elif self._found and (token in SCALES or token in LETTERS or token in PERCENT):
                self._unit(token, start, end)
        self._add_up()
        return self._found

    def _add_up(self) -> None:
        """Read `5 тыс. 200` and `2 million 300 thousand` as the one number that they may be, too."""
        for n, scale in self._scales.items():
            one, *rest = self._found[n : n + 2]
            if not rest or not self._is_joint(one.end, rest[0].start) or rest[0].readings[0][0] >= scale:
                continue
            total = ((one.readings[0][0] + rest[0].readings[0][0],),)
            self._found[n : n + 2] = [replace(each, readings=each.readings + total) for each in (one, *rest)]

    def _figures(self) -> Iterator[re.Match[str]]:
        """Yield only figures and what follows them: most texts have no number words, and many no figure."""
        end = 0
        while digit := _DIGIT.search(self._plain, end):
            if figure := _FIGURES.match(self._plain, digit.start()):
                yield figure
            end = figure.end() if figure else digit.end()
            if unit := _UNIT.match(self._plain, end):
                yield unit

    def _touches(self, start: int) -> bool:
        """Say whether what begins here belongs to the number before."""
        return bool(self._found) and self._is_joint(self._found[-1].end, start)

    def _is_joint(self, end: int, start: int) -> bool:
        return start - end <= _TOUCHES and not self._plain[end:start].strip(_JOINTS)

    def _figure(self, token: str, start: int, end: int) -> None:
        readings = _readings(token)
        first = readings[0][0]
        if _PM.match(self._plain, end):
            readings += [(reading[0] + 12, *reading[1:]) for reading in readings]
        if first <= _LAST_YEAR and _DECADE.match(self._plain, end):
            readings += [(first % 100,), (1900 + first,), (2000 + first,)]
        before = self._found[-1] if self._found else None
        if before and start == before.end + 1 and self._plain[before.end] in "-–/":
            begin = before.readings[0][0]
            if first < 100 <= begin:  # noqa: PLR2004 - 2018/19
                readings.append((begin // 100 * 100 + first,))
        self._found.append(Amount(start=start, end=end, readings=tuple(readings), is_figure=True))

    def _word(self, token: str, start: int, end: int) -> None:
        value = self._exact[token]
        if self._touches(start) and not self._found[-1].is_figure:
            before = self._found[-1].readings[0][0]
            if _is_continued(before, value):
                self._found[-1] = replace(self._found[-1], readings=((before + value,),), end=end)
                return
        self._found.append(Amount(start=start, end=end, readings=((value,),), is_figure=False))

    def _unit(self, token: str, start: int, end: int) -> None:
        last = self._found[-1]
        if token in PERCENT:
            if self._touches(start) or self._plain[last.end : start].strip() == "per":
                self._found[-1] = replace(last, is_percent=True, end=end)
        elif token in SCALES and self._touches(start):
            self._found[-1] = replace(last, readings=_scaled(last, SCALES[token]), end=end)
            self._scales[len(self._found) - 1] = SCALES[token]
            if len(self._found) > 1 and last.start - self._found[-2].end <= RANGE:
                other = self._found[-2]
                self._found[-2] = replace(other, readings=other.readings + _scaled(other, SCALES[token]))
        elif token in LETTERS and start == last.end:
            self._found[-1] = replace(last, readings=last.readings + _scaled(last, LETTERS[token]))


def _is_continued(value: float, following: float) -> bool:
    """Say whether two number words are one number: `twenty two`, `сто пять`."""
    if value % 100 == 0:
        return following < 100  # noqa: PLR2004 - hundreds go before what is less
    return value % 100 >= 20 and value % 10 == 0 and following < 10  # noqa: PLR2004 - tens go before ones


def _scaled(amount: Amount, scale: float) -> tuple[Reading, ...]:
    single = [reading[0] for reading in amount.readings if len(reading) == 1]
    return tuple((round(value * scale, 3),) for value in single) or amount.readings


def _readings(token: str) -> list[Reading]:
    """Return the readings of a number in figures; first the one that takes all its parts for themselves."""
    parts = tuple(map(float, _SEPARATOR.split(token)))
    readings: list[Reading] = [parts]
    if len(parts) == 1:
        return readings
    if _GROUPED.fullmatch(token):
        readings.append((float(_SEPARATOR.sub("", token)),))
    if decimal := _DECIMAL.fullmatch(token):
        readings.append((float(f"{_SEPARATOR.sub('', decimal[1])}.{decimal[2]}"),))
    if len(parts) == 2:  # noqa: PLR2004 - a time: on either clock, and the hour alone where the minutes are zero
        hour, minutes = parts
        readings.append((hour % 12, minutes))
        if not minutes:
            readings += [(hour,), (hour % 12 or 12.0,)]
    return readings


def _date(token: str, start: int, end: int) -> Amount:
    """Read 24.11.2026, 11/24/2026 or 2026-11-24. The month may have become a word."""
    parts = [int(part) for part in _SEPARATOR.split(token)]
    year, *others = parts if "-" in token else reversed(parts)
    years = [year] if year > 99 else [year, 2000 + year, 1900 + year]  # noqa: PLR2004 - written with two digits
    months = others[:1] if "." in token or "-" in token else others
    readings = tuple(
        tuple(map(float, reading)) for year in years for day in others for reading in ((day, year), (*others, year))
    )
    return Amount(start=start, end=end, readings=readings, is_figure=True, months=frozenset(months))


def _romans(raw: str) -> Iterator[Amount]:
    for match in _ROMAN.finditer(raw):
        digits = [_ROMAN_DIGITS[letter] for letter in match.group()]
        value = sum(
            -digit if digit < following else digit for digit, following in zip(digits, [*digits[1:], 0], strict=True)
        )
        yield Amount(start=match.start(), end=match.end(), readings=((float(value),),), is_figure=True)
