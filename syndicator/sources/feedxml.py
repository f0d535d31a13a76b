"""Read RSS and Atom with two parsers, each where it is right. Knows these formats; refuses to know item identity.

**fastfeedparser first**, fifty times as fast; but only where it loses nothing, which was measured on 0.6.5: it keeps
one author of several, forgets xml:lang, xml:base, the channel's language and all rights, empties XHTML titles, takes
an Atom entry's first link whatever its rel, drops dates that it can't read and makes one up from a guid like "7", and
cuts a damaged document's texts short. So its entries are taken from
well-formed RSS whose items hold nothing but what it reads faithfully (`_FAITHFUL`), and a test holds it to feedparser's
reading of the same documents. **feedparser** reads all else: Atom, RSS with more in it, and what fastfeedparser fails
on or finds nothing in. It reads every feed's own fields, too, which costs nothing with the items left out.

feedparser is given a stream, never a string or bytes, which it would take for a file name or a URL.
"""

import html
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

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
    plain_title,
)
from syndicator.sources.pace import pause
from syndicator.sources.podcast import duration_seconds, episodes, with_episode
from syndicator.sources.safexml import safe_xml

Fields = Mapping[str, Any]
"""Of a feed or an entry, as feedparser names and nests them."""

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
_ONCE = frozenset({"title", "link", "guid", "description", "pubDate", "author", _CONTENT, _CREATOR})
_FAITHFUL = _ONCE | {
    "category",
    "enclosure",
    "comments",
    "{http://wellformedweb.org/CommentAPI/}commentRss",
    "{http://purl.org/rss/1.0/modules/slash/}comments",
    "{com-wordpress:feed-additions:1}post-id",
}
_MARKUP_TYPES = frozenset({"text/html", "application/xhtml+xml", "html", "xhtml"})
_TEXT_TYPES = frozenset({"text/plain", "text", "text/markdown", ""})


def parse(document: Document, *, now: datetime) -> tuple[About, list[Item | SetAside], timedelta | None]:
    """Return what a feed says of itself, its items in order, and how long it wants to be left alone.

    `origin_id` is the item's own id or empty.

    Raises `ParseError` if it is no feed, broken off, or declares entities.
    """
    xml = safe_xml(document)
    feed, entries = _fast(xml) or _thorough(xml)
    version = str(feed.get("version") or "")
    if not version and not entries:
        raise ParseError(f"{document.url} is XML, but neither RSS nor Atom")
    is_rss = not version.startswith("atom")
    about = _about(feed, document.url, is_rss=is_rss, now=now)
    found: list[Item | SetAside] = []
    told = episodes(xml, document.url)
    # One for each entry, or it can't be told which belongs to which (a damaged feed).
    told = told if len(told) == len(entries) else [None] * len(entries)
    for position, (entry, episode) in enumerate(zip(entries, told, strict=True), start=1):
        try:
            item = _item(entry, about, url=document.url, is_rss=is_rss, now=now)
            found.append(replace(item, enclosures=with_episode(item.enclosures, episode)))
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            found.append(SetAside(origin_id=f"item {position}", reason=f"it can't be read: {error}"))
    return about, found, pause(feed) if is_rss else None


# From XML to fields, in feedparser's names.


def _thorough(xml: bytes) -> tuple[Fields, list[Fields]]:
    """Read with feedparser; nothing is sanitised here, since `articles.clean` does that for every source alike."""
    import feedparser  # noqa: PLC0415 - 40 ms, and most looks at a feed find it unchanged

    headers = {"content-type": "application/xml; charset=utf-8"}  # not its URL: it would be put before ids, too
    try:
        parsed = feedparser.parse(
            io.BytesIO(xml), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError) as error:
        # It names no errors of its own, and its tolerant parser fails in any of these ways on what is badly damaged.
        raise ParseError(f"the feed is too damaged to be read: {error}") from error
    # Plain dicts: feedparser's own answers for `updated` with `published`, and warns of it.
    return {**parsed["feed"], "version": parsed["version"]}, [dict(entry) for entry in parsed["entries"]]


def _fast(xml: bytes) -> tuple[Fields, list[Fields]] | None:
    """Read the items with fastfeedparser; None where it fails, finds nothing or would lose something."""
    import fastfeedparser  # noqa: PLC0415 - as feedparser, 12 ms

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
        channel = root.find("channel") if root.tag == "rss" else None
        items = channel.findall("item") if channel is not None else []
        if channel is None or not items or not all(_is_faithful(item) for item in items):
            return None
        if any(name.startswith("{") for name in (*root.attrib, *channel.attrib)):  # xml:base
            return None
        entries = fastfeedparser.parse(xml, include_media=False)["entries"]
    except (etree.XMLSyntaxError, ValueError, KeyError, TypeError):
        return None
    if len(entries) != len(items):
        return None
    for item in items:
        channel.remove(item)
    feed, _ = _thorough(etree.tostring(root, encoding="utf-8", xml_declaration=True))
    return feed, [_as_feedparser_has_it(entry, item) for entry, item in zip(entries, items, strict=True)]


def _is_faithful(item: etree._Element) -> bool:
    """Return whether fastfeedparser reads this item without loss."""
    tags = [child.tag for child in item]
    return bool(
        not item.attrib
        and set(tags) <= _FAITHFUL
        and all(tags.count(tag) <= 1 for tag in _ONCE)
        and not ("author" in tags and _CREATOR in tags)
        and (item.findtext("link") or "").strip()  # else it takes any guid for one; permalinks are feedparser's to tell
        and not any(len(child) or any(name.startswith("{") for name in child.attrib) for child in item)
    )


def _as_feedparser_has_it(entry: Fields, item: etree._Element) -> Fields:
    """Return an entry of fastfeedparser's in feedparser's names and nesting.

    It makes a description up where there is none, and reads dates too freely: those are taken from the item.
    """
    has = {child.tag: child for child in item}
    has_description = "description" in has and has["description"].text
    description = {"summary_detail": _detail(entry.get("description"))} if has_description else {}
    content = {"content": [_detail(entry["content"][0]["value"])]} if _CONTENT in has and entry.get("content") else {}
    return {
        "id": has["guid"].text if "guid" in has else None,
        "link": entry.get("link"),
        "title_detail": _detail(entry.get("title")),
        "published": has["pubDate"].text if "pubDate" in has else None,
        "author": entry.get("author"),
        "authors": entry.get("authors") or [],
        "tags": entry.get("tags") or [],
        "links": [
            {"rel": "enclosure", "href": one.get("url"), "type": one.get("type"), "length": one.get("length")}
            for one in entry.get("enclosures") or []
        ],
        **description,
        **content,
    }


def _detail(value: object) -> Fields:
    return {"value": value or "", "type": "text/html"}


# From fields to our values.


def _about(feed: Fields, url: str, *, is_rss: bool, now: datetime) -> About:
    own_id = clean(feed.get("id")).strip()
    return About(
        name=_title(feed, "title_detail", is_rss=is_rss) or None,
        home_url=absolute_url(feed.get("link"), url),
        self_id=own_id or None,
        rights=_title(feed, "rights_detail", is_rss=is_rss) or None,
        language=clean(feed.get("language")).strip() or None,
        updated=parse_date(feed.get("updated"), now=now) or parse_date(feed.get("published"), now=now),
    )


def _item(entry: Fields, about: About, *, url: str, is_rss: bool, now: datetime) -> Item:
    bodies = [*(entry.get("content") or []), {"value": entry.get("yandex_full-text"), "type": "text/plain"}]
    summary = entry.get("summary_detail") or {}
    body = max([*bodies, summary], key=lambda detail: len(_markup(detail, is_rss=is_rss)))
    text, shorter = _markup(body, is_rss=is_rss), _markup(summary, is_rss=is_rss)
    origin, title = entry.get("source") or {}, entry.get("title_detail") or {}
    link = absolute_url(entry.get("feedburner_origlink"), url) or _link(entry, url)
    return Item(
        origin_id=clean(entry.get("id")).strip(),
        url=link,
        title=_title(entry, "title_detail", is_rss=is_rss),
        html=text,
        summary="" if shorter == text else shorter,
        # RSS tells no base: its texts are cut out of the item's page, and their links with them.
        base_url=absolute_url(body.get("base"), url) or (link if is_rss and link else url),
        authors=_authors(entry),
        # dc:date, all that RSS 1.0 has, is `updated` to feedparser.
        published=parse_date(entry.get("published") or (is_rss and entry.get("updated")), now=now),
        updated=parse_date(entry.get("updated"), now=now),
        language=clean(entry.get("language") or body.get("language") or title.get("language")) or about.language,
        categories=_categories(entry),
        enclosures=_enclosures(entry, url),
        rights=_title(entry, "rights_detail", is_rss=is_rss) or None,
        credit=plain_title(clean(origin.get("title")), is_escaped_twice=is_rss) or None,
    )


def _markup(detail: Fields, *, is_rss: bool) -> str:
    """Return a text construct (RFC 4287 3.1) as HTML; RSS says no type and means HTML. Empty for other media."""
    value, media_type = clean(detail.get("value")).strip(), clean(detail.get("type")).lower()
    if is_rss and media_type in _MARKUP_TYPES | _TEXT_TYPES and "<" not in value:
        return paragraphs(html.unescape(value))
    if media_type in _MARKUP_TYPES or (is_rss and media_type in _TEXT_TYPES):
        return value
    return paragraphs(value) if media_type in _TEXT_TYPES else ""


def _title(fields: Fields, key: str, *, is_rss: bool) -> str:
    """Return a text construct as plain text, one line."""
    detail = fields.get(key) or {}
    value, media_type = clean(detail.get("value")), clean(detail.get("type")).lower()
    if is_rss:
        return plain_title(value, is_escaped_twice=True)
    return plain_title(value) if media_type in _MARKUP_TYPES else one_line(value)


def _link(entry: Fields, base: str) -> str | None:
    """Return the entry's page; an id that feedparser offers for want of a link must itself be a URL."""
    link = entry.get("link")
    is_made_of_id = entry.get("guidislink") and link == entry.get("id")
    return absolute_url(link, "" if is_made_of_id else base)


def _authors(entry: Fields) -> tuple[str, ...]:
    """Return the names; of a single author as it was written, since feedparser splits some addresses wrongly."""
    authors = entry.get("authors") or []
    written = [entry.get("author")] if len(authors) == 1 else []
    names = (author_name(name) for name in written or [author.get("name") for author in authors])
    return tuple(dict.fromkeys(name for name in names if name))


def _categories(entry: Fields) -> tuple[Category, ...]:
    categories: dict[tuple[str, str | None], Category] = {}
    for tag in entry.get("tags") or []:
        term = plain_title(clean(tag.get("term")))
        if term:
            scheme, label = clean(tag.get("scheme")).strip() or None, plain_title(clean(tag.get("label"))) or None
            categories.setdefault((term, scheme), Category(term=term, scheme=scheme, label=label))
    return tuple(categories.values())


def _enclosures(entry: Fields, base: str) -> tuple[Enclosure, ...]:
    """Return RSS enclosures, Atom links that enclose, and Media RSS contents, each URL once."""
    links = [link for link in entry.get("links") or [] if link.get("rel") == "enclosure"]
    enclosures: dict[str, Enclosure] = {}
    for link in [*links, *(entry.get("media_content") or [])]:
        url = absolute_url(link.get("href") or link.get("url"), base)
        if url is None or url in enclosures:
            continue
        enclosures[url] = Enclosure(
            url=url,
            media_type=clean(link.get("type")).strip().lower() or None,
            length_bytes=length_bytes(link.get("length") or link.get("filesize")),
            title=one_line(clean(link.get("title"))) or None,
            episode=Episode(duration_seconds=seconds) if (seconds := duration_seconds(link.get("duration"))) else None,
        )
    return tuple(enclosures.values())
