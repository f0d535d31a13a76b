"""Write an edition as an RSS 2.0 feed, after the RSS Advisory Board's profile (rssboard.org/rss-profile)."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from threading import Lock
from typing import Any

import syndicator
from syndicator.errors import PublishError
from syndicator.model import EditionKey, Enclosure, Entry
from syndicator.publishing.attribution import attribution, rights_of
from syndicator.publishing.extension import ATOM, DUBLIN_CORE, MEDIA, NAME, Element, Extension
from syndicator.publishing.feed import (
    FOR_PROGRAMS,
    UNKNOWN_TYPE,
    authors_of,
    body_of,
    categories,
    edition_subtitle,
    edition_title,
    length_of,
    media_type_of,
    related_editions,
    source_name,
    summary_of,
    title_of,
)
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder, original_address, story_path, versions
from syndicator.publishing.podcast import episode_elements, namespaces, playable_first
from syndicator.publishing.stylesheet import styled
from syndicator.publishing.text import language_tag, link

FILE = "rss.xml"
MEDIA_TYPE = "application/rss+xml"
_TTL = 30
"""Minutes: as often as sources are looked at by default, and no server is hurt."""
_MEDIA_KINDS = frozenset({"audio", "image", "video"})
_PLAIN = re.compile(rb">[^<]*</(?:title|copyright|webMaster|category|source)>")
"""What elements hold that are plain text, as lxml writes them: no other `<` or `>` stands in it, nor in attributes."""
_LOCALE = Lock()
"""feedgen sets the process's locale while it writes a date (`util.formatRFC2822`): two at a time would leave it set."""


def render_rss(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, created: datetime) -> bytes:
    """Return the RSS feed of an edition: `entries` in their order, `lastBuildDate` of the newest, else `created`."""
    feed = _channel(key, entries, masthead=masthead, created=created)
    for entry in entries:
        _add(feed, entry, edition=key.language, masthead=masthead)
    try:
        with _LOCALE:
            rendered: bytes = feed.rss_str(pretty=True)
    except ValueError as error:
        raise PublishError(f"the RSS feed {edition_folder(key)}{FILE} can't be built: {error}") from error
    return styled(_PLAIN.sub(_encoded, rendered), edition_folder(key) + FILE)


def _channel(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, created: datetime) -> Any:  # noqa: ANN401 - feedgen has no types
    from feedgen.feed import FeedGenerator  # noqa: PLC0415 - it brings dateutil, and most passes publish nothing

    folder = edition_folder(key)
    name = source_name(key, entries)
    feed = FeedGenerator()
    feed.register_extension(NAME, Extension, Extension)
    feed.title(edition_title(key, name, masthead=masthead))
    feed.description(escape(edition_subtitle(key, name, masthead=masthead), quote=False))
    feed.language(key.language)
    feed.lastBuildDate(max((entry.updated for entry in entries), default=created))
    feed.generator(f"syndicator {syndicator.__version__}")
    feed.copyright(masthead.rights)
    if masthead.email:
        feed.webMaster(f"{masthead.email} ({masthead.publisher})")
    feed.link(href=masthead.url(folder + FILE), rel="self", type=MEDIA_TYPE)
    feed.link(href=masthead.url(folder + INDEX), rel="alternate")  # the last link is the channel's
    feed.ttl(_TTL)
    extension: Extension = getattr(feed, NAME)
    extension.language = key.language  # for the style sheet: it can't look at what `language` says
    extension.namespaces = {"dc": DUBLIN_CORE[1:-1], "media": MEDIA[1:-1], **namespaces(entries)}
    if not masthead.email:  # else `webMaster` names the publisher, and validators want one of the two
        extension.elements.append(Element(name=f"{DUBLIN_CORE}publisher", text=masthead.publisher))
    for hub in masthead.hubs:
        extension.elements.append(Element(name=f"{ATOM}link", attributes={"href": hub, "rel": "hub"}))
    for other in related_editions(key, entries, masthead=masthead):
        extension.elements.append(
            _link("related", masthead.url(edition_folder(other) + FILE), hreflang=other.language, media_type=MEDIA_TYPE)
        )
    return feed


def _encoded(text: re.Match[bytes]) -> bytes:
    """Return text with `&`, `<` and `>` as the numbers of characters: so most readers get them right (rss-profile)."""
    return text[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")


def _add(feed: Any, entry: Entry, *, edition: str, masthead: Masthead) -> None:  # noqa: ANN401
    original = original_address(entry, edition=edition, masthead=masthead)
    item = feed.add_entry(order="append")
    item.title(title_of(entry, edition=edition))
    item.link(href=masthead.url(story_path(edition, entry.story)))
    item.guid(entry.ids.rss, permalink=False)
    item.pubDate(entry.published)
    # Readers take a description for HTML, whatever it was meant to be (rss-profile, description).
    item.description(escape(summary_of(entry) or title_of(entry, edition=edition), quote=False))
    item.content(attribution(entry, reader=edition, original=original) + "\n" + body_of(entry))
    item.category([_category(parts) for parts in categories(entry, edition=edition)])
    if origin := _source_address(entry):
        item.source(url=origin, title=entry.attribution.name)
    enclosures = playable_first(entry)
    for enclosure, address in enclosures[:1]:  # one at most (rss-profile, enclosure)
        item.enclosure(url=address, length=length_of(enclosure) or "0", type=media_type_of(enclosure) or UNKNOWN_TYPE)
    extension: Extension = getattr(item, NAME)
    extension.elements += _dublin_core(entry)
    extension.elements += _links(entry, edition=edition, masthead=masthead)
    extension.elements += [_media(enclosure, address) for enclosure, address in enclosures[1:]]
    extension.elements += episode_elements(entry)


def _category(parts: dict[str, str]) -> dict[str, str]:
    """Return a category's parts without its label where programs are to read it: RSS has room for one of the two."""
    return {part: value for part, value in parts.items() if part != "label" or parts.get("scheme") not in FOR_PROGRAMS}


def _source_address(entry: Entry) -> str | None:
    source = entry.attribution
    return link(source.feed_url) or link(source.home_url) or link(entry.original_url)


def _dublin_core(entry: Entry) -> Iterator[Element]:
    for name in authors_of(entry):
        yield Element(name=f"{DUBLIN_CORE}creator", text=name)
    if language := language_tag(entry.language):
        yield Element(name=f"{DUBLIN_CORE}language", text=language)
    if rights := rights_of(entry):
        yield Element(name=f"{DUBLIN_CORE}rights", text=rights)


def _links(entry: Entry, *, edition: str, masthead: Masthead) -> Iterator[Element]:
    for other in versions(entry, edition=edition, masthead=masthead)[1:]:
        yield _link("related", masthead.url(other.path), hreflang=language_tag(other.language))
    if origin := link(entry.original_url):
        yield _link("via", origin, hreflang=language_tag(entry.original_language))


def _link(rel: str, address: str, *, hreflang: str | None, media_type: str = "text/html") -> Element:
    attributes = {"href": address, "rel": rel, "type": media_type, "hreflang": hreflang}
    return Element(name=f"{ATOM}link", attributes=attributes)


def _media(enclosure: Enclosure, address: str) -> Element:
    media_type = media_type_of(enclosure)
    kind, _, _ = (media_type or "").partition("/")
    attributes = {
        "url": address,
        "type": media_type,
        "medium": kind if kind in _MEDIA_KINDS else None,
        "fileSize": length_of(enclosure),
        "duration": str(enclosure.episode.duration_seconds)
        if enclosure.episode and enclosure.episode.duration_seconds
        else None,
    }
    title = Element(name=f"{MEDIA}title", text=enclosure.title)
    return Element(name=f"{MEDIA}content", attributes=attributes, children=(title,) if enclosure.title else ())
