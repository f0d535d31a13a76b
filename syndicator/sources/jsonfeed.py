"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org). Knows that format; refuses to know how its items are identified.

It is read from JSON itself: fastfeedparser 0.6 keeps one author of many and loses languages and attachment titles.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from syndicator.decode import decode_fetched
from syndicator.errors import ParseError
from syndicator.model import About, Category, Document, Enclosure, Episode, Item, SetAside
from syndicator.sources.feedfields import (
    absolute_url,
    author_name,
    clean,
    length_bytes,
    one_line,
    paragraphs,
    parse_date,
)
from syndicator.sources.podcast import duration_seconds

_MOST_ITEMS = 20_000


def parse(document: Document, *, now: datetime) -> tuple[About, list[Item | SetAside], None]:
    """Return what a feed says of itself and its items in order, `origin_id` being the item's own id or empty.

    It can't say how long it wants to be left alone. Raises `ParseError` if it is no JSON Feed.
    """
    try:
        # Numbers stay as they are written: an id such as 1.50 is no number, and one of 5,000 digits is none to Python.
        feed = json.loads(
            decode_fetched(document.content, declared=(document.charset,)), parse_int=str, parse_float=str
        )
    except (ValueError, RecursionError) as error:
        raise ParseError(f"{document.url} begins like JSON but is broken: {error}") from error
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError(f"{document.url} is JSON, but not a JSON Feed: it has no list of items")
    if len(feed["items"]) > _MOST_ITEMS:
        raise ParseError(f"{document.url} has more than {_MOST_ITEMS:,} items")
    language = clean(feed.get("language")) or None
    about = About(
        name=one_line(clean(feed.get("title"))) or None,
        home_url=absolute_url(feed.get("home_page_url"), document.url),
        language=language,
    )
    authors = _authors(feed)
    found: list[Item | SetAside] = []
    for position, entry in enumerate(feed["items"], start=1):
        if isinstance(entry, Mapping):
            found.append(_item(entry, document, now=now, language=language, authors=authors))
        else:
            found.append(SetAside(origin_id=f"item {position}", reason="it is not a JSON object"))
    return about, found, None


def _item(
    entry: Mapping[str, Any], document: Document, *, now: datetime, language: str | None, authors: tuple[str, ...]
) -> Item:
    body = clean(entry.get("content_html")) or paragraphs(clean(entry.get("content_text")))
    summary = paragraphs(clean(entry.get("summary")))
    return Item(
        origin_id=one_line(clean(entry.get("id"))),  # version 1.1 wants a string; numbers are common
        url=absolute_url(entry.get("url"), document.url) or absolute_url(entry.get("external_url"), document.url),
        title=one_line(clean(entry.get("title"))),
        html=body or summary,
        summary=summary if body else "",
        base_url=document.url,
        authors=_authors(entry) or authors,
        published=parse_date(entry.get("date_published"), now=now),
        updated=parse_date(entry.get("date_modified"), now=now),
        language=clean(entry.get("language")) or language,
        categories=tuple(Category(term=term) for term in dict.fromkeys(map(_term, _list(entry, "tags"))) if term),
        enclosures=_enclosures(entry, document.url),
    )


def _list(holder: Mapping[str, Any], key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []


def _term(tag: object) -> str:
    return one_line(clean(tag))


def _authors(holder: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names in `authors` (1.1), else in `author` (1.0)."""
    people = _list(holder, "authors") or [holder.get("author")]
    names = (author_name(person.get("name")) for person in people if isinstance(person, Mapping))
    return tuple(dict.fromkeys(name for name in names if name))


def _enclosures(entry: Mapping[str, Any], base: str) -> tuple[Enclosure, ...]:
    enclosures = {}
    for attachment in _list(entry, "attachments"):
        url = absolute_url(attachment.get("url"), base) if isinstance(attachment, Mapping) else None
        if url is None or url in enclosures:
            continue
        enclosures[url] = Enclosure(
            url=url,
            media_type=clean(attachment.get("mime_type")).strip().lower() or None,
            length_bytes=length_bytes(attachment.get("size_in_bytes")),
            title=one_line(clean(attachment.get("title"))) or None,
            episode=Episode(duration_seconds=seconds)
            if (seconds := duration_seconds(attachment.get("duration_in_seconds")))
            else None,
        )
    return tuple(enclosures.values())
