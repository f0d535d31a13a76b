"""Read and write lists of sources as OPML 2.0 (opml.org/spec2.opml), which every feed reader exports and imports.

Groups are outlines without an address; a source's group is the path of their names, as in `News/Russia`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from syndicator.decode import decode_fetched
from syndicator.errors import ParseError
from syndicator.model import Source, SourceKind

LONGEST_BYTES = 10_000_000
MOST_OUTLINES = 20_000
DEEPEST = 20
"""Groups in groups; readers make two or three."""
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._:+-]{1,40})[\"']")
_IN_A_NAME = "\N{DIVISION SLASH}"
"""What stands for a slash within the name of a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed of an OPML file."""

    url: str
    title: str | None
    group: str | None
    slug: str
    """Made of the title, else of the host; not necessarily free."""


def parse_opml(content: bytes) -> list[Subscription]:
    """Return the feeds of an OPML file in its order, also those that it has twice; raise `ParseError`."""
    if len(content) > LONGEST_BYTES:
        raise ParseError(f"the OPML file has more than {LONGEST_BYTES:,} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_text(content).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ParseError(f"the file is not well-formed OPML: {error}") from error
    if root.tag != "opml":
        raise ParseError(f"the file is not OPML: it begins with <{root.tag!r}>")
    return list(_subscriptions(root))


def write_opml(sources: Sequence[Source]) -> bytes:
    """Return an OPML file with one outline for each source that is a feed, named as the configuration names it."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sources of syndicator"
    groups = {"": etree.SubElement(root, "body")}
    for source in sources:
        if source.kind is SourceKind.FEED and source.url:
            name = source.name or source.slug
            attributes = {"type": "rss", "text": name, "title": name, "xmlUrl": source.url}
            etree.SubElement(_group(groups, source.group or ""), "outline", attributes)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return content


def slug_of(title: str | None, url: str) -> str:
    """Make a slug of an ASCII title or else of the host."""
    for name in (title or "", urlsplit(url).hostname or ""):
        if slug := re.sub(r"[^a-z0-9]+", "-", name.lower().removeprefix("www.")).strip("-")[:60].strip("-"):
            return slug
    return "source"


def _text(content: bytes) -> str:
    """Return the file as text without its declaration, whatever its encoding; raise `ParseError` for a DTD."""
    named = _ENCODING.match(content[:300])
    text = decode_fetched(content, declared=(named[1].decode("ascii") if named else None,))
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ParseError("the OPML file has a DTD, which no feed reader writes, and may declare entities: refused")
    return _DECLARATION.sub("", text)


def _subscriptions(root: etree._Element) -> Iterator[Subscription]:
    count = 0
    outlines = [outline for body in root.iter("body") for outline in body.findall("outline")]
    waiting: list[tuple[tuple[str, ...], etree._Element]] = [((), outline) for outline in reversed(outlines)]
    while waiting:
        path, outline = waiting.pop()
        count += 1
        if count > MOST_OUTLINES or len(path) > DEEPEST:
            raise ParseError(f"the OPML file has more than {MOST_OUTLINES:,} outlines, or more than {DEEPEST} levels")
        title = " ".join((outline.get("title") or outline.get("text") or "").split())
        if url := (outline.get("xmlUrl") or "").strip():
            yield Subscription(url=url, title=title or None, group="/".join(path) or None, slug=slug_of(title, url))
        inner = (*path, title.replace("/", _IN_A_NAME)) if title and not url else path
        waiting += [(inner, each) for each in outline.findall("outline")][::-1]


def _group(groups: dict[str, etree._Element], path: str) -> etree._Element:
    """Return the outline of a group, made within those around it if it is not there yet."""
    if path not in groups:
        outer, _, name = path.rpartition("/")
        groups[path] = etree.SubElement(_group(groups, outer), "outline", text=name, title=name)
    return groups[path]
