"""Put back the numbers that the engine garbled, as the target language writes them.

What is missing is told by value: numbers may be written in another way, in words or with a word for the thousands. What
stands for a missing one is told by the word links, by the unit after it, by its digits, and last by its place.
"""

import re
from collections.abc import Sequence

from syndicator.model import Link
from syndicator.translation.edits import Edit
from syndicator.translation.typography.codes import codes, repair_codes
from syndicator.translation.typography.context import has_unit, is_attached, is_name
from syndicator.translation.typography.counterparts import Texts, counterparts, joined, unmatched
from syndicator.translation.typography.literals import is_free, kept_ranges, literals
from syndicator.translation.typography.numbers import SPACES, read, write
from syndicator.translation.typography.scale import scale_after, scaled

_FIGURE = re.compile(
    rf"(?<![\w.,:/@#])(?<![^\W\d_]-)(?:\d{{1,3}}(?:[{SPACES}]\d{{3}})+(?!\d)|\d+)(?:[.,:/]\d+)*(?![\d_@])"
)
_SPLIT = re.compile(rf"(?<![\w.,:/@#])(?<![^\W\d_]-)\d+,?[{SPACES}]\d{{2,}}(?![\w@]|[.,:/]\d)")
"""A number that came apart: `1, 2000`, `3876 50`."""
_HOUR = re.compile(
    rf"[{SPACES}-]*(?:[ap]\.?[{SPACES}]?m\b|o['’]clock|hours?\b|час|ч\.|утра|дня|вечера|ночи)", re.IGNORECASE
)
"""After a time of day: 15 часов is 3 p.m."""
_MOST = 40
"""Figures in a text. A table has more, and nothing in it can be told apart."""
_WRITTEN = frozenset({"en", "ru"})
"""The languages that we write numbers in; in others they are written as the original has them."""


def repair_numbers(
    source: str,
    target: str,
    links: Sequence[Link],
    *,
    from_language: str,
    to_language: str,
    keep: Sequence[str] = (),
) -> list[Edit]:
    """Return an edit for each number of the original that is missing where a wrong one clearly stands for it.

    A wrong one is in the original neither in figures nor in words. What can't be told is left for the check to mark.
    """
    if not any(map(str.isdigit, source)) or not any(map(str.isdigit, target)):
        return []
    kept = kept_ranges(target, keep)
    edits = [edit for edit in repair_codes(source, target) if is_free(edit.start, edit.end, kept)]
    there = [match.span() for match in codes(target)] + [(edit.start, edit.end) for edit in edits]
    ours = _figures(source, sorted([*literals(source, keep), *(match.span() for match in codes(source))]))
    fixed = sorted([*literals(target, keep), *there])
    theirs = _figures(target, fixed)
    if not ours or not theirs or max(len(ours), len(theirs)) > _MOST:
        return edits
    texts = Texts(source=source, target=target, from_language=from_language, to_language=to_language, links=links)
    missing, spare = unmatched(texts, ours, theirs)
    if missing:
        spare = joined(spare, missing, _figures(target, fixed, pattern=_SPLIT))
    for wanted, wrong in counterparts(texts, missing, spare):
        is_doubtful = is_attached(target, wrong.end()) or _HOUR.match(source, wanted.end())
        if is_doubtful or _HOUR.match(target, wrong.end()):
            continue
        written = _written(texts, wanted, wrong)
        if written:
            edits.append(Edit(start=wrong.start(), end=wrong.end(), text=written))
    return sorted(edits)


def _figures(text: str, fixed: Sequence[tuple[int, int]], *, pattern: re.Pattern[str] = _FIGURE) -> list[re.Match[str]]:
    return [
        match
        for match in pattern.finditer(text)
        if all(match.end() <= start or end <= match.start() for start, end in fixed)
    ]


def _written(texts: Texts, wanted: re.Match[str], wrong: re.Match[str]) -> str | None:
    """Return how a figure of the original is written in place of a wrong one; None where their scales differ."""
    number = read(wanted[0], texts.from_language)
    zeros, there = scale_after(texts.source, wanted.end()), scale_after(texts.target, wrong.end())
    if zeros != there:
        number = scaled(number, zeros) if number and zeros and not there else None
        return write(number, texts.to_language, is_grouped=True) if number and texts.to_language in _WRITTEN else None
    is_bare = number and number.has_bare_thousands and not has_unit(texts.source, *wanted.span())
    is_written = number and not is_bare and texts.to_language in _WRITTEN
    if number is None or not is_written or (not wanted[0].isdigit() and is_name(texts.source, *wanted.span())):
        return wanted[0]
    return write(number, texts.to_language, is_grouped=number.is_grouped)
