"""Read a feed: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.0 and 1.1.

Knows which items of a feed are looked at and by what id each is known for good; `feedxml` and `jsonfeed` know the
formats. An answer that is empty, broken or no feed at all is a `ParseError`, so that it can never stand for "no items".
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from syndicator import policy
from syndicator.errors import Empty, ParseError
from syndicator.model import Document, Item, Reading, SetAside, Source, SourceState
from syndicator.ports import Fetcher
from syndicator.sources import feedxml, jsonfeed

_LONGEST_ID_BYTES = 2500
"""What PostgreSQL can have in an index; 1,250 letters where each is Cyrillic."""
_EARLIEST = datetime(1, 1, 1, tzinfo=UTC)


def read_feed(source: Source, state: SourceState, *, fetcher: Fetcher, now: datetime) -> Reading:
    """Look at a feed, asking only for what changed since the last look.

    Raises `FetchError`, or `ParseError` if the answer can't be read as a feed; both leave what is held as it is.
    """
    url = policy.address(source, state, now)
    if url is None:
        raise ParseError(f"source {source.slug} has no feed URL")
    etag, last_modified = policy.validators(state, now)
    document = fetcher.fetch(url, etag=etag, last_modified=last_modified)
    reading = (
        Reading(is_unchanged=True)
        if document.is_unchanged
        else parse_feed(document, max_items=source.max_items, now=now)
    )
    return replace(
        reading,
        etag=document.etag,
        last_modified=document.last_modified,
        moved_to=document.moved_to,
        max_age=max(filter(None, (document.max_age, reading.max_age)), default=None),
    )


def parse_feed(document: Document, *, max_items: int, now: datetime) -> Reading:
    """Return the newest `max_items` items of a feed, and what it says of itself; pure.

    Dates after tomorrow, as `now` tells it, count as none. An item that can't be used is set aside and never stops the
    others. Raises `ParseError` if this is no feed, an unfinished one, or XML that declares entities.
    """
    if not document.content.strip():
        raise Empty(f"{document.url} is empty")
    is_json = document.content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    parse = jsonfeed.parse if is_json else feedxml.parse
    about, found, pause = parse(document, now=now)
    items, set_aside = identified(found)
    return Reading(
        about=about, items=tuple(newest(items, max_items)), set_aside=tuple(set_aside[:max_items]), max_age=pause
    )


def identified(found: Iterable[Item | SetAside]) -> tuple[list[Item], list[SetAside]]:
    """Give each item the id that it is known by for good; return those that have one and what is set aside.

    It is the item's own id, else its link, else its enclosure's URL; never made from its title, which changes. An id
    that a feed gives to items with different links is no id: all of them go by their links, since the first of them
    would be another one at the next look. Of items with one id, the first stays.
    """
    every = list(found)
    links: dict[str, set[str]] = {}
    for one in every:
        if isinstance(one, Item) and one.origin_id and one.url:
            links.setdefault(one.origin_id, set()).add(one.url)
    shared = {origin_id for origin_id, urls in links.items() if len(urls) > 1}
    items: dict[str, Item] = {}
    set_aside = []
    for position, one in enumerate(every, start=1):
        if isinstance(one, SetAside):
            set_aside.append(one)
            continue
        enclosure = one.enclosures[0].url if one.enclosures else None
        own_id = "" if one.url and one.origin_id in shared else one.origin_id
        origin_id = own_id or one.url or enclosure
        if not origin_id:
            name = one.title[:80] or f"item {position}"
            set_aside.append(SetAside(origin_id=name, reason="it has no id, no link and no enclosure to know it by"))
        elif len(origin_id.encode("utf-8", "surrogatepass")) > _LONGEST_ID_BYTES:
            set_aside.append(
                SetAside(origin_id=origin_id[:80], reason=f"its id is longer than {_LONGEST_ID_BYTES} bytes")
            )
        else:
            items.setdefault(origin_id, replace(one, origin_id=origin_id))
    return list(items.values()), set_aside


def newest(items: Sequence[Item], max_items: int) -> list[Item]:
    """Return the newest items in the feed's order: by date if all have one, else from the top."""
    if len(items) <= max_items:
        return list(items)
    dates = [item.published or item.updated for item in items]
    if None in dates:
        return list(items[:max_items])
    ranked = sorted(range(len(items)), key=lambda at: dates[at] or _EARLIEST, reverse=True)
    return [items[at] for at in sorted(ranked[:max_items])]
