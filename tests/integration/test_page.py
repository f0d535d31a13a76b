"""Listing pages and sitemaps, read from a real HTTP server."""

import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.origin import Origin

from syndicator.config import NetworkSettings
from syndicator.errors import Gone, ParseError, Unavailable
from syndicator.model import Reading, Source, SourceKind, SourceState
from syndicator.sources.http import HttpFetcher
from syndicator.sources.page import read_page

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


class Desk:
    """An origin, and what was remembered of it between two looks."""

    def __init__(self, origin: Origin, fetcher: HttpFetcher) -> None:
        self.origin = origin
        self.fetcher = fetcher
        self.source = Source(slug="desk", kind=SourceKind.PAGE, url=origin.url("/news"), link_selector="h2 a")
        self.state = SourceState(slug="desk")
        self.marks: Mapping[str, str] = {}

    def look(self, now: datetime = NOW) -> Reading:
        """Look at the source and remember what a look leaves behind."""
        reading = read_page(self.source, self.state, fetcher=self.fetcher, marks=self.marks, now=now)
        if not reading.is_unchanged:
            self.marks = reading.marks
        self.state = replace(self.state, etag=reading.etag, last_modified=reading.last_modified, validators_since=now)
        return reading

    def listing(self, *paths: str, headers: Mapping[str, str] = HTML, head: str = "") -> None:
        """Serve a listing of these paths, and an article at each."""
        links = "".join(f'<h2><a href="{path}">About {path}</a></h2>' for path in paths)
        body = f'<html lang="ru"><head><title>News</title>{head}</head><body><a href="/x">x</a>{links}</body></html>'
        self.origin.add("/news", body=body.encode(), headers=headers)
        for path in paths:
            self.origin.add(path.partition("#")[0], body=f"<p>{path}</p>".encode(), headers=HTML)

    def asked(self) -> list[str]:
        """Return the article pages asked for since the last call."""
        paths = [path for path in self.origin.paths() if path not in ("/news", "/robots.txt")]
        self.origin.requests.clear()
        return paths


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Return a desk that reads one origin."""
    fetcher = HttpFetcher(NetworkSettings(allow_private=("127.0.0.0/8",), per_host=2), user_agent="syndicator/test")
    with Origin() as origin:
        yield Desk(origin, fetcher)
    fetcher.close()


def sitemap(*urls: str, root: str = "urlset", item: str = "url") -> bytes:
    """Return a sitemap whose entries are given as the XML inside them."""
    entries = "".join(f"<{item}>{url}</{item}>" for url in urls)
    return f'<?xml version="1.0"?><{root} xmlns="{SITEMAP}" xmlns:news="{NEWS}">{entries}</{root}>'.encode()


def test_new_links_become_items_with_their_pages(desk: Desk) -> None:
    """Each link that the selector picks is fetched; its canonical URL is its id."""
    desk.listing("/a?utm_source=list#top", "/b")
    reading = desk.look()
    assert [item.origin_id for item in reading.items] == [desk.origin.url("/a"), desk.origin.url("/b")]
    assert [item.page.content for item in reading.items if item.page] == [
        b"<p>/a?utm_source=list#top</p>",
        b"<p>/b</p>",
    ]
    assert reading.items[1].title == "About /b"
    assert not reading.is_unchanged
    assert reading.retry_after is None


def test_the_page_says_who_it_is(desk: Desk) -> None:
    """Its site name, or else its title, its language and its address."""
    desk.listing("/a")
    about = desk.look().about
    assert about is not None
    assert (about.name, about.language, about.home_url) == ("News", "ru", desk.origin.url("/news"))
    desk.listing("/a", head='<meta property="og:site_name" content=" The  Desk ">')
    about = desk.look().about
    assert about is not None
    assert about.name == "The Desk"


def test_known_links_are_not_fetched_again(desk: Desk) -> None:
    """A second look asks for the listing and for what is new in it alone."""
    desk.listing("/a", "/b")
    desk.look()
    desk.asked()
    desk.listing("/c", "/a", "/b")
    assert [item.url for item in desk.look().items] == [desk.origin.url("/c")]
    assert desk.asked() == ["/c"]


def test_an_unchanged_listing_is_left_at_that(desk: Desk) -> None:
    """A 304 means that nothing is new, and no mark is touched."""
    desk.listing("/a", headers={**HTML, "ETag": '"1"'})
    desk.look()
    desk.asked()
    reading = desk.look(NOW + timedelta(hours=1))
    assert reading.is_unchanged
    assert reading.items == ()
    assert desk.asked() == []


def test_the_newest_pages_are_looked_at_again_each_day(desk: Desk) -> None:
    """Edits are seen: the first ten links are fetched once more after a day, even if the listing did not change."""
    paths = [f"/{number}" for number in range(12)]
    desk.listing(*paths, headers={**HTML, "ETag": '"1"'})
    desk.look()
    desk.asked()
    reading = desk.look(NOW + DAY)
    assert desk.asked() == paths[:10]
    assert len(reading.items) == 10
    assert desk.look(NOW + DAY + timedelta(hours=1)).is_unchanged


def test_only_so_many_items_are_looked_at(desk: Desk) -> None:
    """What is beyond `max_items` stays unread."""
    desk.source = replace(desk.source, max_items=2)
    desk.listing("/a", "/b", "/c")
    assert len(desk.look().items) == 2
    assert desk.asked() == ["/a", "/b"]


def test_links_that_leave_the_listing_and_return_are_known(desk: Desk) -> None:
    """A link that comes back is not fetched as if it were new."""
    desk.listing("/a", "/b")
    desk.look()
    desk.listing("/b")
    desk.look()
    desk.asked()
    desk.listing("/a", "/b")
    assert desk.look().items == ()
    assert desk.asked() == []


def test_a_pattern_picks_links_by_their_address(desk: Desk) -> None:
    """It is searched in the absolute URL, and may lead to other sites."""
    host = desk.origin.url("").replace("127.0.0.1", "127.0.0.2")
    desk.source = replace(desk.source, link_selector=None, link_pattern=r"127\.0\.0\.[12]:\d+/news/\d+$")
    desk.origin.add(
        "/news", body=f'<a href="/news/1">1</a><a href="/news/x">x</a><a href="{host}/news/2">2</a>'.encode()
    )
    desk.origin.add("/news/1", body=b"1")
    reading = desk.look()
    assert [item.origin_id for item in reading.items] == [desk.origin.url("/news/1")]
    assert reading.marks[f"{host}/news/2"] == "down 1"  # another host, out of reach here, was asked
    assert reading.retry_after is not None


def test_without_a_pattern_links_stay_on_the_site(desk: Desk) -> None:
    """A selected link to another site, a script or the listing itself is no article."""
    desk.listing("/a", "https://other.example/b", "javascript:alert(1)", "mailto:a@b.example", "#top", "http://[bad")
    assert [item.origin_id for item in desk.look().items] == [desk.origin.url("/a")]


def test_links_to_one_page_are_one_item(desk: Desk) -> None:
    """A picture, a headline and a comment link to one page: one item, called by the longest text."""
    body = b'<h2><a href="/a"><img></a> <a href="/a#c">5</a> <a href="/a">The headline</a></h2>'
    desk.origin.add("/news", body=body, headers=HTML)
    desk.origin.add("/a", body=b"a", headers=HTML)
    items = desk.look().items
    assert [item.title for item in items] == ["The headline"]


@pytest.mark.parametrize("base", ["javascript:1", "data:text/html,x", "http://[bad", ""])
def test_a_base_element_that_leads_nowhere_is_passed_over(desk: Desk, base: str) -> None:
    """Links count from the listing's own address where its base element names no place on the web (HTML 4.2.3)."""
    desk.listing("/a", head=f'<base href="{base}">')
    assert [item.origin_id for item in desk.look().items] == [desk.origin.url("/a")]


def test_a_selector_that_finds_nothing_is_an_error(desk: Desk) -> None:
    """A changed layout is noticed and wipes nothing."""
    desk.origin.add("/news", body=b"<h1><a href=/a>a</a></h1>", headers=HTML)
    with pytest.raises(ParseError, match=r"link_selector 'h2 a' finds no link .* has the page changed"):
        desk.look()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"link_selector": "h2 >"}, "is no CSS selector"),
        ({"link_selector": "nosuch|a"}, "is no CSS selector"),
        ({"link_pattern": "("}, "is no regular expression"),
        ({"link_pattern": r"/(?:a|aa)+/$"}, "takes too long"),
    ],
)
def test_what_cannot_pick_links_is_an_error(desk: Desk, change: dict[str, str], problem: str) -> None:
    """A selector or pattern that can't be used is named; one that would never end is stopped."""
    desk.source = replace(desk.source, **change)  # type: ignore[arg-type]
    desk.listing("/" + "a" * 60 + "?")
    with pytest.raises(ParseError, match=re.escape(problem)):
        desk.look()


def test_a_page_out_of_reach_comes_next_time(desk: Desk) -> None:
    """It is no item, the others come, and the next look is soon."""
    desk.listing("/a", "/b")
    desk.origin.add("/a", status=503)
    reading = desk.look()
    assert [item.url for item in reading.items] == [desk.origin.url("/b")]
    assert reading.retry_after == timedelta(minutes=10)
    desk.origin.add("/a", body=b"back", headers=HTML)
    assert [item.url for item in desk.look().items] == [desk.origin.url("/a")]


def test_a_host_that_is_down_is_not_asked_for_every_page(desk: Desk) -> None:
    """After three pages out of reach in a row the rest waits."""
    desk.listing("/a", "/b", "/c", "/d", "/e")
    for path in ("/a", "/b", "/c", "/d", "/e"):
        desk.origin.add(path, status=500)
    reading = desk.look()
    assert desk.asked() == ["/a", "/b", "/c"]
    assert reading.items == ()
    assert reading.retry_after is not None


def test_dead_links_at_the_top_do_not_hide_the_rest(desk: Desk) -> None:
    """A host that seems down at one look is asked for further pages at the next; dead links alone can't stop that."""
    desk.listing("/a", "/b", "/c", "/d")
    for path in ("/a", "/b", "/c"):
        desk.origin.add(path, status=503)
    assert desk.look().items == ()
    assert [item.origin_id for item in desk.look().items] == [desk.origin.url("/d")]


def test_a_known_page_out_of_reach_hurries_nobody(desk: Desk) -> None:
    """A page that is held already is looked at again when the source is due, not each ten minutes."""
    desk.listing("/a")
    desk.look()
    desk.origin.add("/a", status=503)
    assert desk.look(NOW + DAY).retry_after is None
    desk.asked()
    desk.look(NOW + DAY)
    assert desk.asked() == ["/a"]


def test_a_page_that_stays_out_of_reach_is_given_up(desk: Desk) -> None:
    """After a day of looks it is set aside with the reason, and the listing is asked for at its own pace again."""
    desk.listing("/a", "/b")
    desk.origin.add("/b", status=503)
    desk.look()
    desk.marks = {**desk.marks, desk.origin.url("/b"): "down 144"}
    reading = desk.look()
    assert reading.retry_after is None
    assert [one.reason for one in reading.set_aside] == [f"{desk.origin.url('/b')} answered 503 Service Unavailable"]
    desk.asked()
    desk.look()
    assert desk.asked() == []


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refused_page_is_set_aside_and_not_asked_for_again(desk: Desk, status: int) -> None:
    """The reason is kept in words."""
    desk.listing("/a", "/b")
    desk.origin.add("/a", status=status)
    reading = desk.look()
    assert [one.origin_id for one in reading.set_aside] == [desk.origin.url("/a")]
    assert str(status) in reading.set_aside[0].reason
    assert len(reading.items) == 1
    desk.asked()
    desk.look(NOW + 2 * DAY)
    assert desk.asked() == ["/b"]


def test_robots_txt_is_obeyed_for_articles(desk: Desk) -> None:
    """A page that robots.txt forbids is set aside unread."""
    desk.listing("/a")
    desk.origin.add("/robots.txt", body=b"User-agent: *\nDisallow: /a\n", headers={"Content-Type": "text/plain"})
    assert len(desk.look().set_aside) == 1
    assert desk.asked() == []


def test_a_listing_that_is_gone_or_down_says_so(desk: Desk) -> None:
    """Errors of the listing itself go up."""
    desk.origin.add("/news", status=410)
    with pytest.raises(Gone):
        desk.look()
    desk.origin.add("/news", status=503)
    with pytest.raises(Unavailable):
        desk.look()


def test_a_listing_in_windows_1251_is_read(desk: Desk) -> None:
    """Link texts are right though the server names no charset."""
    body = '<meta charset="windows-1251"><h2><a href="/a">Новые тарифы на газ</a></h2>'
    desk.origin.add("/news", body=body.encode("windows-1251"), headers={"Content-Type": "text/html"})
    desk.origin.add("/a", body=b"a", headers=HTML)
    assert desk.look().items[0].title == "Новые тарифы на газ"


def test_a_sitemap_is_read_newest_first(desk: Desk) -> None:
    """Links come by date, those without one last; a bare ampersand does no harm."""
    url = desk.origin.url
    body = sitemap(
        f"<loc>{url('/undated')}</loc>",
        f"<loc>{url('/old')}</loc><lastmod>2026-01-01</lastmod>",
        f"<loc>{url('/new?a=1&b=2')}</loc><lastmod>2026-11-23T10:00:00+03:00</lastmod>",
    )
    desk.origin.add("/news", body=body, headers=XML)
    for path in ("/undated", "/old", "/new"):
        desk.origin.add(path, body=b"x", headers=HTML)
    desk.look()
    assert [path.split("?")[0] for path in desk.asked()] == ["/new", "/old", "/undated"]


def test_a_changed_lastmod_fetches_the_page_again(desk: Desk) -> None:
    """Nothing else does, not even a day's time."""
    for path in ("/a", "/b", "/c"):
        desk.origin.add(path, body=b"x", headers=HTML)
    a, b, c = (f"<loc>{desk.origin.url(path)}</loc>" for path in ("/a", "/b", "/c"))
    dated = "<lastmod>2026-11-20T10:00:00Z</lastmod>"
    desk.origin.add("/news", body=sitemap(a + dated, b + dated, c), headers={**XML, "ETag": '"1"'})
    desk.look()
    desk.asked()
    assert desk.look(NOW + 2 * DAY).is_unchanged
    changed = sitemap(a + dated, b + "<lastmod>2026-11-22</lastmod>", c)
    desk.origin.add("/news", body=changed, headers={**XML, "ETag": '"2"'})
    assert [item.url for item in desk.look(NOW + 2 * DAY).items] == [desk.origin.url("/b")]
    assert desk.asked() == ["/b"]


def test_a_sitemap_that_calls_everything_changed_is_not_believed_at_once(desk: Desk) -> None:
    """At most ten known pages are fetched again at one look."""
    paths = [f"/{number}" for number in range(15)]
    for path in paths:
        desk.origin.add(path, body=b"x", headers=HTML)
    for day in ("2026-11-20", "2026-11-21"):
        body = sitemap(*(f"<loc>{desk.origin.url(path)}</loc><lastmod>{day}</lastmod>" for path in paths))
        desk.origin.add("/news", body=body, headers=XML)
        desk.asked()
        desk.look()
    assert len(desk.asked()) == 10
    desk.look()
    assert len(desk.asked()) == 5


def test_a_news_sitemap_tells_title_date_language_and_name(desk: Desk) -> None:
    """What it says of an article goes with the item (Google's news extension)."""
    news = (
        "<news:news><news:publication><news:name>The Desk</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2026-11-23T10:00:00+03:00</news:publication_date>"
        "<news:title>Tariffs &amp; talks</news:title></news:news>"
    )
    desk.origin.add("/news", body=sitemap(f"<loc>{desk.origin.url('/a')}</loc>{news}"), headers=XML)
    desk.origin.add("/a", body=b"a", headers=HTML)
    reading = desk.look()
    (item,) = reading.items
    assert (item.title, item.language) == ("Tariffs & talks", "en")
    assert item.published == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert reading.about is not None
    assert reading.about.name == "The Desk"


def test_an_index_leads_to_its_newest_sitemaps(desk: Desk) -> None:
    """At most five are fetched, packed or not, and the index is never taken for unchanged."""
    children = []
    for number in range(7):
        children.append(f"<loc>{desk.origin.url(f'/map{number}')}</loc><lastmod>2026-11-0{number + 1}</lastmod>")
        child = sitemap(f"<loc>{desk.origin.url(f'/a{number}')}</loc>")
        desk.origin.add(f"/map{number}", body=gzip.compress(child), headers={"Content-Type": "application/x-gzip"})
        desk.origin.add(f"/a{number}", body=b"a", headers=HTML)
    index = sitemap(*children, root="sitemapindex", item="sitemap")
    desk.origin.add("/news", body=index, headers={**XML, "ETag": '"1"'})
    reading = desk.look()
    assert [path for path in desk.asked() if "map" in path] == ["/map6", "/map5", "/map4", "/map3", "/map2"]
    assert len(reading.items) == 5
    assert reading.etag is None


def test_an_index_that_leads_to_indexes_alone_is_an_error(desk: Desk) -> None:
    """An index that names itself, or only further indexes, can't pass for a site without news."""
    itself = f"<loc>{desk.origin.url('/news')}</loc>"
    desk.origin.add("/news", body=sitemap(itself, root="sitemapindex", item="sitemap"), headers=XML)
    with pytest.raises(ParseError, match="leads to no sitemap"):
        desk.look()
    assert len(desk.origin.paths()) == 2


def test_an_index_cannot_send_us_to_another_site(desk: Desk) -> None:
    """A sitemap elsewhere speaks for other pages (sitemaps.org, "Sitemap file location")."""
    elsewhere = desk.origin.url("/map1").replace("127.0.0.1", "127.0.0.2")
    children = [f"<loc>{url}</loc>" for url in (elsewhere, desk.origin.url("/map2"))]
    desk.origin.add("/news", body=sitemap(*children, root="sitemapindex", item="sitemap"), headers=XML)
    desk.origin.add("/map2", body=sitemap(f"<loc>{desk.origin.url('/a')}</loc>"), headers=XML)
    desk.origin.add("/a", body=b"a", headers=HTML)
    reading = desk.look()
    assert len(reading.items) == 1
    assert reading.retry_after is None


def test_a_sitemap_of_an_index_that_is_down_comes_next_time(desk: Desk) -> None:
    """The others are read; if none can be had, that is the answer."""
    index = sitemap(
        f"<loc>{desk.origin.url('/map1')}</loc>",
        f"<loc>{desk.origin.url('/map2')}</loc>",
        root="sitemapindex",
        item="sitemap",
    )
    desk.origin.add("/news", body=index, headers=XML)
    desk.origin.add("/map1", status=503)
    desk.origin.add("/map2", body=sitemap(f"<loc>{desk.origin.url('/a')}</loc>"), headers=XML)
    desk.origin.add("/a", body=b"a", headers=HTML)
    reading = desk.look()
    assert len(reading.items) == 1
    assert reading.retry_after is not None
    desk.origin.add("/map2", status=503)
    with pytest.raises(Unavailable):
        desk.look()


def test_an_empty_sitemap_is_no_error_and_one_without_articles_is(desk: Desk) -> None:
    """No news for two days is normal; a pattern that fits no address is a mistake."""
    desk.source = replace(desk.source, link_pattern="/news/")
    desk.origin.add("/news", body=sitemap(), headers=XML)
    assert desk.look().items == ()
    desk.origin.add("/news", body=sitemap(f"<loc>{desk.origin.url('/a')}</loc>"), headers=XML)
    with pytest.raises(ParseError, match="none of the 1 addresses"):
        desk.look()


@pytest.mark.parametrize(
    "document",
    [
        b'<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE urlset [<!ENTITY a "<b>">]><urlset/>'.encode("utf-16"),
        b'<!DOCTYPE html [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><h2><a href="/a">&a;</a></h2></html>',
    ],
)
def test_a_document_that_declares_entities_is_refused(desk: Desk, document: bytes) -> None:
    """In whatever encoding, no parser gets to see it."""
    desk.origin.add("/news", body=document, headers=XML)
    with pytest.raises(ParseError, match="declares entities"):
        desk.look()


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\x00\x01\x02\xff" * 50,
        gzip.compress(sitemap())[:-9],
        b"\x1f\x8bnot gzip",
        b"<div>" * 5000,
        b"<?x " * 50_000,
    ],
)
def test_what_is_no_page_is_an_error(desk: Desk, document: bytes) -> None:
    """Empty, binary, broken and hostile answers are named and wipe nothing."""
    desk.origin.add("/news", body=document, headers=XML)
    with pytest.raises(ParseError, match=re.escape(desk.origin.url("/news"))):
        desk.look()


def test_a_sitemap_that_unpacks_beyond_the_limit_is_refused(desk: Desk) -> None:
    """A small file that unpacks to gigabytes is given up at 50 MB."""
    desk.origin.add("/news", body=gzip.compress(b" " * 60_000_000, 1), headers={"Content-Type": "application/gzip"})
    with pytest.raises(ParseError, match="larger than 50000000 bytes"):
        desk.look()
