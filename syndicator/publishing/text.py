"""Make text fit to be published: what XML and HTML can carry, what a link may be. Knows nothing of entries."""

import dataclasses
import re
from enum import Enum
from typing import TypeVar, cast
from urllib.parse import quote, urlsplit

from lxml import etree, html

_UNFIT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XML 1.0, 2.2, less the C1 controls, which XML discourages and HTML calls an error.
_NOT_IN_IRI = re.compile(r"[\s<>\"{}|\\^`]")  # RFC 3987, 2.2
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")  # RFC 4287, appendix B: atomLanguageTag
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "figcaption"),
    *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre"),
    *("section", "summary", "table", "td", "th", "tr", "ul"),
)

T = TypeVar("T")


def clean(text: str) -> str:
    """Leave out the characters that neither XML 1.0 nor HTML can carry, lone surrogates included."""
    return _UNFIT.sub("", text)


def fit(value: T) -> T:
    """Return a value with all text in it cleaned, through tuples and dataclasses."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return cast("T", clean(value))
    if isinstance(value, tuple):
        return cast("T", tuple(fit(part) for part in value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {part.name: fit(getattr(value, part.name)) for part in dataclasses.fields(value)}
        return cast("T", dataclasses.replace(value, **parts))
    return value


def one_line(text: str) -> str:
    """Return text with every run of white space, line ends included, as one space."""
    return " ".join(text.split())


def plain(markup: str) -> str:
    """Return what a person reads in an HTML fragment, on one line; words of different blocks stay apart."""
    if not markup.strip():
        return ""
    try:
        root = html.fragment_fromstring(clean(markup), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):  # nothing to parse, as in a comment or <html> tag alone
        return ""
    for block in root.iter(*_BLOCKS):  # cleaned: a reference such as &#1; is a character only now
        block.text = " " + clean(block.text or "")
        block.tail = " " + clean(block.tail or "")
    return one_line(clean(str(root.text_content())))


def excerpt(text: str, *, length: int) -> str:
    """Return the beginning of a text of one line, cut after a word and marked with "…" where it is longer."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    words, _, _ = head.rpartition(" ")
    return (words or head).rstrip(" ,;:—–-") + "…"


def link(url: str | None) -> str | None:
    """Return `url` as it may stand in a feed or page; None unless it is absolute and of http or https.

    Characters that no IRI may hold (RFC 3987) are percent-encoded. A `javascript:` or `data:` URL is thus no link.
    """
    if url is None:
        return None
    candidate = _encoded(url)
    try:
        parts = urlsplit(candidate)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return None
    return candidate if usable else None


def iri(identifier: str | None) -> str | None:
    """Return an identifier of any scheme, fit for `atom:id`; None where it is no absolute IRI."""
    candidate = _encoded(identifier or "")
    return candidate if _IRI.fullmatch(candidate) else None


def language_tag(language: str | None) -> str | None:
    """Return a language tag fit for `xml:lang` and `hreflang`; None where it is malformed or says `und`."""
    if language is None or language.lower() == "und" or not _LANGUAGE.fullmatch(language):
        return None
    return language


def _encoded(url: str) -> str:
    return _NOT_IN_IRI.sub(lambda match: quote(match[0], safe=""), clean(url).strip())
