"""Compare the currencies, months and weekdays of a segment and its translation. Knows Russian and English."""

import re

from syndicator.translation.check.lexicon import CURRENCIES, CURRENCY_STEMS, MONTHS, SIGNS, WEEKDAYS
from syndicator.translation.check.text import Pair, Text

_SIGN = re.compile(f"[{''.join(SIGNS)}]")
_DATED = re.compile(r"\d(?:st|nd|rd|th)?\W{1,2}(?:of\W)?([^\W\d_]+)|\b([^\W\d_]+)(?=\W{1,2}\d)")
"""A word beside a figure. Elsewhere `may` and `march` are no months."""
_CERTAIN_WEEKDAYS = WEEKDAYS.keys() - {"среда", "среды", "среде", "сред", "средам"}
"""Without the words for Wednesdays that are surroundings as well."""


def has_other_currency(pair: Pair) -> bool:
    """Say whether the target doesn't speak of a currency of the source."""
    vocabulary = pair.source.vocabulary
    found = {SIGNS[sign] for sign in _SIGN.findall(pair.source.plain)}
    if not CURRENCIES.keys().isdisjoint(vocabulary):
        found |= {CURRENCIES[word] for word in vocabulary if word in CURRENCIES}
    return any(not any(stem in pair.target.plain for stem in CURRENCY_STEMS[currency]) for currency in found)


def has_other_date(pair: Pair) -> bool:
    """Say whether a weekday, or the month of a date, is not in the target."""
    return _lacks_weekday(pair) or _lacks_month(pair)


def _lacks_weekday(pair: Pair) -> bool:
    if _CERTAIN_WEEKDAYS.isdisjoint(pair.source.vocabulary):
        return False
    days = {WEEKDAYS[word] for word in pair.source.vocabulary if word in _CERTAIN_WEEKDAYS}
    return not days <= {WEEKDAYS[word] for word in pair.target.vocabulary if word in WEEKDAYS}


def _lacks_month(pair: Pair) -> bool:
    in_words = _months(pair.source)
    in_figures = [amount.months for amount in pair.source.amounts if amount.months]
    if not in_words and not in_figures:
        return False
    possible = {MONTHS[word] for word in pair.target.vocabulary if word in MONTHS}
    possible.update(*(amount.months for amount in pair.target.amounts))
    return not in_words <= possible or any(possible.isdisjoint(months) for months in in_figures)


def _months(text: Text) -> set[float]:
    """Return the months that are named beside a figure."""
    if MONTHS.keys().isdisjoint(text.vocabulary):
        return set()
    return {MONTHS[word] for found in _DATED.findall(text.plain) for word in found if word in MONTHS}
