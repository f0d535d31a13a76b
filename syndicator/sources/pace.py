"""Tell how often a feed wants to be read. Pure; knows RSS 2.0 `ttl` and the syndication module of RSS 1.0."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_MOST_DIGITS = 6


def pause(feed: Mapping[str, Any]) -> timedelta | None:
    """Return how long to wait between two looks, as a feed's fields say; None if they don't.

    They have feedparser's names.

    `ttl` counts minutes; `updatePeriod` (daily where only the other is given) is divided by `updateFrequency`. What
    makes no sense is no wish.
    """
    waits = [timedelta(minutes=_number(feed.get("ttl")) or 0)]
    period, frequency = feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")
    if period or frequency:
        waits.append(_PERIODS.get(str(period or "daily").strip().lower(), timedelta()) / (_number(frequency) or 1))
    return max(waits) or None


def _number(value: object) -> int | None:
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
