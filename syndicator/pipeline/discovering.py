"""Say of the feeds of a site what an operator wants to know before taking one: language, freshness, full text."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from syndicator.articles.clean import text_of
from syndicator.articles.detect import detect
from syndicator.model import Item
from syndicator.ports import Clock, Fetcher
from syndicator.sources.discover import FoundFeed, Sister, discover

LOOKED_AT = 20
"""Items of a feed."""
FULL_TEXT = 600
"""Characters of text that the middle one of a feed's items has at least, if they are whole articles."""
_CUT = ("…", "...", "[…]", "[...]", "[&#8230;]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A feed that could become a source."""

    url: str
    kind: str
    title: str | None
    how: str
    declared: str | None
    """The language that it says it is in."""
    detected: str | None
    """The language that most of its items are in; None where that can't be told."""
    items: int
    newest: datetime | None
    has_full_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospects:
    """What a site has."""

    feeds: tuple[Prospect, ...]
    sisters: tuple[Sister, ...]
    problems: tuple[str, ...]


def prospects(url: str, *, fetcher: Fetcher, clock: Clock) -> Prospects:
    """Find a site's feeds and look at what is in them. Raises `FetchError`."""
    found = discover(url, fetcher=fetcher, now=clock.now())
    return Prospects(feeds=tuple(map(_prospect, found.feeds)), sisters=found.sisters, problems=found.problems)


def _prospect(feed: FoundFeed) -> Prospect:
    items = feed.reading.items
    texts = [text_of(item.html or item.summary).strip() for item in items[:LOOKED_AT]]
    dates = [moment for item in items if (moment := item.published or item.updated)]
    return Prospect(
        url=feed.url,
        kind=feed.kind,
        title=feed.title,
        how=feed.how,
        declared=feed.language,
        detected=_language(items[:LOOKED_AT], texts),
        items=len(items),
        newest=max(dates, default=None),
        has_full_text=_is_full(texts),
    )


def _language(items: tuple[Item, ...], texts: list[str]) -> str | None:
    """Return the language of most items, whatever the feed says."""
    found = Counter(detect(item.title, text).language for item, text in zip(items, texts, strict=True))
    found.pop("und", None)
    return found.most_common(1)[0][0] if found else None


def _is_full(texts: list[str]) -> bool:
    cut = sum(text.endswith(_CUT) for text in texts)
    return bool(texts) and median(map(len, texts)) >= FULL_TEXT and 2 * cut < len(texts)
