"""Read and write lists of sources as OPML 2.0 (opml.org/spec2.opml), which every feed reader exports and imports."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from syndicator.errors import ParseError
from syndicator.model import Source, SourceKind

LONGEST_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of an OPML file."""

    url: str
    title: str | None
    slug: str
    """Made of the title, else of the host; not necessarily free."""


def parse_opml(content: bytes) -> list[Subscription]:
    """Return the feeds of an OPML file in its order, each URL once, groups flattened; raise `ParseError`."""
    if len(content) > LONGEST_BYTES:
        raise ParseError(f"the OPML file has more than {LONGEST_BYTES:,} bytes")
    if b"<!ENTITY" in content.replace(b"\0", b""):
        raise ParseError("the OPML file declares entities, which no feed reader writes: refused")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"the file is not well-formed OPML: {error}") from error
    if root.tag != "opml":
        raise ParseError(f"the file is not OPML: it begins with <{root.tag!r}>")
    found: dict[str, Subscription] = {}
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or "").strip()
        if urlsplit(url).scheme in {"http", "https"} and url not in found:
            title = " ".join((outline.get("title") or outline.get("text") or "").split()) or None
            found[url] = Subscription(url=url, title=title, slug=_slug(title, url))
    return list(found.values())


def write_opml(sources: Sequence[Source]) -> bytes:
    """Return an OPML file with one outline for each source that is a feed, named as the configuration names it."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sources of syndicator"
    body = etree.SubElement(root, "body")
    for source in sources:
        if source.kind is SourceKind.FEED and source.url:
            name = source.name or source.slug
            etree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=source.url)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return content


def _slug(title: str | None, url: str) -> str:
    """Make a slug of an ASCII title or else of the host."""
    for name in (title or "", urlsplit(url).hostname or ""):
        if slug := re.sub(r"[^a-z0-9]+", "-", name.lower().removeprefix("www.")).strip("-")[:60].strip("-"):
            return slug
    return "source"
