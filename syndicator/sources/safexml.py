"""Turn a feed's bytes into XML that is safe to parse. Knows encodings, DTDs and what is no feed; refuses to know items.

An XML document that declares an entity, or has a DTD with an internal subset, is refused before any parser sees it: the
bytes become text first, whatever their encoding, and go on as UTF-8 without a DTD, so that no parser reads anything
that was not looked at here.
"""

import hashlib
import re
from html import escape, unescape
from html.entities import html5

from syndicator.decode import decode_fetched
from syndicator.errors import ParseError, WebPage
from syndicator.model import Document
from syndicator.sources.feedfields import absolute_url, clean

_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*[\"']([A-Za-z0-9._:+-]{1,40})[\"']")
_DOCTYPE = re.compile(r"<!DOCTYPE\s(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*>", re.IGNORECASE)
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_FEED_ELEMENT = re.compile(r"<(?:[\w.-]+:)?(rss|feed|rdf)[\s>]", re.IGNORECASE)
_NOISE = 8192
"""How far into a document the feed may begin, after what a broken program printed before it."""
_AMPERSAND = re.compile(r"&(?:(#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};)|([A-Za-z][A-Za-z0-9]{1,30};))?")
_XML_ENTITIES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_CDATA = "<![CDATA["
_PREFIX = re.compile(r"\sxmlns:([\w.-]+)")
# No feed comes near these. feedparser needs the square of an element's attributes in time (1 MB of them: 150 s), and
# 200 bytes of memory for each letter of a nest; and the square of the namespaces (4 MB of them: 9 s).
_MOST_TAGS = 200_000
_MOST_ATTRIBUTES = 200
_MOST_PREFIXES = 500
_MOST_REFERENCES = 1_000_000
_DEEPEST = 1000
_MOST_COMPARISONS = 50_000_000
"""feedparser compares each category of an item with those before it (2 MB of them: minutes)."""
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)\b", re.IGNORECASE)
_TERM = re.compile(r"<(?:[\w.-]+:)?(?:category|subject|keywords?|tags)\b", re.IGNORECASE)
_TERMS = re.compile(r"</?(?:[\w.-]+:)?(?:keywords|tags)\b", re.IGNORECASE)
"""Begins or ends an element that holds several categories with commas between them."""
_HTML_ELEMENTS = frozenset({"html", "head", "body", "title", "meta"})
_HTML_HEAD = 100_000
_FEED_LINK = re.compile(r"<link\b[^<>]*\btype\s*=\s*[\"']?application/(?:rss|atom)\+xml\b[^<>]*>", re.IGNORECASE)
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def safe_xml(document: Document) -> bytes:
    """Return the root element of an RSS or Atom feed, and what follows it, as UTF-8 with a declaration that says so.

    A DTD that only names an external subset, as RSS 0.91 has it, is left out, and so is what a broken program printed
    before the feed. Ampersands that begin no reference, and HTML's entities that XML does not know, are mended, since
    parsers cut the text there. Raises `ParseError` for a DTD that declares anything, for what is no feed, and for a
    feed that breaks off before its end.
    """
    text, url = _decoded(document), document.url
    start = _root(text, url)
    root = _FEED_ELEMENT.match(text, start)
    if root is None:
        root = None if _is_html(text, start) else _FEED_ELEMENT.search(text, start, start + _NOISE)
        if root is None:
            raise _not_a_feed(document, text, start)
        if "<!" in text[start : root.start()]:
            raise ParseError(f"{url} declares something amid what stands before the feed, which is refused")
    if not re.compile(rf"</(?:[\w.-]+:)?{root.group(1)}\s*>", re.IGNORECASE).search(text, root.end()):
        raise ParseError(f"{url} breaks off before the end of its {root.group(1)} element")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + _mended(text[root.start() :], url).encode()


def _decoded(document: Document) -> str:
    """Return the text: HTTP's charset if it is meant and fits, else the declaration's, else what it looks like.

    RFC 7303 3 puts HTTP first, after a byte order mark; but many servers name latin-1 for everything.
    """
    found = _DECLARED.match(document.content[:300])
    named = found.group(1).decode("ascii") if found else None
    try:
        text = clean(decode_fetched(document.content, declared=(document.charset, named)))
    except ParseError as error:
        raise ParseError(f"{document.url} can't be read: {error}") from error
    return text.replace("\u2028", "\n").replace("\u2029", "\n")  # as fastfeedparser has it, and feedparser not


def _mended(text: str, url: str) -> str:
    """Return XML whose every ampersand outside CDATA begins a reference that XML knows; refuse monstrous markup."""
    if sum(_categories(item) ** 2 for item in _ITEM.split(text)) > _MOST_COMPARISONS:
        raise ParseError(f"{url} has more categories than any feed needs")
    first, *rest = text.split(_CDATA)
    sections = [section.partition("]]>") for section in rest]
    if _is_monstrous("".join([first, *(outside for _, _, outside in sections)])):
        raise ParseError(f"{url} has more elements, attributes, namespaces or levels than any feed needs")
    parts = [_AMPERSAND.sub(_reference, first)]
    for inside, end, outside in sections:
        parts += [_CDATA, inside, end, _AMPERSAND.sub(_reference, outside)]
    return "".join(parts)


def _is_monstrous(markup: str) -> bool:
    tags = markup.split("<")
    depth = 0
    for tag in tags:
        inside = tag.partition(">")[0]
        if inside.startswith("/"):
            depth -= 1
        elif not inside.startswith(("!", "?")) and not inside.endswith("/"):
            depth += 1
        if depth > _DEEPEST or inside.count("=") > _MOST_ATTRIBUTES:
            return True
    is_of_many_tongues = markup.count("xmlns:") > _MOST_PREFIXES and len(set(_PREFIX.findall(markup))) > _MOST_PREFIXES
    return len(tags) > _MOST_TAGS or markup.count("&") > _MOST_REFERENCES or is_of_many_tongues


def _categories(item: str) -> int:
    """Return how many categories an item has at most."""
    edges = list(_TERMS.finditer(item))
    inside = item[edges[0].end() : edges[-1].start()] if edges else ""
    return len(_TERM.findall(item)) + inside.count(",")


def _reference(found: re.Match[str]) -> str:
    number, name = found.groups()
    if name in _XML_ENTITIES:
        return found.group()
    if number or name in html5:
        # As HTML has it: &#151; is a dash, though XML takes it for a control character; others are none at all.
        return escape(clean(unescape(found.group())), quote=False)
    return f"&amp;{found.group()[1:]}"


def _root(text: str, url: str) -> int:
    """Return where the first element begins; raise `ParseError` if anything before it could declare an entity."""
    at = 0
    while (start := text.find("<", at)) >= 0:
        if text.startswith("<!--", start):
            end = text.find("-->", start + 4) + 3
        elif text.startswith("<?", start):
            end = text.find("?>", start + 2) + 2
        elif text.startswith("<!", start):
            doctype = _DOCTYPE.match(text, start)
            if doctype is None:
                raise ParseError(f"{url} declares entities or other things in a DTD, which is refused")
            end = doctype.end()
        elif _ELEMENT.match(text, start):
            return start
        else:
            end = start + 1
        if end <= start:  # never closed
            break
        at = end
    raise ParseError(f"{url} is not a feed: it has no element")


def _is_html(text: str, start: int) -> bool:
    found = _ELEMENT.match(text, start)
    return "<!doctype html" in text[:start].lower() or (found is not None and found.group(1).lower() in _HTML_ELEMENTS)


def _not_a_feed(document: Document, text: str, start: int) -> ParseError:
    """Return an error that says what came in place of a feed, and what the operator can do."""
    url = document.url
    if not _is_html(text, start):
        found = _ELEMENT.match(text, start)
        return ParseError(f"{url} is not a feed: its root element is {found.group(1)[:40] if found else 'missing'}")
    link = _FEED_LINK.search(text, 0, _HTML_HEAD)
    href = _HREF.search(link.group()) if link else None
    feed_url = absolute_url(href.group(1) or href.group(2), url) if href else None
    hint = f"its feed may be {feed_url}" if feed_url else "a page without a feed is read with page = in place of feed ="
    digest = hashlib.sha256(document.content).hexdigest()[:16]
    return WebPage(f"{url} is a web page, not a feed ({hint})", url=url, digest=digest)
