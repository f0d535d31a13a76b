"""Read a sitemap (sitemaps.org 0.9) and its news extension. Pure; knows the format, not what is done with the links."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from syndicator.decode import decode_fetched
from syndicator.errors import ParseError
from syndicator.model import Document

GZIP = b"\x1f\x8b"
MOST_MARKUP = 1_500_000
"""Tags and attributes, each of which a tree keeps in 100 bytes and more: thirty for each of 50,000 addresses, the most
that a sitemap may have (sitemaps.org)."""
MAX_BYTES = 50_000_000
"""Of an uncompressed sitemap (sitemaps.org, "Sitemap file requirements")."""
ROOT = re.compile(
    r"(?>\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*>)*+(?P<root><(?:\w+:)?(?P<name>urlset|sitemapindex)\b)",
    re.DOTALL | re.IGNORECASE,
)
PROLOG = re.compile(r".*?(?=<[A-Za-z]|\Z)", re.DOTALL)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to an article, as a listing or sitemap gives it."""

    url: str
    """As given, absolute once it was chosen."""
    title: str = ""
    changed: str = ""
    """A sitemap's `lastmod`, as written."""
    published: datetime | None = None
    language: str | None = None
    publication: str | None = None
    """The name of the newspaper (news sitemaps)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """What a sitemap lists, newest first; what has no date comes last, in the file's order."""

    links: tuple[Link, ...]
    is_index: bool
    """The links lead to further sitemaps."""


def parse_sitemap(document: Document) -> Sitemap | None:
    """Return what a sitemap lists, or None if the document is something else.

    Raises `ParseError` if it declares entities, can't be decoded or unpacked.
    """
    content = _unpacked(document)
    text = decode_fetched(content, declared=(document.charset,))
    prolog = PROLOG.match(text)
    if prolog and re.search(r"<!DOCTYPE[^<>]*\[|<!ENTITY", prolog[0], re.IGNORECASE):  # XML 1.0 4.2
        raise ParseError(f"{document.url} declares entities, which is refused")
    found = ROOT.match(text)
    if found is None:
        return None
    if text.count("<") + text.count("=") > MOST_MARKUP:
        raise ParseError(f"{document.url} has more tags and attributes than any sitemap needs")
    # No parser sees what stands before the root. `recover`: many sitemaps hold a bare "&" in an address.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, encoding="utf-8")
    tree = etree.fromstring(text[found.start("root") :].encode(), parser)
    if tree is None:
        raise ParseError(f"{document.url} is no well-formed sitemap")
    links = [link for element in tree.iterchildren("{*}url", "{*}sitemap") if (link := _link(element)).url]
    return Sitemap(links=tuple(newest_first(links)), is_index=found["name"].lower() == "sitemapindex")


def newest_first(links: Iterable[Link]) -> list[Link]:
    """Sort links by the date they were published or else changed; those without a date keep their order, last."""
    return sorted(links, key=lambda link: link.published or _moment(link.changed) or LONG_AGO, reverse=True)


def _unpacked(document: Document) -> bytes:
    """Return the content, unpacked if the file itself is gzip (`sitemap.xml.gz`)."""
    if not document.content.startswith(GZIP):
        return document.content
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(document.content, MAX_BYTES)
    except zlib.error as error:
        raise ParseError(f"{document.url} is damaged: {error}") from error
    if not unpacker.eof:
        raise ParseError(f"{document.url} is cut off, or larger than {MAX_BYTES} bytes when unpacked")
    return content


def _link(element: etree._Element) -> Link:
    changed = _text(element, "lastmod")
    return Link(
        url=_text(element, "loc"),
        title=_text(element, "news/{*}title"),
        changed=changed,
        published=_moment(_text(element, "news/{*}publication_date")),
        language=_text(element, "news/{*}publication/{*}language") or None,
        publication=_text(element, "news/{*}publication/{*}name") or None,
    )


def _text(element: etree._Element, path: str) -> str:
    return " ".join((element.findtext("{*}" + path) or "").split())


def _moment(text: str) -> datetime | None:
    """Return a W3C date, in UTC; one without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
