"""Find the article in a web page: its text as HTML, and what the page says of it. Touches no network.

trafilatura tells the article from the page around it; comments stay out. Dates are read here first, since trafilatura
keeps only the day, and reads Russian month names only when it searches so eagerly that it takes a copyright year for a
date, too.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from lxml import etree

from syndicator.allowed import LANGUAGE, clean_text, is_crowded
from syndicator.articles.clean import clean_html, legal, text_of, web_url
from syndicator.decode import decode_page
from syndicator.errors import ExtractError, ParseError
from syndicator.model import Document
from syndicator.urls import is_same_site, joined, page_base

SHORTEST_ARTICLE = 40
"""Characters of text; less is a menu or an error message."""
PAGE_TYPES = re.compile(r"text/.*|application/(?:.*\+)?xml")
EARLIEST_YEAR = 1990
LONGEST_DATE = 40
MOST_PIECES = 6
"""Of the text in an element that shows a date (`<span>5</span> <span>июля</span> …`)."""
DATE_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.created",
    "date",
)
"""Of meta elements, best first, lower case."""
MONTHS = ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
RUSSIAN_DATE = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})\s+(?P<month>{'|'.join(MONTHS)})[а-я]*\.?\s+(?P<year>\d{{4}})"
    r"(?:\D{1,8}(?P<hour>\d{1,2}):(?P<minute>\d{2}))?"
)
RIGHTS_NAMES = ("copyright", "rights", "dc.rights", "dcterms.rights")
DATED = re.compile(r"date|time|publish", re.IGNORECASE)
EMPHASIS = {"#b": "strong", "#i": "em", "#u": "u", "#t": "code", "#sub": "sub", "#sup": "sup"}
# trafilatura runs on hostile markup and names no errors of its own.
STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The article in a page. Text is clean and plain, `html` is clean; empty or None where the page says nothing."""

    title: str
    html: str
    url: str | None
    """What the page calls its own address, on the same site; None if it names none."""
    authors: tuple[str, ...]
    published: datetime | None
    """Midnight UTC where only the day is known."""
    language: str | None
    """As declared, not checked against the text."""
    rights: str | None


def extract(page: Document) -> Extracted:
    """Return the article in a page; raise `ExtractError` if there is none, or the bytes are no HTML."""
    import trafilatura  # noqa: PLC0415 - 0.3 s, and only pages need it

    tree = _tree(page)
    published = _published(tree)
    language = _language(tree)
    rights = _meta(tree, RIGHTS_NAMES)
    base = page_base(page.url, next((str(element.get("href", "")) for element in tree.iter("base")), ""))
    url = _own_address(tree, page.url, base)
    _prepare(tree, base)
    try:
        found = trafilatura.bare_extraction(
            tree,
            url=page.url,
            include_comments=False,
            include_tables=True,
            include_images=True,
            include_links=True,
            include_formatting=True,
            with_metadata=True,
            date_extraction_params={
                "original_date": True,
                "extensive_search": False,
                "max_date": "2100-01-01",  # ours to clamp: the result must not depend on the day
            },
        )
    except (*STUMBLES, etree.LxmlError) as error:
        raise ExtractError(f"no article could be taken out of {page.url}: {error}") from error
    if not isinstance(found, trafilatura.settings.Document) or found.body is None:
        raise ExtractError(f"there is no article in {page.url}")
    html = clean_html(_as_html(found.body), base_url=base)
    if len(text_of(html)) < SHORTEST_ARTICLE:
        raise ExtractError(f"there is no article in {page.url}")
    authors = (clean_text(name) for name in (found.author or "").split(";"))
    return Extracted(
        title=clean_text(found.title or ""),
        html=html,
        url=url,
        authors=tuple(dict.fromkeys(name for name in authors if name)),
        published=published or _moment(found.date or "") or _visible_date(tree),
        language=language,
        rights=clean_text(rights or found.license or "") or None,
    )


def _tree(page: Document) -> lxml.html.HtmlElement:
    """Return the page as a tree; raise `ExtractError` if it is none, or one that lxml can't hold whole."""
    if page.media_type and not PAGE_TYPES.fullmatch(page.media_type):
        raise ExtractError(f"{page.url} is {page.media_type}, not a web page")
    try:
        text = decode_page(page.content, declared=page.charset)
    except ParseError as error:
        raise ExtractError(f"{page.url} can't be read as a web page: {error}") from error
    if is_crowded(text):
        raise ExtractError(f"{page.url} has more markup than any article needs")
    # lxml drops what follows an early </body>; without these tags nothing is lost.
    text = re.sub(r"</(?:body|html)\s*>", "", legal(text), flags=re.IGNORECASE)
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise ExtractError(f"{page.url} is empty") from error
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise ExtractError(f"{page.url} is nested too deep to be read whole")
    return tree


def _language(tree: lxml.html.HtmlElement) -> str | None:
    declared = tree.get("lang") or tree.get("xml:lang") or _meta(tree, ("og:locale", "content-language"))
    language = str(declared or "").strip().replace("_", "-")
    return language if LANGUAGE.fullmatch(language) else None


def _meta(tree: lxml.html.HtmlElement, names: tuple[str, ...]) -> str | None:
    """Return the content of the first meta element that has the first of these names that is there."""
    contents: dict[str, str] = {}
    for element in tree.iter("meta"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name, content = str(element.get(attribute, "")).lower(), str(element.get("content", "")).strip()
            if name and content:
                contents.setdefault(name, content)
    return next((contents[name] for name in names if name in contents), None)


def _own_address(tree: lxml.html.HtmlElement, page_url: str, base: str) -> str | None:
    """Return the address that a page names for itself, unless it is another site's or a whole site's."""
    canonical = next(
        (one.get("href", "") for one in tree.iter("link") if one.get("rel", "").lower() == "canonical"), ""
    )
    own = web_url(canonical, base_url=base) if canonical else None
    return own if own and is_same_site(own, page_url) and urlsplit(own).path.strip("/") else None


def _published(tree: lxml.html.HtmlElement) -> datetime | None:
    """Return when a page says that it was published, in the places meant for machines."""
    return next(filter(None, map(_moment, _declared_dates(tree))), None)


def _declared_dates(tree: lxml.html.HtmlElement) -> Iterator[str]:
    for name in DATE_NAMES:
        yield _meta(tree, (name,)) or ""
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", ""):
            yield from _linked_dates(script.text or "")
    for element in tree.iter("time"):
        yield str(element.get("datetime", ""))


def _linked_dates(text: str) -> Iterator[str]:
    """Yield every `datePublished` in a JSON-LD script."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, dict):
            yield str(value.get("datePublished") or "")
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _visible_date(tree: lxml.html.HtmlElement) -> datetime | None:
    """Return the date that a page shows in an element of its own, marked as one by tag or class."""
    for element in tree.iter():
        if element.tag == "time" or DATED.search(f"{element.get('class', '')} {element.get('itemprop', '')}"):
            # Only so many pieces: a class such as "updates" may be the whole page's.
            found = _moment(clean_text(" ".join(islice(element.itertext(), MOST_PIECES))))
            if found:
                return found
    return None


def _moment(text: str) -> datetime | None:
    """Return a date in ISO 8601 or with a Russian month name, in UTC (which a time without a zone is taken for)."""
    text = text.strip()
    if len(text) > LONGEST_DATE:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
    except ValueError:
        return _russian_date(text)
    return moment if moment.year >= EARLIEST_YEAR else None


def _russian_date(text: str) -> datetime | None:
    found = RUSSIAN_DATE.search(text.lower())
    if found is None:
        return None
    month = next(number for number, name in enumerate(MONTHS, start=1) if re.match(name, found["month"]))
    try:
        return datetime(
            int(found["year"]), month, int(found["day"]), int(found["hour"] or 0), int(found["minute"] or 0), tzinfo=UTC
        )
    except ValueError:
        return None


def _prepare(tree: lxml.html.HtmlElement, base: str) -> None:
    """Make addresses absolute, since trafilatura resolves them against the host alone, and save captions from it."""
    for element in tree.iter("a", "img"):
        for name in ("href", "src", "data-src"):
            if element.get(name):
                element.set(name, legal(joined(base, element.get(name, ""))))
    for caption in tree.iter("figcaption"):
        caption.tag = "p"


def _as_html(body: etree._Element) -> str:
    """Return trafilatura's tree, which is close to TEI, as HTML."""
    for element in body.iter():
        rename = NAMES.get(str(element.tag))
        kept = {name: element.get(name, "") for name in ("src", "alt", "title", "target") if element.get(name)}
        if rename:
            element.tag = rename(element)
        element.attrib.clear()
        for name, value in kept.items():
            element.set("href" if name == "target" else name, value)
    return str(etree.tostring(body, encoding="unicode", method="html"))


def _heading(element: etree._Element) -> str:
    rank = element.get("rend", "h3")
    return rank if re.fullmatch("h[1-6]", rank) else "h3"


def _item(element: etree._Element) -> str:
    return element.get("rend", "li")[:2] if element.get("rend", "").startswith(("dt-", "dd-")) else "li"


IN_LINE_PARENTS = frozenset(
    ("p", "em", "strong", "a", "td", "th", "li", "dt", "dd", "pre", "h1", "h2", "h3", "h4", "h5", "h6")
)
"""Elements whose `code` and `quote` children stand within a line; parents are renamed before what is in them."""


def _in_line(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and parent.tag in IN_LINE_PARENTS


NAMES: dict[str, Callable[[etree._Element], str]] = {
    "head": _heading,
    "list": lambda element: element.get("rend", "ul") if element.get("rend") in ("ol", "dl") else "ul",
    "item": _item,
    "quote": lambda element: "q" if _in_line(element) else "blockquote",
    "code": lambda element: "code" if _in_line(element) else "pre",
    "hi": lambda element: EMPHASIS.get(element.get("rend", ""), "em"),
    "ref": lambda _: "a",
    "graphic": lambda _: "img",
    "lb": lambda _: "br",
    "row": lambda _: "tr",
    "cell": lambda element: "th" if element.get("role") == "head" else "td",
}
"""What an element of trafilatura's is in HTML; parents are renamed before what is in them."""
