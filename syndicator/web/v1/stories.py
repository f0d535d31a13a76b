"""Tell what was published: page by page, or what was found, or one story in all its languages."""

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from syndicator.errors import PublishError
from syndicator.model import EditionKey, Entry, primary
from syndicator.publishing.extent import fitted
from syndicator.publishing.feed import body_of, title_of
from syndicator.publishing.jsonfeed import item
from syndicator.publishing.masthead import Masthead, path_part
from syndicator.publishing.text import clean, language_tag, link, one_line
from syndicator.web.search import LONGEST, MOST_FOUND, MOST_WORDS, Indexer, rules_of
from syndicator.web.site import Site
from syndicator.web.v1.answers import told
from syndicator.web.v1.asked import (
    NO_CURSOR,
    Missing,
    Unclear,
    cursor,
    following,
    limit_of,
    moment_of,
    one_of,
    place_of,
    values_of,
)
from syndicator.web.words import words_of

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore

_NAMES = ("language", "source", "topic", "since", "q", "limit", "cursor")
_ONE_WAY = "Give one of source, topic and q; since goes with all but q."


def masthead_of(site: Site, store: "SqlStore") -> Masthead:
    """Return what stands on editions; without a public address, links are to this server, and tell of no folder."""
    from syndicator.wiring import make_masthead  # noqa: PLC0415 - files are served without all this

    masthead = make_masthead(site.settings, store)
    return masthead if site.settings.feeds.base_url else replace(masthead, base_url=site.base)


def stories(request: Request) -> Response:
    """Tell the newest stories of an edition, or what was found in it."""

    def make(store: "SqlStore") -> dict[str, Any]:
        site: Site = request.app.state.site
        values = values_of(request.query_params, _NAMES)
        masthead = masthead_of(site, store)
        language = one_of(values, "language", site.settings.languages) or site.settings.languages[0]
        if sum(name in values for name in ("source", "topic", "q")) > 1 or {"q", "since"} <= values.keys():
            raise Unclear(_ONE_WAY)
        if "q" in values:
            return _found(request, store, masthead, language=language, values=values)
        return _listed(request, store, masthead, language=language, values=values)

    return told(request, make)


def story(request: Request) -> Response:
    """Tell one story in all the languages in which it is published."""

    def make(store: "SqlStore") -> dict[str, Any]:
        values_of(request.query_params, ())
        identifier = request.path_params["story"]
        masthead = masthead_of(request.app.state.site, store)
        with suppress(PublishError):
            path_part(identifier)
            if entries := [one for one in _shown(store.story(identifier), masthead) if masthead.edition(one.language)]:
                return {
                    "story": identifier,
                    "original": _original(entries),
                    "items": [_item(one, masthead) for one in entries],
                }
        raise Missing("There is no such story.")

    return told(request, make)


ROUTES = (("/stories", stories), ("/stories/{story}", story))


def _listed(
    request: Request, store: "SqlStore", masthead: Masthead, *, language: str, values: dict[str, str]
) -> dict[str, Any]:
    limit = limit_of(values)
    topic = one_of(values, "topic", [one.slug for one in masthead.topics])
    source = values.get("source")
    if source is not None and "\0" in source:
        raise Unclear("source is a slug.")
    found = store.listing(
        EditionKey(language=language, source=source, topic=topic),
        limit=limit + 1,
        after=_after(values),
        since=moment_of(values, "since"),
    )
    page = found[:limit]
    place = cursor(page[-1].published.isoformat(), page[-1].story) if len(found) > limit else None
    items = [_item(one, masthead) for one in _shown(page, masthead)]
    return {"items": items, "next": following(request.url.path, values, place)}


def _after(values: dict[str, str]) -> tuple[datetime, str] | None:
    place = place_of(values, str, str)
    if place is None:
        return None
    moment, identifier = map(str, place)
    try:
        path_part(identifier)
        return datetime.fromisoformat(moment).astimezone(UTC), identifier
    except (ValueError, OverflowError, PublishError) as error:
        raise Unclear(NO_CURSOR) from error


def _found(
    request: Request, store: "SqlStore", masthead: Masthead, *, language: str, values: dict[str, str]
) -> dict[str, Any]:
    """Return stories with the words asked for, the best first: their place is their number, as on the page."""
    indexer: Indexer = request.app.state.indexer
    limit = limit_of(values)
    question = one_line(clean(unicodedata.normalize("NFC", values["q"])))
    if len(question) > LONGEST:
        raise Unclear(f"q has at most {LONGEST} characters.")
    place = place_of(values, int)
    first = int(place[0]) if place else 0
    if not 0 <= first <= MOST_FOUND:
        raise Unclear(NO_CURSOR)
    wanted = [word.keys for word in words_of(question, language)][:MOST_WORDS]
    is_whole = not wanted or indexer.catch_up(store, masthead)
    found = store.search(rules_of(masthead), language, wanted, first=first, count=limit)
    after = first + limit
    following_place = cursor(after) if after < min(found.total, MOST_FOUND) else None
    return {
        "items": [_item(one, masthead) for one in _shown(found.entries, masthead)],
        "next": following(request.url.path, values, following_place),
        "total": found.total,
        "is_complete": is_whole,
    }


def _shown(entries: Iterable[Entry], masthead: Masthead) -> Iterator[Entry]:
    """Yield the entries that are published, with as much of their text as stands in feeds."""
    for entry in entries:
        with suppress(PublishError):
            yield fitted(entry, masthead=masthead)


def _item(entry: Entry, masthead: Masthead) -> dict[str, Any]:
    return item(entry, edition=masthead.edition(entry.language) or entry.language, masthead=masthead)


def _original(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return what was translated, as far as it is published: by itself, or beside a translation."""
    ordered = sorted(entries, key=lambda one: one.route is not None)
    entry = ordered[0]
    language = primary(entry.original_language)
    told_of = {"language": language_tag(entry.original_language) or "und", "url": link(entry.original_url)}
    if entry.route is None:
        return {**told_of, "title": title_of(entry, edition=language), "content_html": body_of(entry)}
    beside = next((one for one in ordered if one.original), None)
    if beside is None or beside.original is None:
        return {**told_of, "title": None, "content_html": None}
    as_it_was = replace(beside, title=beside.original.title, html=beside.original.html, summary="")
    return {**told_of, "title": title_of(as_it_was, edition=language), "content_html": body_of(as_it_was)}
