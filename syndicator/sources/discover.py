"""Find the feeds of a site: that it is given, that its page links to, in its `Link` header, at the usual addresses.

Pages are asked for as robots.txt allows, and never more than `MOST_REQUESTS` documents of a site in all. Refuses to
know what language a text is in.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

import lxml.html

from syndicator.allowed import clean_text
from syndicator.config_values import LANGUAGE
from syndicator.errors import FetchError, ParseError
from syndicator.model import Document, Reading, primary
from syndicator.ports import Fetcher
from syndicator.sources.feed import parse_feed
from syndicator.sources.page import page_tree
from syndicator.urls import canonical_url, is_same_site, joined, page_base

MOST_REQUESTS = 15
MOST_SISTERS = 3
MOST_ITEMS = 1000
_FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "text/xml"}
)
_PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})
_USUAL = ("feed", "rss.xml", "atom.xml", "feed.xml", "rss", "index.xml", "feed.json")
_FEED_NAME = re.compile(r"(?:^|[/._-])(?:rss|atom|feed)(?:\.(?:xml|json|php))?/?$", re.IGNORECASE)
_LINK = re.compile(r"<([^<>]{1,2048})>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s\";,]*))*)")
_PARAMETER = re.compile(r";\s*([\w-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]*))")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?(rss|feed|rdf)[\s>]", re.IGNORECASE)
_KINDS = {b"rss": "RSS", b"feed": "Atom", b"rdf": "RSS 1.0"}


class How(StrEnum):
    """How a feed was found."""

    GIVEN = "given"
    HEADER = "header"
    LINK = "link"
    ANCHOR = "anchor"
    USUAL = "usual address"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed, as it is now."""

    url: str
    kind: str
    """`Atom`, `RSS`, `RSS 1.0` or `JSON Feed`."""
    title: str | None
    """As it calls itself, else as the page calls it."""
    language: str | None
    """As it declares it, else the link to it, else the page with the link; a tag, not normalised."""
    how: How
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Sister:
    """The same site in another language, as its page says (`hreflang`)."""

    language: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What a site has."""

    feeds: tuple[FoundFeed, ...]
    sisters: tuple[Sister, ...]
    problems: tuple[str, ...]
    """Why something that should be a feed, or a page, could not be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    url: str
    how: How
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    candidates: list[_Candidate]
    sisters: list[Sister]
    language: str | None


def discover(url: str, *, fetcher: Fetcher, now: datetime) -> Discovery:
    """Look for a site's feeds, at a page of it or at one of its feeds. Raises `FetchError` if that can't be had."""
    search = _Search(fetcher, now)
    document = search.get(url, fetcher.fetch_allowed)
    given = search.keep(document, _Candidate(url=url, how=How.GIVEN))
    home = given.reading.about.home_url if given and given.reading.about else None
    if given and home and is_same_site(home, document.url):
        search.look_at(home)
    elif not given:
        search.look_into(document)
    for sister in list(search.sisters.values())[:MOST_SISTERS]:
        search.look_at(sister.url, language=sister.language)
    if not search.feeds:
        search.guess(document.url)
    return Discovery(
        feeds=tuple(search.feeds.values()),
        sisters=tuple(search.sisters.values()),
        problems=tuple(dict.fromkeys(search.problems)),
    )


@dataclass(slots=True)
class _Search:
    """What was found so far, and how much more may be asked."""

    fetcher: Fetcher
    now: datetime
    feeds: dict[str, FoundFeed] = field(default_factory=dict)
    sisters: dict[str, Sister] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def get(self, url: str, fetch: Callable[[str], Document]) -> Document:
        """Get a document; raise `ParseError` where enough has been asked."""
        if len(self.asked) >= MOST_REQUESTS:
            raise ParseError(f"more was named than was looked at: {MOST_REQUESTS} requests are enough for one site")
        self.asked.add(canonical_url(url))
        return fetch(url)

    def keep(self, document: Document, candidate: _Candidate) -> FoundFeed | None:
        """Keep a document if it is a feed, and return it as one."""
        try:
            reading = parse_feed(document, max_items=MOST_ITEMS, now=self.now)
        except ParseError:
            return None
        about = reading.about
        title = (about and about.name) or candidate.title
        language = (about and about.language) or candidate.language
        found = FoundFeed(
            url=document.moved_to or candidate.url,
            kind=_kind(document.content),
            title=clean_text(title) if title else None,
            language=language if language and LANGUAGE.fullmatch(language) else None,
            how=candidate.how,
            reading=reading,
        )
        return self.feeds.setdefault(canonical_url(document.url), found)

    def look_at(self, url: str, *, language: str | None = None) -> None:
        """Look for feeds at another page of the site, if robots.txt allows it."""
        if canonical_url(url) in self.asked:
            return
        try:
            self.look_into(self.get(url, self.fetcher.fetch_allowed), language=language)
        except (FetchError, ParseError) as error:
            self.problems.append(str(error))

    def look_into(self, document: Document, *, language: str | None = None) -> None:
        """Look for feeds, and for sister pages, in a page."""
        page = _read(document)
        own = language or page.language
        for sister in page.sisters:
            is_other = primary(sister.language) != primary(own or "und")
            if is_other and canonical_url(sister.url) not in self.asked and language is None:
                self.sisters.setdefault(primary(sister.language), sister)
        for candidate in page.candidates:
            if canonical_url(candidate.url) not in self.asked:
                self._try(candidate, self.fetcher.fetch, language=own)

    def guess(self, url: str) -> None:
        """Look where feeds usually are; that there is none there is no problem."""
        told = len(self.problems)
        for name in _USUAL:
            candidate = _Candidate(url=joined(url, f"/{name}"), how=How.USUAL)
            if canonical_url(candidate.url) not in self.asked and not self.feeds:
                self._try(candidate, self.fetcher.fetch_allowed, language=None)
        del self.problems[told:]

    def _try(self, candidate: _Candidate, fetch: Callable[[str], Document], *, language: str | None) -> None:
        try:
            document = self.get(candidate.url, fetch)
        except (FetchError, ParseError) as error:
            self.problems.append(str(error))
            return
        named = _Candidate(
            url=candidate.url, how=candidate.how, title=candidate.title, language=candidate.language or language
        )
        if self.keep(document, named) is None:
            self.problems.append(f"{candidate.url} is said to be a feed and is none")


def _kind(content: bytes) -> str:
    head = content.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf \t\r\n")
    root = _ROOT.search(head)
    return "JSON Feed" if head.startswith(b"{") or root is None else _KINDS[root[1].lower()]


def _read(document: Document) -> _Page:
    """Return what a page, and its header, link to; a page that can't be read has its header alone."""
    links = list(_header_links(document))
    try:
        tree = page_tree(document)
    except ParseError:
        tree = lxml.html.HtmlElement()
    base = page_base(document.url, next((str(one.get("href", "")) for one in tree.iter("base")), ""))
    for element in tree.iter("link"):
        attributes = {name: str(element.get(name) or "").strip() for name in ("rel", "type", "hreflang", "title")}
        links.append((How.LINK, {**attributes, "href": joined(base, str(element.get("href") or ""))}))
    candidates = list(_candidates(links)) or list(_anchors(tree, base, document.url))
    # The comments' feed is the one that nobody means.
    candidates.sort(key=lambda one: "comments" in urlsplit(one.url).path.lower())
    return _Page(
        candidates=candidates,
        sisters=list(_sisters(links)),
        language=str(tree.get("lang") or "").strip() or None,
    )


def _header_links(document: Document) -> Iterator[tuple[How, dict[str, str]]]:
    """Yield the links of the `Link` header (RFC 8288 3)."""
    for found in _LINK.finditer(document.link or ""):
        parameters = {name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(found[2])}
        yield How.HEADER, {**parameters, "href": joined(document.url, found[1])}


def _candidates(links: list[tuple[How, dict[str, str]]]) -> Iterator[_Candidate]:
    seen = set()
    for how, link in links:
        is_feed = "alternate" in _rel(link) and _type(link) in _FEED_TYPES
        if is_feed and _is_web(link["href"]) and link["href"] not in seen:
            seen.add(link["href"])
            title = " ".join(link.get("title", "").split())
            yield _Candidate(url=link["href"], how=how, title=title or None, language=link.get("hreflang") or None)


def _sisters(links: list[tuple[How, dict[str, str]]]) -> Iterator[Sister]:
    for _, link in links:
        language = link.get("hreflang", "")
        is_page = "alternate" in _rel(link) and _type(link) in _PAGE_TYPES
        if is_page and LANGUAGE.fullmatch(language) and _is_web(link["href"]):
            yield Sister(language=language, url=link["href"])


def _anchors(tree: lxml.html.HtmlElement, base: str, url: str) -> Iterator[_Candidate]:
    """Yield links for people to what is called like a feed, on the same site, a few at most."""
    seen: set[str] = set()
    for element in tree.iter("a"):
        address = joined(base, str(element.get("href") or ""))
        is_one = _is_web(address) and _FEED_NAME.search(urlsplit(address).path) and is_same_site(address, url)
        if is_one and address not in seen and len(seen) < len(_USUAL):
            seen.add(address)
            yield _Candidate(url=address, how=How.ANCHOR)


def _rel(link: dict[str, str]) -> list[str]:
    return link.get("rel", "").lower().split()


def _type(link: dict[str, str]) -> str:
    return link.get("type", "").partition(";")[0].strip().lower()


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://")) and url.isprintable()
