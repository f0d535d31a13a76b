"""Read an HTML file that was dropped in: its encoding, and what it says of itself outside the text.

Finding the article in it is the extractor's work; here only as much is read as an Item tells of its page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import lxml.html
from lxml import etree

from syndicator.allowed import is_crowded
from syndicator.decode import decode_text
from syndicator.errors import ParseError
from syndicator.sources.dateline import parse_date

_HEAD_CHARACTERS = 4096
_CHARSET = re.compile(
    r"(?P<before><meta[^>]{1,200}?charset\s*=\s*[\"']?\s*|<\?xml[^>]{1,100}?encoding\s*=\s*[\"'])(?P<name>[\w.:-]+)",
    re.IGNORECASE,
)
_LINKED_DATE = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"")
_DATE_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "dc.date.issued",
    "dc.date",
    "date",
)
_AUTHOR_NAMES = ("author", "dc.creator")
_LONGEST_DATE = 60
_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "title"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlFile:
    """A web page from a file."""

    content: bytes
    """UTF-8, declared as such, without byte order mark."""
    title: str
    language: str | None
    authors: tuple[str, ...]
    published: datetime | None


def read_html(content: bytes, *, now: datetime) -> HtmlFile:
    """Return the page in UTF-8 with its title, language, authors and date; raise `ParseError` if it holds no text."""
    declared = _CHARSET.search(content[:_HEAD_CHARACTERS].decode("latin-1"))
    text = decode_text(content, declared=declared and declared["name"])
    head, rest = text[:_HEAD_CHARACTERS], text[_HEAD_CHARACTERS:]
    normalised = (_CHARSET.sub(r"\g<before>utf-8", head) + rest).encode("utf-8", "replace")
    tree = parse_html(normalised)
    meta = _meta(tree)
    return HtmlFile(
        content=normalised,
        title=_title(tree),
        language=_language(tree, meta),
        authors=tuple(dict.fromkeys(name for key in _AUTHOR_NAMES for name in meta.get(key, ()))),
        published=next(filter(None, (parse_date(date, now=now) for date in _dates(tree, meta))), None),
    )


def parse_html(content: bytes) -> lxml.html.HtmlElement:
    """Return the tree of an HTML document in UTF-8; raise `ParseError` if it holds no text that anyone would see."""
    if is_crowded(content.decode("utf-8", "replace")):
        raise ParseError("this HTML has more markup than any article needs")
    parser = lxml.html.HTMLParser(encoding="utf-8")
    try:
        tree = lxml.html.document_fromstring(content, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ParseError("this HTML is empty") from error
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise ParseError("this HTML is nested too deep to be read whole")
    if not any(text.strip() for text in _seen(tree)):
        raise ParseError("this HTML holds no text")
    return tree


def _seen(tree: lxml.html.HtmlElement) -> Iterator[str]:
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in _UNSEEN:
            yield element.text or ""
        yield element.tail or ""


def _line(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _title(tree: lxml.html.HtmlElement) -> str:
    """Return the one heading that the title holds, too, without the site's name around it; else the title."""
    title = next((_line(element) for element in tree.iter("title")), "")
    headings = [heading for heading in map(_line, tree.iter("h1")) if heading]
    if headings and (not title or (len(headings) == 1 and headings[0] in title)):
        return headings[0]
    return title


def _meta(tree: lxml.html.HtmlElement) -> dict[str, list[str]]:
    """Return the contents of meta elements by name, lower case."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            name, content = element.get(attribute, "").lower(), " ".join(element.get("content", "").split())
            if name and content:
                found.setdefault(name, []).append(content)
    return found


def _language(tree: lxml.html.HtmlElement, meta: dict[str, list[str]]) -> str | None:
    declared = tree.get("lang") or tree.get("xml:lang") or next(iter(meta.get("content-language", ())), "")
    return declared.split(",")[0].strip() or None


def _dates(tree: lxml.html.HtmlElement, meta: dict[str, list[str]]) -> Iterator[str]:
    """Yield what may be the page's date, what is meant for machines first."""
    for name in _DATE_NAMES:
        yield from meta.get(name, ())
    for script in tree.iter("script"):
        yield from _LINKED_DATE.findall(script.text or "")
    for element in tree.iter("time"):
        yield element.get("datetime", "")
    for element in tree.iter("time", "p", "span", "div"):
        if not len(element) and element.text and len(element.text) <= _LONGEST_DATE:
            yield element.text
