"""Compare the numbers of a segment and its translation by value, however they are written.

What one language writes in figures, the other may write as a word, count in thousands, or call by a name (twice, a
couple, двадцатка). So a number is missing only if the other side has nothing that may be it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from syndicator.translation.check.amounts import RANGE, Amount
from syndicator.translation.check.lexicon import COMPOUND, LOOSE, MONTHS, SCALES
from syndicator.translation.check.text import Pair, Text

_NUMBER = re.compile(r"\d{2,}")
_GROUPED = re.compile(r"(?<=\d)[\s.,'’](?=\d)")
_DATE = re.compile(r"\b(\d{1,2})\.\d{1,2}\.(\d{4})\b")


def lacks_digits(pair: Pair) -> bool:
    """Say whether a number of two or more digits is not in the target: for languages whose number words we don't know.

    A grouped or decimal number is found whatever stands between its digits.
    """
    written = _GROUPED.sub("", pair.target.raw)
    # The month of a date may have become a word.
    numbers = (number.lstrip("0") for number in _NUMBER.findall(_DATE.sub(r"\1 \2", pair.source.raw)))
    return any(len(number) > 1 and number not in written for number in numbers)


def lacks_number(pair: Pair) -> bool:
    """Say whether a number of the source is not in the target; a number word only if there is another in its place."""
    missing = strange(pair.source.amounts, pair.target)
    if any(amount.is_figure for amount in missing):
        return True
    return bool(missing) and bool(strange(pair.target.amounts, pair.source))


def adds_number(pair: Pair) -> bool:
    """Say whether a number in figures of the target is not in the source, and not in the place of another."""
    if pair.has_kept or not any(amount.is_figure for amount in strange(pair.target.amounts, pair.source)):
        return False
    return not lacks_number(pair)


def has_other_percentages(pair: Pair) -> bool:
    """Say whether a number that is a percentage on one side is none on the other."""
    source, target = pair.source.amounts, pair.target.amounts
    return _is_bare(source, target) or _is_bare(target, source)


def strange(amounts: Iterable[Amount], other: Text) -> list[Amount]:
    """Return the numbers that nothing in the other text may be."""
    values = _values(other.amounts)
    found = [amount for amount in amounts if not amount.is_among(values)]
    if found:
        values.update(_loose_values(other))
        found = [amount for amount in found if not amount.is_among(values)]
    return found


def _values(amounts: Iterable[Amount]) -> set[float]:
    return {value for amount in amounts for reading in amount.readings for value in reading}


def _loose_values(text: Text) -> Iterator[float]:
    """Yield what numbers a text may speak of without saying them: `twice`, `двухлетний`, `millions`, `November`."""
    loose, compound = LOOSE[text.language], COMPOUND[text.language]
    for word in text.vocabulary:
        yield from loose.get(word, ())
        yield from (table[word] for table in (SCALES, MONTHS) if word in table)
        yield from (value for stem, value in compound if word.startswith(stem))


def _is_bare(amounts: Sequence[Amount], others: Sequence[Amount]) -> bool:
    """Say whether a percentage is among the others, but as a bare number alone."""
    percentages = [amount for amount in amounts if amount.is_percent]
    if not percentages:
        return False
    values = _values(others)
    possible = _values(_percentages(others))
    return any(amount.is_among(values) and not amount.is_among(possible) for amount in percentages)


def _percentages(amounts: Sequence[Amount]) -> Iterator[Amount]:
    """Yield the percentages, with the numbers before them that share their sign."""
    begin: int | None = None
    for amount in reversed(amounts):
        is_shared = begin is not None and 0 <= begin - amount.end <= RANGE
        begin = amount.start if amount.is_percent or is_shared else None
        if begin is not None:
            yield amount
