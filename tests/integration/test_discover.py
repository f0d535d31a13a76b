"""`sources discover` finds the feeds of a site in its languages, politely."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk
from support.origin import Origin

from syndicator.config import load
from syndicator.config_tables import NetworkSettings
from syndicator.errors import Refused
from syndicator.model import SourceKind
from syndicator.pipeline import Prospects, prospects
from syndicator.sources.discover import MOST_REQUESTS
from syndicator.sources.http import HttpFetcher
from syndicator.wiring import SystemClock

PAGE = """<!DOCTYPE html><html lang="{lang}"><head><title>x</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="{base}comments/feed">
<link rel="alternate" type="application/rss+xml" title="{title}" href="{base}rss.xml">
<link rel="alternate" type="application/json" href="/wp-json/1">
<link rel="alternate" hreflang="ru" href="/ru/"><link rel="alternate" hreflang="en" href="/en/">
<link rel="alternate" hreflang="x-default" href="/"></head><body><p>x</p></body></html>"""
RSS = """<rss version="2.0"><channel><title>{title}</title><link>{home}</link><description>d</description>
<language>{language}</language>{items}</channel></rss>"""
ITEM = """<item><title>{title}</title><guid>{number}</guid><link>https://x.example/{number}</link>
<pubDate>Mon, 0{number} Mar 2026 09:00:00 +0300</pubDate><description>{text}</description></item>"""
ENGLISH = "The ministers of both countries met in the capital and talked about trade, transport and culture. "
RUSSIAN = "Министры обеих стран встретились в столице и обсудили торговлю, транспорт и культуру. "
JSON = '{"version": "https://jsonfeed.org/version/1.1", "title": "JSON", "items": []}'


def rss(title: str, language: str, text: str, home: str = "", count: int = 3) -> bytes:
    items = (ITEM.format(title=text[:30], number=number, text=text) for number in range(1, count + 1))
    return RSS.format(title=title, language=language, home=home, items="".join(items)).encode()


@pytest.fixture
def site() -> Iterator[Origin]:
    """Serve a site in two languages: the English page names its feeds, the Russian feed says it is in English."""
    with Origin() as origin:
        pages = {"Content-Type": "text/html", "Link": '</feed.json>; rel="alternate"; type="application/feed+json"'}
        origin.add("/en/", body=PAGE.format(lang="en", base="/en/", title="News").encode(), headers=pages)
        origin.add("/ru/", body=PAGE.format(lang="ru", base="/ru/", title="Новости").encode())
        origin.add("/en/rss.xml", body=rss("Ministry News", "en", ENGLISH * 10, home=origin.url("/en/")))
        origin.add("/ru/rss.xml", body=rss("Новости министерства", "en", RUSSIAN))
        origin.add("/en/comments/feed", body=rss("Comments", "en", ENGLISH, count=1))
        origin.add("/feed.json", body=JSON.encode())
        yield origin


def seen(origin: Origin, path: str) -> Prospects:
    """Return what is found."""
    fetcher = HttpFetcher(NetworkSettings(allow_private=("127.0.0.0/8",)), user_agent="syndicator/test")
    return prospects(origin.url(path), fetcher=fetcher, clock=SystemClock())


def look(origin: Origin, path: str) -> dict[str, object]:
    """Return the feeds that are found, by path, with language and full text."""
    found = seen(origin, path)
    assert len([one for one in origin.paths() if one != "/robots.txt"]) <= MOST_REQUESTS
    return {
        one.url.removeprefix(origin.url("")): (one.kind, one.title, one.declared, one.detected, one.has_full_text)
        for one in found.feeds
    }


FEEDS = {
    "/feed.json": ("JSON Feed", "JSON", "en", None, False),
    "/en/rss.xml": ("RSS", "Ministry News", "en", "en", True),
    "/en/comments/feed": ("RSS", "Comments", "en", "en", False),
    "/ru/rss.xml": ("RSS", "Новости министерства", "en", "ru", False),
}


def test_a_page_leads_to_the_feeds_of_all_languages(site: Origin) -> None:
    """Links in the head and in the header, and those of the sister page; the language is that of the items."""
    found = look(site, "/en/")
    assert found == FEEDS
    assert list(found) == ["/feed.json", "/en/rss.xml", "/en/comments/feed", "/ru/rss.xml"]


def test_a_feed_leads_to_its_site(site: Origin) -> None:
    """Given a feed, its own home page is looked at, too."""
    assert look(site, "/en/rss.xml") == FEEDS


def test_the_usual_addresses(site: Origin) -> None:
    """Where a page names none: links called like a feed, else the usual addresses, until one is found."""
    site.add("/plain", body=b"<html><body><a href='/en/rss.xml'>RSS</a><a href='/other'>x</a></body></html>")
    assert list(look(site, "/plain")) == ["/en/rss.xml"]
    site.requests.clear()
    site.add("/bare", body=b"<html><body>nothing</body></html>")
    site.add("/atom.xml", body=rss("Found", "en", ENGLISH))
    assert list(look(site, "/bare")) == ["/atom.xml"]
    assert site.paths() == ["/robots.txt", "/bare", "/feed", "/rss.xml", "/atom.xml"]


def test_robots_are_obeyed(site: Origin) -> None:
    """A page that robots.txt forbids is not asked for; nor is anything guessed there."""
    site.add("/robots.txt", body=b"User-agent: syndicator\nDisallow: /ru/\nDisallow: /bare\n")
    with pytest.raises(Refused, match=r"robots\.txt"):
        look(site, "/bare")
    assert "/ru/rss.xml" not in look(site, "/en/")
    assert not {"/bare", "/ru/"} & set(site.paths())


def test_a_page_of_a_thousand_feeds_costs_a_few_requests(site: Origin) -> None:
    """What a page names is asked for up to a limit."""
    links = "".join(f"<link rel=alternate type=application/rss+xml href=/{n}.rss>" for n in range(1000))
    site.add("/many", body=f"<html><head>{links}</head></html>".encode())
    assert look(site, "/many") == {}
    problems = seen(site, "/many").problems
    assert len(problems) == MOST_REQUESTS, "what was asked for, and once that there was more"


def test_what_is_found_can_be_shown(site: Origin) -> None:
    """Titles, languages and addresses come without the control characters that a terminal obeys."""
    sign = "&#27;]0;taken&#7;"
    link = f'<link rel="alternate" type="application/rss+xml" title="A{sign}" hreflang="en{sign}" href="'
    sister = f'<link rel="alternate" hreflang="d{sign}" href="/d">'
    page = f'<html lang="e{sign}"><head>{link}/json">{link}/untitled">{link}/{sign}.xml">{sister}</head></html>'
    header = '</json>; rel="alternate"; hreflang="r\x1b[2J"'
    site.add("/hostile", body=page.encode(), headers={"Content-Type": "text/html", "Link": header})
    site.add("/json", body=JSON.replace('"JSON"', '"J\\u001b]0;taken\\u0007"').encode())
    site.add("/untitled", body=JSON.replace('"JSON"', '""').encode())
    found = seen(site, "/hostile")
    assert [one.url for one in found.feeds] == [site.url("/json"), site.url("/untitled")]
    texts = [(one.title or "") + (one.declared or "") for one in found.feeds] + [*found.problems]
    assert all(map(str.isprintable, texts)), texts
    assert found.sisters == ()


def test_the_command_shows_and_adds(site: Origin, tmp_path: Path) -> None:
    """It prints a table and TOML, `--add` writes the source; a second time it is there already."""
    desk = Desk.make(tmp_path / "desk")
    desk.call("sources", "discover", site.url("/en/"), "--add", "nonsense", code=2)
    said = desk.call("sources", "discover", site.url("/en/"), "--add", "ministry-news").stdout
    assert "ru (says en)" in said
    assert f"in ru: {site.url('/ru/')}" in said
    toml = said[said.index("[[sources]]") :]
    assert f'slug = "ministry-news"\nfeed = "{site.url("/en/rss.xml")}"\n' in toml
    assert "added ministry-news" in said
    found = desk.json("sources", "discover", site.url("/en/"), "--add", "ministry-news")
    assert [one["slug"] for one in found["feeds"]][1:3] == ["ministry-news", "comments"]
    [source] = load(desk.config).source_list()
    assert (source.slug, source.kind, source.full_text) == ("ministry-news", SourceKind.FEED, False)
    assert "ministry-news (there)" in desk.call("sources", "discover", site.url("/en/")).stdout
