"""Topics, bilingual editions, categories, alt texts and names of sources, from a source to what readers get."""

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import feedparser
import pytest
from support.desk import Desk
from support.origin import Origin

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>Городской вестник</title><link>https://vestnik.example/</link><description>Новости города</description>
<language>ru</language>
<item><title>В городе открылась новая библиотека</title><link>https://vestnik.example/news/1</link>
<guid isPermaLink="false">vestnik-1</guid><pubDate>Mon, 02 Mar 2026 09:00:00 +0300</pubDate>
<category domain="https://vestnik.example/topics">Культура</category><category>#город</category>
<content:encoded><![CDATA[<p>Сегодня в центре города открылась <a href="/library">новая библиотека</a>. В ней сто
тысяч книг.</p><p><img src="/1.jpg" alt="Читатели в новом зале"></p>]]></content:encoded></item>
<item><title>Завтра ожидается дождь</title><link>https://vestnik.example/news/2</link>
<guid isPermaLink="false">vestnik-2</guid><pubDate>Mon, 02 Mar 2026 10:00:00 +0300</pubDate>
<description>Синоптики обещают дождь и сильный ветер.</description></item>
</channel></rss>"""
HEAD = 'languages = ["en", "ru"]\n[feeds]\nbilingual = true\n'
TOPIC = """
[[topics]]
slug = "books"
name = {en = "Books", ru = "Книги"}
words = ["библиотека"]
[[topics]]
slug = "sport"
name = "Sport"
words = ["футбол"]
"""
LIBRARY = "В городе открылась новая библиотека"
RAIN = "Завтра ожидается дождь"


@pytest.fixture(scope="module")
def source() -> str:
    """Serve the feed for as long as it takes to read it once; return the config's table of it."""
    return '\n[[sources]]\nslug = "vestnik"\nfeed = "{}"\n'


@pytest.fixture(scope="module")
def desk(source: str, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk after one pass."""
    with Origin() as origin:
        origin.add("/ru.rss", body=FEED.encode(), headers={"Content-Type": "application/rss+xml"})
        table = source.format(origin.url("/ru.rss"))
        made = Desk.make(tmp_path_factory.mktemp("desk"), table + TOPIC, head=HEAD)
        made.call("run")
    return made


def entries(desk: Desk, folder: str, name: str = "atom.xml") -> list[feedparser.FeedParserDict]:
    """Return what a feed parser reads in an edition."""
    parsed = feedparser.parse(str(desk.feeds / folder / name))
    assert not parsed.bozo
    return list(parsed.entries)


def cyrillic(text: str) -> bool:
    """Tell whether there is a Russian letter in a text."""
    return any("а" <= letter <= "я" for letter in text.lower())


def test_a_topic_has_its_stories_in_each_language(desk: Desk) -> None:
    """The story with the word is in the topic's edition, original and translation; the other is not."""
    assert [entry.title for entry in entries(desk, "ru/topics/books")] == [LIBRARY]
    (english,) = entries(desk, "en/topics/books")
    (whole,) = [entry for entry in entries(desk, "en") if entry.link == english.link]
    assert (english.id, english.title) == (whole.id, whole.title)
    assert entries(desk, "ru/topics/books", "rss.xml")[0].title == LIBRARY


def test_a_topic_is_called_by_its_name(desk: Desk) -> None:
    """In its own language where it has a name there."""
    titles = {
        folder: feedparser.parse(str(desk.feeds / folder / "atom.xml")).feed.title
        for folder in ("en/topics/books", "ru/topics/books", "ru/topics/sport")
    }
    assert list(titles.values()) == ["Books — English", "Книги — русский", "Sport — русский"]


def test_a_topic_without_stories_is_an_empty_feed(desk: Desk) -> None:
    """So that people can subscribe."""
    assert entries(desk, "en/topics/sport") == []
    assert (desk.feeds / "en/topics/sport/feed.json").is_file()


def test_opml_lists_every_edition(desk: Desk) -> None:
    """The whole language, that with originals, topics, then sources; each language as it calls them."""
    body = ET.parse(desk.feeds / "feeds.opml").getroot()[1]  # noqa: S314 - our own file
    listed = [[line.get("text") for line in group.iter("outline") if line.get("xmlUrl")] for group in body]
    assert listed == [
        [
            "Test Desk — English",
            "Test Desk — English (with originals)",
            "Books — English",
            "Sport — English",
            "Городской вестник (Gorodskoy vestnik) — English",
        ],
        [
            "Test Desk — русский",
            "Test Desk — русский (с оригиналами)",
            "Sport — русский",
            "Книги — русский",
            "Городской вестник — русский",
        ],
    ]


def test_status_counts_editions(desk: Desk) -> None:
    """Every edition that has entries is told, each up to date."""
    told = desk.json("status")["editions"]
    expected = [(None, None, False), (None, None, True), ("vestnik", None, False), (None, "books", False)]
    assert [(one["language"], one["source"], one["topic"], one["is_bilingual"]) for one in told] == [
        (language, *one) for language in ("en", "ru") for one in expected
    ]
    assert all(one["is_current"] for one in told)


@pytest.mark.parametrize("name", ["atom.xml", "rss.xml"])
def test_bilingual(desk: Desk, name: str) -> None:
    """A translation has its original below each sentence, under another id; an original is there as it is."""
    (plain,) = [entry for entry in entries(desk, "en", name) if "news/1" in str(entry.links) + entry.summary]
    (both,) = [entry for entry in entries(desk, "en/bilingual", name) if entry.link == plain.link]
    assert both.title == f"{plain.title} / {LIBRARY}"
    assert both.id == f"{plain.id}/bilingual"
    text = both.content[0].value
    assert '<br /><small lang="ru">Сегодня в центре города открылась новая библиотека.</small><br />' in text
    assert '<small lang="ru">В ней сто тысяч книг.</small></p>' in text
    (original,) = [entry for entry in entries(desk, "ru/bilingual", name) if entry.title == LIBRARY]
    assert "<small" not in original.content[0].value


def test_alt_texts_are_translated(desk: Desk) -> None:
    """In the feed and on the page."""
    (entry,) = entries(desk, "en/topics/books")
    page = next((desk.feeds / "en/stories").glob(f"{Path(entry.link).name}")).read_text(encoding="utf-8")
    assert 'alt="' in entry.content[0].value
    assert "Читатели в новом зале" not in entry.content[0].value
    assert 'src="https://vestnik.example/1.jpg"' in page


def test_categories_are_translated(desk: Desk) -> None:
    """The label is; term and scheme are the source's; a hashtag stays."""
    (entry,) = entries(desk, "en/topics/books")
    culture = next(tag for tag in entry.tags if tag.term == "Культура")
    assert culture.scheme == "https://vestnik.example/topics"
    assert culture.label
    assert not cyrillic(culture.label)
    assert [tag.label for tag in entry.tags if tag.term == "#город"] == [None]
    (russian,) = entries(desk, "ru/topics/books")
    assert next(tag for tag in russian.tags if tag.term == "Культура").label is None


def test_readers_can_read_the_source_s_name(desk: Desk) -> None:
    """A Cyrillic name is written in Latin letters, too, for English readers alone."""
    (english,), (russian,) = entries(desk, "en/topics/books"), entries(desk, "ru/topics/books")
    assert "Городской вестник</a> (Gorodskoy vestnik)" in english.content[0].value
    assert english.source.title == "Городской вестник"
    assert "Gorodskoy" not in russian.content[0].value


def test_another_pass_writes_nothing(desk: Desk) -> None:
    """What has not changed is not written again."""
    before = desk.files()
    desk.call("run")
    assert desk.files() == before


def test_a_topic_changes(desk: Desk, tmp_path: Path) -> None:
    """Another definition takes other stories, those of old included; a name of the config outranks ours."""
    shutil.copytree(desk.folder, tmp_path / "copy", symlinks=True)
    copy = Desk(tmp_path / "copy")
    config = copy.config.read_text(encoding="utf-8").replace('words = ["библиотека"]', 'words = ["ветер"]')
    config = config.replace('slug = "vestnik"', 'slug = "vestnik"\nnames = {en = "City Herald"}')
    copy.config.write_text(config, encoding="utf-8")
    copy.call("run")
    (rain,) = entries(copy, "ru/topics/books")
    (english,) = entries(copy, "en/topics/books")
    assert rain.title == RAIN
    assert "Городской вестник</a> (City Herald)" in english.content[0].value
