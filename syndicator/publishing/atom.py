"""Write an edition as an Atom 1.0 feed (RFC 4287)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import syndicator
from syndicator.errors import PublishError
from syndicator.model import EditionKey, Enclosure, Entry
from syndicator.publishing.attribution import attribution, rights_of, source_language
from syndicator.publishing.extension import NAME, Element, Extension
from syndicator.publishing.feed import (
    attached,
    authors_of,
    body_of,
    categories,
    edition_subtitle,
    edition_title,
    length_of,
    media_type_of,
    related_editions,
    source_name,
    title_of,
)
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder, original_address, versions
from syndicator.publishing.podcast import episode_elements, namespaces
from syndicator.publishing.stylesheet import styled
from syndicator.publishing.text import iri, language_tag, link

FILE = "atom.xml"
MEDIA_TYPE = "application/atom+xml"
HISTORY = "http://purl.org/syndication/history/1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Which part of an edition's feed a document holds (RFC 5005, section 4); paths lie below the directory."""

    path: str | None = None
    """Of an archive document; None: it is the current document."""
    before: str | None = None
    """The archive document that goes before it."""
    after: str | None = None


CURRENT = Position()


def render_atom(
    key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, created: datetime, position: Position = CURRENT
) -> bytes:
    """Return the Atom feed of an edition: `entries` in their order, `updated` as of the newest, else `created`."""
    feed = _feed(key, entries, masthead=masthead, created=created)
    _link_documents(feed, key, entries, masthead=masthead, position=position)
    for entry in entries:
        _add(feed, entry, edition=key.language, masthead=masthead)
    try:
        rendered: bytes = feed.atom_str(pretty=True)
    except ValueError as error:
        raise PublishError(f"the Atom feed {edition_folder(key)}{FILE} can't be built: {error}") from error
    return styled(rendered, position.path or edition_folder(key) + FILE)


def _feed(key: EditionKey, entries: Sequence[Entry], *, masthead: Masthead, created: datetime) -> Any:  # noqa: ANN401 - feedgen has no types
    from feedgen.feed import FeedGenerator  # noqa: PLC0415 - it brings dateutil, and most passes publish nothing

    folder = edition_folder(key)
    feed = FeedGenerator()
    feed.register_extension(NAME, Extension, Extension)
    feed.id(f"{masthead.tag_prefix}feed/{folder}atom")
    name = source_name(key, entries)
    feed.title(edition_title(key, name, masthead=masthead))
    feed.subtitle(edition_subtitle(key, name, masthead=masthead))
    feed.updated(max((entry.updated for entry in entries), default=created))
    feed.language(key.language)
    author = {"name": masthead.publisher, "email": masthead.email, "uri": masthead.site}
    feed.author({part: value for part, value in author.items() if value})
    feed.generator("syndicator", version=syndicator.__version__)
    feed.rights(masthead.rights)
    # Exactly one alternate: with more, readers take different ones for the site.
    feed.link(href=masthead.url(folder + INDEX), rel="alternate", type="text/html", hreflang=key.language)
    return feed


def _link_documents(
    feed: Any,  # noqa: ANN401
    key: EditionKey,
    entries: Sequence[Entry],
    *,
    masthead: Masthead,
    position: Position,
) -> None:
    """Link a document to itself, to the other parts of the feed, and to the feeds of sister editions."""
    current = edition_folder(key) + FILE
    extension: Extension = getattr(feed, NAME)
    extension.namespaces = namespaces(entries)
    feed.link(href=masthead.url(position.path or current), rel="self", type=MEDIA_TYPE)
    for hub in masthead.hubs if position.path is None else ():  # an archive document never changes
        feed.link(href=hub, rel="hub")
    if position.path:
        feed.link(href=masthead.url(current), rel="current", type=MEDIA_TYPE)
        extension.namespaces["fh"] = HISTORY
        extension.elements.append(Element(name=f"{{{HISTORY}}}archive"))
    for rel, path in (("prev-archive", position.before), ("next-archive", position.after)):
        if path:
            feed.link(href=masthead.url(path), rel=rel, type=MEDIA_TYPE)
    for other in related_editions(key, entries, masthead=masthead) if position.path is None else ():
        address = masthead.url(edition_folder(other) + FILE)
        feed.link(href=address, rel="related", type=MEDIA_TYPE, hreflang=other.language)


def _add(feed: Any, entry: Entry, *, edition: str, masthead: Masthead) -> None:  # noqa: ANN401
    original = original_address(entry, edition=edition, masthead=masthead)
    ours = feed.add_entry(order="append")
    ours.id(entry.ids.atom)
    ours.title(title_of(entry, edition=edition))
    ours.published(entry.published)
    ours.updated(entry.updated)
    ours.author([{"name": name} for name in authors_of(entry)])
    ours.category(list(categories(entry, edition=edition)))
    ours.rights(rights_of(entry))
    if entry.summary.strip():
        ours.summary(entry.summary, type="text")
    ours.content(attribution(entry, reader=edition, original=original) + "\n" + body_of(entry), type="html")
    extension: Extension = getattr(ours, NAME)
    extension.language = language_tag(entry.language)
    if theirs := source_language(entry):
        extension.languages["rights"] = theirs
    extension.elements += _links(entry, edition=edition, masthead=masthead)
    extension.elements.append(_source(entry, masthead=masthead))
    extension.elements += episode_elements(entry)


def _links(entry: Entry, *, edition: str, masthead: Masthead) -> Iterator[Element]:
    own, *others = versions(entry, edition=edition, masthead=masthead)
    yield _link("alternate", masthead.url(own.path), hreflang=language_tag(own.language))
    for other in others:
        yield _link("related", masthead.url(other.path), hreflang=language_tag(other.language))
    if origin := link(entry.original_url):
        yield _link("via", origin, hreflang=language_tag(entry.original_language))
    for enclosure, address in attached(entry):
        yield _enclosure(enclosure, address)


def _link(rel: str, address: str, *, hreflang: str | None) -> Element:
    attributes = {"href": address, "rel": rel, "type": "text/html", "hreflang": hreflang}
    return Element(name="link", attributes=attributes)


def _enclosure(enclosure: Enclosure, address: str) -> Element:
    attributes = {
        "href": address,
        "rel": "enclosure",
        "type": media_type_of(enclosure),
        "length": length_of(enclosure),
        "title": enclosure.title,
    }
    return Element(name="link", attributes=attributes)


def _source(entry: Entry, *, masthead: Masthead) -> Element:
    """Return the metadata of the feed that an entry came from (RFC 4287, 4.2.11)."""
    source = entry.attribution
    language = source_language(entry)
    feed_url, home_url = link(source.feed_url), link(source.home_url)
    identifier = iri(source.self_id) or feed_url or home_url or f"{masthead.tag_prefix}source/{source.slug}"
    # A source should have a date; one that states none was there at the latest when it published this.
    updated = source.updated or entry.published
    parts = [
        Element(name="id", text=identifier),
        Element(name="title", text=source.name, language=language),
        Element(name="updated", text=updated.isoformat()),
    ]
    if feed_url:
        parts.append(Element(name="link", attributes={"href": feed_url, "rel": "self"}))
    if home_url:
        parts.append(_link("alternate", home_url, hreflang=language))
    if source.rights:
        parts.append(Element(name="rights", text=source.rights, language=language))
    return Element(name="source", children=tuple(parts), language=language)
