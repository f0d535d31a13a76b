"""Site maps (sitemaps.org 0.9) and news site maps (Google News 0.9)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from support.entries import BASE_URL, a_masthead, an_entry
from support.store import NOON, RU, StoreMaker, make_article, save, save_both, sqlite

from syndicator.model import Entry, Extent, Listed, Sibling, Volume
from syndicator.pipeline import publish
from syndicator.pipeline.history import publish_maps
from syndicator.publishing.edition import Masthead, publish_news, publish_sitemaps
from syndicator.publishing.sitemap import NEWS_LIMIT, render_news_sitemap, render_sitemap, render_sitemap_index
from syndicator.store.sql import SqlStore

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give the usual masthead."""
    return a_masthead(tmp_path / "feeds")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open a store."""
    maker = sqlite(tmp_path)
    yield maker
    maker.close()


def locations(content: bytes) -> list[str]:
    """Return the addresses in a map or an index, below the directory."""
    return [(each.text or "").removeprefix(BASE_URL) for each in etree.fromstring(content).iter(f"{MAP}loc")]


def a_story(number: int, *languages: str) -> Listed:
    """Make a Russian story that stands in other languages, too."""
    siblings = tuple(Sibling(story=f"s{number}", language=language) for language in languages)
    return Listed(story=f"s{number}", language="ru", updated=NOON, siblings=siblings)


def test_stories(masthead: Masthead) -> None:
    """A map names each page, when it changed, and its pages in all published languages, itself included."""
    root = etree.fromstring(render_sitemap("ru", [a_story(1, "en", "de"), a_story(2)], masthead=masthead))
    first, second = root.findall(f"{MAP}url")
    assert first.findtext(f"{MAP}loc") == f"{BASE_URL}ru/stories/s1.html"
    assert first.findtext(f"{MAP}lastmod") == NOON.isoformat()
    assert [dict(each.attrib) for each in first.findall(f"{XHTML}link")] == [
        {"rel": "alternate", "hreflang": "en", "href": f"{BASE_URL}en/stories/s1.html"},
        {"rel": "alternate", "hreflang": "ru", "href": f"{BASE_URL}ru/stories/s1.html"},
    ]
    assert [child.tag for child in second] == [f"{MAP}loc", f"{MAP}lastmod"]


def test_index(masthead: Masthead) -> None:
    """The index names every map with its newest change, and the news of each language that has any."""
    volumes = [
        Volume(number=0, updated=NOON),
        Volume(number=1, updated=NOON + timedelta(days=1)),
    ]
    content = render_sitemap_index({"ru": volumes, "en": []}, masthead=masthead)
    expected = ["ru/sitemap-news.xml", "ru/stories/sitemap-0001.xml", "ru/stories/sitemap-0002.xml"]
    assert locations(content) == expected
    dates = [each.text for each in etree.fromstring(content).iter(f"{MAP}lastmod")]
    assert dates == [(NOON + timedelta(days=days)).isoformat() for days in (1, 0, 1)]


def test_news(masthead: Masthead) -> None:
    """News name publication, language, date and title."""
    root = etree.fromstring(render_news_sitemap("en", [an_entry()], masthead=masthead))
    (url,) = root.findall(f"{MAP}url")
    assert url.findtext(f"{MAP}loc") == f"{BASE_URL}en/stories/9f2c4e.html"
    assert url.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}name") == "The Example Wire"
    assert url.findtext(f"{NEWS}news/{NEWS}publication/{NEWS}language") == "en"
    assert url.findtext(f"{NEWS}news/{NEWS}publication_date") == "2026-11-22T14:05:00+00:00"
    assert url.findtext(f"{NEWS}news/{NEWS}title") == "A bridge across the river <b> & back"


def test_news_age(masthead: Masthead) -> None:
    """News are of the two days before the newest, and of it; a day without news changes nothing."""
    ages = (timedelta(0), timedelta(hours=48), timedelta(hours=48, seconds=1))
    entries = [an_entry(f"s{place}", published=NOON - age) for place, age in enumerate(ages)]
    content = render_news_sitemap("en", entries, masthead=masthead)
    assert locations(content) == ["en/stories/s0.html", "en/stories/s1.html"]


def test_many_news(masthead: Masthead) -> None:
    """There are never more news than search engines take."""
    entries = [an_entry(f"s{number}") for number in range(NEWS_LIMIT + 5)]
    assert len(locations(render_news_sitemap("en", entries, masthead=masthead))) == NEWS_LIMIT


@pytest.mark.parametrize("entries", [(), (an_entry(title="\ud800\x00<&>", summary="", html=""),)])
def test_odd_news(masthead: Masthead, entries: tuple[Entry, ...]) -> None:
    """Nothing, and anything, makes a map that can be read."""
    publish_news("en", entries, masthead=masthead)
    content = (masthead.directory / "en" / "sitemap-news.xml").read_bytes()
    assert len(locations(content)) == len(entries)


def test_untouched_maps(masthead: Masthead) -> None:
    """Of many maps, those are looked at in which something changed, or that are not there."""
    asked = []

    def stories_of(number: int) -> list[Listed]:
        asked.append(number)
        return [a_story(number)]

    volumes = [Volume(number=number, updated=NOON) for number in range(4)]
    assert len(publish_sitemaps("ru", volumes, stories_of, masthead=masthead, changed=None)) == 4
    assert asked == [0, 1, 2, 3]
    (masthead.directory / "ru" / "stories" / "sitemap-0001.xml").unlink()
    asked.clear()
    written = publish_sitemaps("ru", volumes, stories_of, masthead=masthead, changed=[3])
    assert asked == [0, 3]
    assert [path.name for path in written] == ["sitemap-0001.xml"]


def test_published(opened: StoreMaker, masthead: Masthead) -> None:
    """Publishing writes the maps of every language; another run writes nothing."""
    store = opened()
    save_both(store, make_article(1))
    save(store, make_article(2))
    publish(store=store, masthead=masthead)
    expected = [f"{language}/{name}" for language in ("en", "ru") for name in MAPS]
    assert locations((masthead.directory / "sitemap.xml").read_bytes()) == expected
    assert all((masthead.directory / name).is_file() for name in expected)
    russian = locations((masthead.directory / "ru" / "stories" / "sitemap-0001.xml").read_bytes())
    assert russian == ["ru/stories/story00001.html", "ru/stories/story00002.html"]
    assert all((masthead.directory / name).is_file() for name in russian)
    assert publish(store=store, masthead=masthead).written == ()


def test_more_news_than_the_window(opened: StoreMaker, masthead: Masthead) -> None:
    """News reach back two days, also where the feed's window does not."""
    store: SqlStore = opened()
    save(store, *map(make_article, range(9)))
    publish_maps(RU, store.entries(RU, limit=5), store=store, masthead=masthead, after=None)
    assert len(locations((masthead.directory / "ru" / "sitemap-news.xml").read_bytes())) == 9


def test_headlines(opened: StoreMaker, masthead: Masthead) -> None:
    """A source's headlines may be published, and so stand in the news."""
    store = opened()
    save(store, make_article(1))
    limited = a_masthead(masthead.directory, extents={"kremlin": Extent.HEADLINE})
    publish_maps(RU, store.entries(RU, limit=5), store=store, masthead=limited, after=None)
    assert "Новость 1" in (masthead.directory / "ru" / "sitemap-news.xml").read_text(encoding="utf-8")


MAPS = ("sitemap-news.xml", "stories/sitemap-0001.xml")
