"""Put back a number that the engine garbled, letter for letter as the original has it."""

import re
from collections.abc import Sequence

from syndicator.model import Link
from syndicator.translation.edits import Edit
from syndicator.translation.typography.context import is_attached
from syndicator.translation.typography.literals import is_free, literals
from syndicator.translation.typography.numbers import SPACES, read

_FIGURE = re.compile(
    rf"(?<![\w.,:/@#])(?<![^\W\d_]-)(?:\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?!\d)|\d+)(?:[.,:/]\d+)*(?![\d_@])"
)
_ATTACHED = re.compile(r"(?<=[^\W\d_])\d+|(?<=[^\W\d_]-)\d+|\d+(?=-?[^\W\d_])")
_HOUR = re.compile(
    rf"[{SPACES}-]*(?:[ap]\.?[{SPACES}]?m\b|o['’]clock|hours?\b|час|ч\.|утра|дня|вечера|ночи)", re.IGNORECASE
)
"""After a time of day: 15 часов is 3 p.m."""
_NUMBER = "number"
_MOST = 40
"""Figures in a text. A table has more, and nothing in it can be told apart."""


def repair_numbers(
    source: str,
    target: str,
    links: Sequence[Link],
    *,
    from_language: str,
    to_language: str,
    keep: Sequence[str] = (),
) -> list[Edit]:
    """Return at most one edit: the only number of the original that is missing, where a wrong one stands for it.

    The wrong one is told by the links and is not in the original. Numbers may be written in another way, in words or
    with a word for the thousands (38 тысяч, 38,000); then nothing is missing.
    """
    if not links:
        return []
    comparison = _Comparison(from_language, to_language)
    ours, theirs = _figures(source, keep), _figures(target, keep)
    if not ours or not theirs or max(len(ours), len(theirs)) > _MOST:
        return []
    missing, spare = comparison.unmatched(ours, theirs)
    missing = [
        match
        for match in missing
        if not _is_told(match[0], target, is_number=_shape(match[0], from_language) == _NUMBER)
    ]
    if len(missing) != 1:
        return []
    wanted = missing[0]
    linked = [match for match in theirs if _are_linked(wanted, match, links)]
    if len(linked) != 1 or linked[0] not in spare:
        return []
    wrong = linked[0]
    is_doubtful = (
        _digits(wrong[0]).strip("0") in _runs(source)
        or any(other is not wanted and _are_linked(other, wrong, links) for other in ours)
        or _shape(wanted[0], from_language) != _shape(wrong[0], from_language, to_language)
        or is_attached(target, wrong.end())
        or _HOUR.match(source, wanted.end())
        or _HOUR.match(target, wrong.end())
    )
    return [] if is_doubtful else [Edit(start=wrong.start(), end=wrong.end(), text=wanted[0])]


class _Comparison:
    """Tell whether figures of two languages are the same."""

    def __init__(self, from_language: str, to_language: str) -> None:
        self._from, self._to = from_language, to_language

    def unmatched(
        self, ours: Sequence[re.Match[str]], theirs: Sequence[re.Match[str]]
    ) -> tuple[list[re.Match[str]], list[re.Match[str]]]:
        """Return the figures of either side that the other has not."""
        spare, missing = list(theirs), []
        for match in ours:
            same = next((other for other in spare if self._is_same(match[0], other[0])), None)
            if same is None:
                missing.append(match)
            else:
                spare.remove(same)
        spare = [other for other in spare if not any(self._is_same(match[0], other[0]) for match in ours)]
        return missing, spare

    def _is_same(self, ours: str, theirs: str) -> bool:
        number = read(ours, self._from)
        if number is None or ours == theirs:
            return _digits(ours) == _digits(theirs)
        readings = [read(theirs, language) for language in (self._from, self._to)]
        if any(reading and reading.value == number.value for reading in readings):
            return True
        # 38 тысяч is 38,000; but 3,5 is not 35.
        return _digits(ours) != _digits(theirs) and _digits(ours).strip("0") == _digits(theirs).strip("0")


def _figures(text: str, keep: Sequence[str]) -> list[re.Match[str]]:
    fixed = literals(text, keep)
    return [match for match in _FIGURE.finditer(text) if is_free(*match.span(), fixed)]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_told(figure: str, text: str, *, is_number: bool) -> bool:
    """Say whether a figure stands in a text in another form: in `11th`, or as a date whose month became a word."""
    if is_number:
        return _digits(figure).strip("0") in {run.strip("0") for run in _ATTACHED.findall(text)}
    parts = [run.strip("0") for run in re.findall(r"\d+", figure)]
    runs = _runs(text)
    return max(parts, key=len) in runs and sum(part in runs for part in parts) >= len(parts) - 1


def _runs(text: str) -> set[str]:
    return {run.strip("0") for run in re.findall(r"\d+", text)}


def _shape(figure: str, *languages: str) -> str:
    """Return what kind of figure it is: a number, or digits with certain signs between."""
    is_number = any(read(figure, language) for language in languages)
    return _NUMBER if is_number else re.sub(r"\d+", "0", figure)


def _are_linked(source: re.Match[str], target: re.Match[str], links: Sequence[Link]) -> bool:
    return any(
        link.source_start < source.end()
        and source.start() < link.source_end
        and link.target_start < target.end()
        and target.start() < link.target_end
        for link in links
    )
