"""Read a page that lists articles and has no feed, or a sitemap: find the links, fetch the pages that are new.

Knows how links are told from other links, and when a page is worth fetching again; refuses to know what is in it.

What a mark says: of a sitemap's link, its `lastmod` when the page was fetched; of a listing's link, when it was
fetched, as long as it is among the newest and so looked at again each day, for edits, and `SEEN` from then on, or if
the page was refused: then it is not asked for again. Of a page out of reach it counts the looks (`down 3`).
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from syndicator import policy
from syndicator.allowed import is_crowded
from syndicator.decode import decode_page
from syndicator.errors import FetchError, ParseError, Unavailable
from syndicator.model import About, Document, Item, Reading, SetAside, Source, SourceState
from syndicator.ports import Fetcher
from syndicator.sources.sitemap import Link, Sitemap, newest_first, parse_sitemap
from syndicator.urls import canonical_url, is_same_site, joined, page_base

FETCHED = "fetched "
SEEN = "seen"
DOWN = "down "
NEWEST = 10
"""So many links at the top of a listing are fetched again, since edits are made in the first days; and no more known
pages than that at one look, since some sitemaps say each time that everything has changed."""
LOOK_AGAIN = timedelta(days=1)
RETRY = timedelta(minutes=10)
MOST_FAILURES = 3
"""Pages out of reach in a row: then the host is down, and waiting for each of the rest would take hours."""
MOST_TRIES = 144
"""Looks at a page that is out of reach, a day of them at `RETRY`; then it is set aside like one that is refused."""
MOST_SITEMAPS = 5
MOST_MARKS = 2_000
"""Links that left the listing are remembered up to here, since they may come back."""
LONGEST_URL = 2_000
PATTERN_SECONDS = 1.0
"""For all links of a listing together: a pattern that some link makes endless must not be tried on each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """What the source's own document says."""

    links: tuple[Link, ...]
    about: About
    is_sitemap: bool
    is_whole: bool = True
    """Every document that it is made of could be had."""
    can_be_unchanged: bool = True
    """A 304 to the next request would mean that nothing has changed."""


def read_page(
    source: Source, state: SourceState, *, fetcher: Fetcher, marks: Mapping[str, str], now: datetime
) -> Reading:
    """Look at a listing page or sitemap, and fetch the articles that are new or may have changed.

    An item is a whole page, not yet extracted; its `origin_id` is the canonical URL. Pages out of reach come next time
    (`retry_after`); those refused are set aside. Raises `FetchError` if the listing can't be had, and `ParseError` if
    no link in it is one to an article: a changed layout must be noticed, and wipes nothing.
    """
    url = policy.address(source, state, now)
    if url is None:
        raise ParseError(f"source {source.slug} has no page URL")
    is_look_due = any(_is_due(mark, now) for mark in marks.values())
    etag, last_modified = (None, None) if is_look_due else policy.validators(state, now)
    document = fetcher.fetch(url, etag=etag, last_modified=last_modified)
    answer = Reading(
        etag=document.etag,
        last_modified=document.last_modified,
        moved_to=document.moved_to,
        max_age=document.max_age,
        is_unchanged=document.is_unchanged,
    )
    if document.is_unchanged:
        return answer
    listing = _listing(source, document, fetcher)
    round_ = _Round(marks=marks, now=now, is_sitemap=listing.is_sitemap)
    reading = round_.fetch(listing.links[: source.max_items], fetcher)
    return replace(
        reading,
        about=listing.about,
        etag=answer.etag if listing.can_be_unchanged else None,
        last_modified=answer.last_modified if listing.can_be_unchanged else None,
        moved_to=answer.moved_to,
        max_age=answer.max_age,
        retry_after=reading.retry_after if listing.is_whole else reading.retry_after or RETRY,
    )


def _is_due(mark: str, now: datetime) -> bool:
    """Return whether a mark tells of a fetch that is a day old."""
    return mark.startswith(FETCHED) and now - datetime.fromisoformat(mark.removeprefix(FETCHED)) >= LOOK_AGAIN


def _tries(mark: str | None) -> int:
    """Return at how many looks a page that was never had was out of reach."""
    return int(mark.removeprefix(DOWN)) if mark and mark.startswith(DOWN) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One round of fetching article pages."""

    marks: Mapping[str, str]
    now: datetime
    is_sitemap: bool

    def fetch(self, links: Sequence[Link], fetcher: Fetcher) -> Reading:
        """Fetch the pages that are new or due, in order, until the host is plainly down."""
        items: list[Item] = []
        set_aside: list[SetAside] = []
        kept: dict[str, str] = {}
        waits: list[timedelta] = []
        failures = again = 0
        for position, link in enumerate(links):
            origin_id = canonical_url(link.url)
            mark = self.marks.get(origin_id)
            tries = _tries(mark)
            is_new = mark is None or tries > 0
            if mark is not None and not is_new:
                if again >= NEWEST or not self.is_due(mark, link, position):
                    kept[origin_id] = self.later(mark, position)
                    continue
                again += 1
            if failures < MOST_FAILURES:
                try:
                    page = fetcher.fetch_allowed(link.url)
                except FetchError as error:
                    if not isinstance(error, Unavailable) or tries >= MOST_TRIES:
                        set_aside.append(SetAside(origin_id=origin_id, reason=str(error)))
                        kept[origin_id] = link.changed if self.is_sitemap else SEEN
                        continue
                    failures += not tries  # dead links at the top must not stand for the host at every look
                    if is_new:
                        waits.append(error.retry_after or RETRY)
                        mark = f"{DOWN}{tries + 1}"
                else:
                    failures = 0
                    items.append(_item(link, origin_id, page))
                    kept[origin_id] = self.fresh(link, position)
                    continue
            waits = waits or [RETRY] * is_new
            if mark is not None:
                kept[origin_id] = mark
        return Reading(
            items=tuple(items),
            set_aside=tuple(set_aside),
            marks=self.with_absent(kept),
            retry_after=max(waits) if waits else None,
        )

    def is_due(self, mark: str, link: Link, position: int) -> bool:
        """Return whether a page that was fetched before is said to have changed, or due for another look."""
        if self.is_sitemap:
            return mark != link.changed
        return position < NEWEST and _is_due(mark, self.now)

    def fresh(self, link: Link, position: int) -> str:
        """Return the mark of a page that was just fetched."""
        if self.is_sitemap:
            return link.changed
        return FETCHED + self.now.isoformat() if position < NEWEST else SEEN

    def later(self, mark: str, position: int) -> str:
        """Return the mark of a page that was left alone; beyond the newest, it is not looked at again."""
        return mark if self.is_sitemap or position < NEWEST else SEEN

    def with_absent(self, kept: Mapping[str, str]) -> dict[str, str]:
        """Return all marks, with those of links that are on the listing no more."""
        absent = [
            (key, self.later(mark, NEWEST))
            for key, mark in self.marks.items()
            if key not in kept and not mark.startswith(DOWN)
        ]
        return {**kept, **dict(absent[: max(0, MOST_MARKS - len(kept))])}


def _item(link: Link, origin_id: str, page: Document) -> Item:
    return Item(
        origin_id=origin_id,
        url=origin_id,
        title=link.title,
        base_url=page.url,
        page=page,
        published=link.published,
        language=link.language,
    )


def _listing(source: Source, document: Document, fetcher: Fetcher) -> _Listing:
    """Return what the source's document says, sitemaps that it refers to included."""
    try:
        sitemap = parse_sitemap(document)
    except ParseError as error:
        raise ParseError(f"{document.url} can't be read: {error}") from error
    if sitemap is None:
        return _html_listing(source, document)
    is_whole = True
    links: Sequence[Link] = sitemap.links
    if sitemap.is_index:
        links, is_whole = _children(sitemap, document.url, fetcher)
    chosen = _chosen(source, links, document.url)
    if links and not chosen:
        raise ParseError(f"none of the {len(links)} addresses in {document.url} is one to an article: see link_pattern")
    name = next((link.publication for link in chosen if link.publication), None)
    language = next((link.language for link in chosen if link.language), None)
    return _Listing(
        links=chosen,
        about=About(name=name, home_url=urljoin(document.url, "/"), language=language),
        is_sitemap=True,
        is_whole=is_whole,
        can_be_unchanged=not sitemap.is_index,
    )


def _children(index: Sitemap, url: str, fetcher: Fetcher) -> tuple[list[Link], bool]:
    """Return the links in the newest sitemaps of an index, and whether all could be had; raise if none could."""
    links: list[Link] = []
    problems: list[FetchError | ParseError] = []
    count = 0
    children = [link for link in index.links if is_same_site(link.url, url)][:MOST_SITEMAPS]
    for child in children:
        try:
            sitemap = parse_sitemap(fetcher.fetch(child.url))
        except (FetchError, ParseError) as error:
            problems.append(error)
        else:
            if sitemap and not sitemap.is_index:  # an index of indexes is none (sitemaps.org), and may be a loop
                count += 1
                links += sitemap.links
    if not count:
        raise problems[0] if problems else ParseError(f"{url} is a sitemap index that leads to no sitemap of this site")
    return newest_first(links), not any(isinstance(problem, Unavailable) for problem in problems)


def _html_listing(source: Source, document: Document) -> _Listing:
    """Return the links to articles on a web page, and what it says of itself."""
    tree = page_tree(document)
    base = page_base(document.url, next((str(element.get("href", "")) for element in tree.iter("base")), ""))
    anchors = _anchors(source, tree, document.url)
    found = (Link(url=joined(base, str(anchor.get("href", ""))), title=_words(anchor)) for anchor in anchors)
    links = _chosen(source, list(found), document.url)
    if not links:
        named = f"link_selector {source.link_selector!r}" if source.link_selector else "link_pattern"
        raise ParseError(f"{named} finds no link to an article in {document.url}; has the page changed?")
    name = next((str(one.get("content")) for one in tree.iter("meta") if one.get("property") == "og:site_name"), "")
    title = next((_words(one) for one in tree.iter("title")), "")
    about = About(
        name=" ".join(name.split()) or title or None,
        home_url=document.url,
        language=str(tree.get("lang") or "").strip() or None,
    )
    return _Listing(links=links, about=about, is_sitemap=False)


def page_tree(document: Document) -> lxml.html.HtmlElement:
    """Return a web page as a tree; raise `ParseError` if it can't be one, or not a whole one."""
    try:
        text = _not_crowded(decode_page(document.content, declared=document.charset))
        # lxml drops what follows an early </body>.
        text = re.sub(r"</(?:body|html)\s*>", "", text, flags=re.IGNORECASE)
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (ParseError, etree.LxmlError) as error:
        raise ParseError(f"{document.url} can't be read as a web page: {error}") from error
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise ParseError(f"{document.url} is nested too deep to be read whole")
    return tree


def _not_crowded(text: str) -> str:
    if is_crowded(text):
        raise ParseError("it has more markup than any page needs")
    return text


def _anchors(source: Source, tree: lxml.html.HtmlElement, url: str) -> list[lxml.html.HtmlElement]:
    """Return the link elements that the source's selector picks: themselves, or the first link inside each."""
    if not source.link_selector:
        return list(tree.iter("a"))
    from lxml.cssselect import CSSSelector, SelectorError  # noqa: PLC0415 - few sources name a selector

    try:
        picked = CSSSelector(source.link_selector, translator="html")(tree)
    except (SelectorError, etree.XPathError, ValueError) as error:
        raise ParseError(f"link_selector of {url} is no CSS selector: {error}") from error
    anchors = (one if one.tag == "a" else next(one.iter("a"), None) for one in picked)
    return [anchor for anchor in anchors if anchor is not None]


def _chosen(source: Source, links: Sequence[Link], url: str) -> tuple[Link, ...]:
    """Return the links to articles, each page once, with the longest of the texts that link to it."""
    chosen: dict[str, Link] = {}
    pattern = _Pattern(source.link_pattern) if source.link_pattern is not None else None
    for link in links:
        key = canonical_url(link.url)
        if key in chosen:
            if len(link.title) > len(chosen[key].title):
                chosen[key] = replace(chosen[key], title=link.title)
        elif key != canonical_url(url) and _is_article(key, url, pattern):
            chosen[key] = link
    return tuple(chosen.values())


def _is_article(url: str, listing_url: str, pattern: "_Pattern | None") -> bool:
    """Return whether an address can be an article's: the operator's pattern decides, else it is on the same site."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > LONGEST_URL:
        return False
    return pattern.finds(url) if pattern else is_same_site(url, listing_url)


class _Pattern:
    """The operator's pattern, and how much time is left for it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seconds = PATTERN_SECONDS

    def finds(self, url: str) -> bool:
        """Return whether it is found in an address; raise `ParseError` if it is none, or its time is over."""
        import regex  # noqa: PLC0415 - 10 ms, and few sources name a pattern

        began = time.monotonic()
        try:
            return regex.search(self._text, url, timeout=max(self._seconds, 0.001)) is not None
        except TimeoutError as error:
            raise ParseError(f"link_pattern takes too long on {url[:100]}: make it simpler") from error
        except regex.error as error:
            raise ParseError(f"link_pattern is no regular expression: {error}") from error
        finally:
            self._seconds -= time.monotonic() - began


def _words(element: lxml.html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
