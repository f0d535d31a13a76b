"""The main job, end to end: real sources over HTTP and from a folder, the command line, real models, real readers."""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import Desk
from support.origin import Origin
from support.rssprofile import breaches


def add_sources(origin: Origin) -> str:
    """Publish the samples on the origin and return the config's sources for them."""
    origin.add(
        "/ru.rss", body=samples.RSS_RU.encode(), headers={"Content-Type": "application/rss+xml", "ETag": '"ru-1"'}
    )
    origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
    origin.add("/en.json", body=samples.JSON_EN.encode(), headers={"Content-Type": "application/feed+json"})
    origin.add("/releases/", body=samples.LISTING_EN.encode(), headers={"Content-Type": "text/html"})
    origin.add("/releases/1.html", body=samples.PAGE_EN.encode(), headers={"Content-Type": "text/html"})
    return f"""
[[sources]]
slug = "vestnik"
feed = "{origin.url("/ru.rss")}"
[[sources]]
slug = "science"
feed = "{origin.url("/en.atom")}"
[[sources]]
slug = "museum"
feed = "{origin.url("/en.json")}"
[[sources]]
slug = "harbour"
page = "{origin.url("/releases/")}"
link_selector = "h2 a"
[[sources]]
slug = "press"
inbox = "inbox"
name = "Press releases"
"""


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


@pytest.fixture(scope="module")
def desk(origin: Origin, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk after one pass over all kinds of sources, which also installed the models."""
    made = Desk.make(tmp_path_factory.mktemp("desk"), add_sources(origin), has_installed=False)
    made.drop("release.txt", samples.PRESS_RU)
    made.drop("note.md", "# Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n")
    made.call("run")
    return made


def test_every_article_stands_in_both_editions(desk: Desk) -> None:
    """Seven articles of five sources, in two languages, are in the Atom and the RSS feed of each language."""
    for language in ("en", "ru"):
        for name in ("atom.xml", "rss.xml"):
            parsed = feedparser.parse(str(desk.feeds / language / name))
            assert not parsed.bozo
            assert len(parsed.entries) == 7, (language, name, [one.title for one in parsed.entries])


def test_rss_keeps_the_profile(desk: Desk) -> None:
    """Every RSS feed of the desk is as the RSS Advisory Board would have it."""
    feeds = list(desk.feeds.rglob("rss.xml"))
    assert len(feeds) >= 12
    assert {str(path): found for path in feeds if (found := breaches(path.read_bytes()))} == {}


def test_an_original_is_published_as_it_is(desk: Desk) -> None:
    """A Russian article stands in the Russian edition word for word."""
    titles = [one.title for one in feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries]
    assert "В городе открылась новая библиотека" in titles
    assert "В столице прошла встреча министров культуры" in titles


def test_translations_are_in_the_edition_s_script(desk: Desk) -> None:
    """No Cyrillic title is left in the English edition, and none without Cyrillic in the Russian one."""

    def is_cyrillic(text: str) -> bool:
        return any("а" <= letter <= "я" for letter in text.lower())

    english = feedparser.parse(str(desk.feeds / "en/atom.xml")).entries
    russian = feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries
    assert not [one.title for one in english if is_cyrillic(one.title)]
    assert not [one.title for one in russian if not is_cyrillic(one.title)]


def entry_of(desk: Desk, language: str, link: str) -> feedparser.FeedParserDict:
    entries = feedparser.parse(str(desk.feeds / language / "atom.xml")).entries
    return next(one for one in entries if any(one_link.href == link for one_link in one.links))


def test_each_entry_says_whose_text_it_is(desk: Desk) -> None:
    """Source, link to the original, author, its language and the machine are on a translated entry."""
    entry = entry_of(desk, "en", "https://vestnik.example/news/1")
    assert entry.source.title == "Городской вестник"
    assert entry.author == "Анна Иванова"
    via = next(link for link in entry.links if link.rel == "via")
    assert (via.href, via.hreflang) == ("https://vestnik.example/news/1", "ru")
    content = entry.content[0]
    assert content.language == "en"
    assert "Городской вестник" in content.value
    assert "machine-translated from Russian" in content.value
    assert 'href="https://vestnik.example/library"' in content.value
    assert entry.enclosures[0].href == "https://vestnik.example/1.mp3"


def test_editions_of_one_story_point_at_each_other(desk: Desk) -> None:
    """The English entry has a related link to the Russian page, which is there."""
    entry = entry_of(desk, "en", "https://vestnik.example/news/1")
    related = next(link for link in entry.links if link.rel == "related")
    assert related.hreflang == "ru"
    assert (desk.feeds / related.href.partition("/feeds/")[2]).is_file()
    assert entry.id.startswith("tag:desk.example,")


def test_a_press_release_is_read_without_its_furniture(desk: Desk) -> None:
    """Section, date, counter and source line of a saved press release are metadata; the date is the article's."""
    entries = feedparser.parse(str(desk.feeds / "ru/press/atom.xml")).entries
    entry = next(one for one in entries if one.title.startswith("В столице"))
    body = entry.content[0].value.partition("Министры")[2]
    assert entry.published.startswith("2023-07-07")
    assert "1523" not in entry.content[0].value
    assert "07.07.2023" not in body
    assert "Secretariat of the Organization" in entry.content[0].value


def test_each_source_has_feeds_of_its_own(desk: Desk) -> None:
    """Every source has its Atom and RSS feed in every language, and the lists name them."""
    index = (desk.feeds / "index.html").read_text(encoding="utf-8")
    opml = (desk.feeds / "feeds.opml").read_text(encoding="utf-8")
    for language in ("en", "ru"):
        for slug in ("vestnik", "science", "museum", "harbour", "press"):
            assert feedparser.parse(str(desk.feeds / language / slug / "rss.xml")).entries
            assert f"{language}/{slug}/atom.xml" in index
            assert f"{language}/{slug}/atom.xml" in opml


def test_the_second_run_asks_conditionally_and_writes_nothing(desk: Desk, origin: Origin) -> None:
    """Over the same sources a second pass gets a 304, translates nothing, and leaves every byte as it was."""
    before = desk.files()
    stamps = {path: (desk.feeds / path).stat().st_mtime_ns for path in before}
    asked = len(origin.requests)
    summary = desk.json("run")
    conditional = [one for one in origin.requests[asked:] if one.path == "/ru.rss"]
    assert conditional[0].headers["If-None-Match"] == '"ru-1"'
    assert (summary["new"], summary["translated"], summary["segments"], summary["published"]) == (0, 0, 0, 0)
    assert desk.files() == before
    assert {path: (desk.feeds / path).stat().st_mtime_ns for path in before} == stamps


def test_editions_come_back_from_the_store_byte_for_byte(desk: Desk) -> None:
    """Deleted editions are written again with the same bytes."""
    before = desk.files()
    for gone in (desk.feeds, desk.feeds / "ru" / "stories"):
        shutil.rmtree(gone)
        desk.call("run")
        assert desk.files() == before


def test_newsboat_reads_the_editions(desk: Desk, newsboat: str, tmp_path: Path) -> None:
    """A real feed reader subscribes to all four feeds and gets every article of each, twice over."""
    urls = tmp_path / "urls"
    feeds = [(desk.feeds / language / name).as_uri() for language in ("en", "ru") for name in ("atom.xml", "rss.xml")]
    urls.write_text("\n".join(feeds), encoding="utf-8")
    cache = tmp_path / "cache.db"
    for _ in range(2):
        subprocess.run(
            [newsboat, "-u", urls, "-c", cache, "-C", "/dev/null", "-x", "reload"], check=True, timeout=60, text=True
        )
    with sqlite3.connect(cache) as database:
        counts = dict(database.execute("select feedurl, count(*) from rss_item group by feedurl").fetchall())
        titles = {title for (title,) in database.execute("select title from rss_item")}
    database.close()
    assert counts == dict.fromkeys(feeds, 7)
    assert "Завтра ожидается дождь" in titles


def test_status_tells_that_all_is_well(desk: Desk) -> None:
    """Nothing waits and every source is healthy."""
    status = desk.json("status")
    assert {source["condition"] for source in status["sources"]} == {"ok"}
    assert (status["waiting"], status["failures"], status["set_aside"]) == ([], [], [])
    assert status["counts"]["articles"] == 7
    assert status["counts"]["translations"] == 7


def test_an_edited_article_costs_its_changed_sentence_only(tmp_path: Path) -> None:
    """An edit makes a new version of the same story; ids and `published` stay, and one segment is translated."""
    desk = Desk.make(tmp_path / "edited", '[[sources]]\nslug = "press"\ninbox = "inbox"\n')
    desk.drop("a.txt", "Открыта выставка картин\n\nВыставка работает каждый день. Вход свободный.\n\nПриходите все.\n")
    desk.call("run")
    before = feedparser.parse(str(desk.feeds / "en/atom.xml")).entries[0]
    desk.drop("a.txt", "Открыта выставка картин\n\nВыставка работает каждый день. Вход платный.\n\nПриходите все.\n")
    summary = desk.json("run")
    after = feedparser.parse(str(desk.feeds / "en/atom.xml")).entries
    assert (summary["new"], summary["changed"], summary["translated"], summary["segments"]) == (0, 1, 1, 1)
    assert len(after) == 1
    assert (after[0].id, after[0].published) == (before.id, before.published)
    assert after[0].content[0].value != before.content[0].value


def test_a_missing_route_is_a_state_and_not_a_crash(tmp_path: Path) -> None:
    """An edition for which no model is installed waits; status names the command that would help."""
    desk = Desk.make(
        tmp_path / "german",
        '[[sources]]\nslug = "press"\ninbox = "inbox"\n',
        head='languages = ["ru", "de"]\n',
    )
    desk.drop("a.txt", "Открыта выставка картин\n\nВыставка работает каждый день. Вход свободный.\n")
    desk.call("run")
    status = desk.json("status")
    assert "no model ru>de: run `syndicator models install ru-de`" in status["no_route"][0]
    assert len(feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries) == 1


def test_a_language_without_entries_has_a_feed_already(tmp_path: Path) -> None:
    """Whoever subscribes before the first article finds an empty feed, the same with every run, and it is listed."""
    desk = Desk.make(tmp_path / "early", '[[sources]]\nslug = "press"\ninbox = "inbox"\n')
    desk.call("run")
    before = desk.files()
    for name in ("atom.xml", "rss.xml"):
        parsed = feedparser.parse(str(desk.feeds / "ru" / name))
        assert (parsed.bozo, len(parsed.entries), parsed.feed.language) == (False, 0, "ru")
    assert b"ru/atom.xml" in before["feeds.opml"]
    assert desk.json("run")["published"] == 0
    assert desk.files() == before


def test_a_source_that_fails_leaves_the_others_alone(origin: Origin, tmp_path: Path) -> None:
    """A dead host is reported in words; the pass goes on and ends well."""
    desk = Desk.make(
        tmp_path / "failing",
        f'[[sources]]\nslug = "dead"\nfeed = "http://127.0.0.1:9/feed"\n'
        f'[[sources]]\nslug = "science"\nfeed = "{origin.url("/en.atom")}"\n',
    )
    summary = desk.json("run")
    errors = {source["slug"]: source["error"] for source in summary["sources"]}
    assert errors["science"] is None
    assert errors["dead"]
    assert summary["new"] == 1
