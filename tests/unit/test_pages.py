from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html
from support.entries import BASE_URL, CREATED, a_masthead, an_attribution, an_entry, an_original

from syndicator.model import EditionKey, Entry, Sibling
from syndicator.publishing.edition import Masthead, Outline
from syndicator.publishing.pages import render_edition_page, render_editions_page, render_story_page

ENGLISH = EditionKey(language="en")
RUSSIAN = EditionKey(language="ru")
PARSER = html.HTMLParser(encoding="utf-8")


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give the usual masthead."""
    return a_masthead(tmp_path)


def story(masthead: Masthead, entry: Entry, key: EditionKey = ENGLISH) -> html.HtmlElement:
    """Return the page of a story."""
    return html.document_fromstring(render_story_page(key, entry, masthead=masthead), parser=PARSER)


def front(masthead: Masthead, *entries: Entry, key: EditionKey = ENGLISH) -> html.HtmlElement:
    """Return the front page of an edition."""
    page = render_edition_page(key, entries, masthead=masthead, created=CREATED)
    return html.document_fromstring(page, parser=PARSER)


def cluster(page: html.HtmlElement) -> dict[str, str]:
    """Return the addresses that a page names as its versions, by language."""
    return {link.get("hreflang"): link.get("href") for link in page.xpath("//head/link[@hreflang]")}


def test_title_is_text(masthead: Masthead) -> None:
    """A title with markup shows as text, in the page and in the window's title."""
    evil = "</title></h1><script>alert(1)</script>"
    page = story(masthead, an_entry(title=evil))
    assert page.xpath("string(//h1)") == evil
    assert page.xpath("string(//title)") == f"{evil} — The Example Wire"
    assert not page.xpath("//script")


def test_no_scripts_allowed(masthead: Masthead) -> None:
    """A page forbids scripts, whatever its text may hold, and loads no style but its own."""
    (policy,) = story(masthead, an_entry()).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "style-src 'self';" in policy
    assert "script" not in policy
    assert "unsafe" not in policy


def test_language(masthead: Masthead) -> None:
    """A page says its language; the source's name, that of the source."""
    page = story(masthead, an_entry())
    assert page.get("lang") == "en"
    assert page.xpath("//a[text()='Вестник «Север»']/@lang") == ["ru"]


def test_right_to_left(masthead: Masthead) -> None:
    """A page in Arabic is laid out from right to left."""
    arabic = replace(masthead, languages=("ar",))
    assert story(arabic, an_entry(language="ar"), EditionKey(language="ar")).get("dir") == "rtl"


def test_attribution_above_text(masthead: Masthead) -> None:
    """Whose text it is, and that a machine translated it, stands between title and text."""
    page = story(masthead, an_entry())
    order = [element.get("class") or element.tag for element in page.xpath("//article/*")]
    assert order.index("h1") < order.index("about") < order.index("text")
    assert "machine-translated from Russian by Argos ru_en 0.1" in page.xpath("string(//div[@class='about'])")
    assert page.xpath("//p[@class='notice']/a/@href") == ["https://vestnik.example/2026/bridge?a=1&b=2"]


def test_text(masthead: Masthead) -> None:
    """The sanitised text stands as it is."""
    assert b"<p>It is <em>long</em>" in render_story_page(ENGLISH, an_entry(), masthead=masthead)


def test_date_in_readers_language(masthead: Masthead) -> None:
    """A date is written as readers write it, and for programs."""
    (time,) = story(masthead, an_original(), RUSSIAN).xpath("//time")
    assert (time.text, time.get("datetime")) == ("22 ноября 2026\xa0г., 14:05 UTC", "2026-11-22T14:05:00+00:00")


def test_cluster(masthead: Masthead) -> None:
    """The pages of a story name each other and themselves, all the same; the original is for all other readers."""
    expected = {
        "en": f"{BASE_URL}en/stories/9f2c4e.html",
        "ru": f"{BASE_URL}ru/stories/9f2c4e.html",
        "x-default": f"{BASE_URL}ru/stories/9f2c4e.html",
    }
    assert cluster(story(masthead, an_entry())) == expected
    assert cluster(story(masthead, an_original(), RUSSIAN)) == expected


def test_default_version(masthead: Masthead) -> None:
    """Where the original is not among the pages, other readers are sent to the first configured language."""
    siblings = (Sibling(story="9f2c4e", language="ru"),)
    page = story(masthead, an_entry(original_language="de", siblings=siblings))
    assert cluster(page)["x-default"] == f"{BASE_URL}en/stories/9f2c4e.html"


def test_alone(masthead: Masthead) -> None:
    """A story in one language names no other."""
    assert cluster(story(masthead, an_entry(siblings=()))) == {}


def test_switch(masthead: Masthead) -> None:
    """A page links to itself in the other languages, by their own names, and marks where the reader is."""
    page = story(masthead, an_entry())
    (link,) = page.xpath("//nav//a")
    assert (link.text, link.get("href"), link.get("hreflang")) == ("русский", "../../ru/stories/9f2c4e.html", "ru")
    assert page.xpath("//nav//*[@aria-current='page']/text()") == ["English"]


def test_enclosures(masthead: Masthead) -> None:
    """What is attached can be reached from the page."""
    links = story(masthead, an_entry()).xpath("//section[@class='enclosures']//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Listen", "https://vestnik.example/bridge.mp3"),
        ("The bridge", "https://vestnik.example/bridge.jpg"),
    ]


@pytest.mark.parametrize(
    ("summary", "is_shown"), [("Another thing.", True), ("The bridge was opened on Monday. It", False), ("", False)]
)
def test_lede(masthead: Masthead, summary: str, is_shown: bool) -> None:  # noqa: FBT001
    """A summary stands above the text unless it is only the text's beginning."""
    assert bool(story(masthead, an_entry(summary=summary)).xpath("//p[@class='lede']")) == is_shown


def test_front_page(masthead: Masthead) -> None:
    """A front page lists its stories by day, each with its source, and its feeds."""
    older = an_entry("old", title="Older", published=datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    page = front(masthead, an_entry(title="Newer"), older)
    assert [day.text for day in page.xpath("//h2/time")] == ["22 November 2026", "20 November 2026"]
    assert [(link.text, link.get("href")) for link in page.xpath("//h3/a")] == [
        ("Newer", "../en/stories/9f2c4e.html"),
        ("Older", "../en/stories/old.html"),
    ]
    assert page.xpath("//p[@class='whose']/span/text()") == ["Вестник «Север»"] * 2
    assert page.xpath("//ul[@class='feeds']//a/@href") == ["atom.xml", "rss.xml"]
    assert page.xpath("//head/link[@type='application/atom+xml']/@href") == [f"{BASE_URL}en/atom.xml"]


def test_front_page_of_source(masthead: Masthead) -> None:
    """The front page of a source goes by the source's name, and its stories lie with the whole language."""
    page = front(masthead, an_entry(), key=EditionKey(language="en", source="vestnik"))
    assert page.xpath("string(//h1)") == "Вестник «Север»"
    assert page.xpath("//h3/a/@href") == ["../../en/stories/9f2c4e.html"]


def test_empty_front_page(masthead: Masthead) -> None:
    """A front page without stories says so in the reader's language."""
    assert "Здесь пока ничего нет." in front(masthead, key=RUSSIAN).text_content()


def test_editions(masthead: Masthead) -> None:
    """The list of editions names each in its own language, with its feeds and where to read it."""
    source = EditionKey(language="ru", source="vestnik")
    outlines = [
        Outline(key=source, title="Вестник <i>", updated=CREATED, count=3),
        Outline(key=RUSSIAN, title="", updated=CREATED),
        Outline(key=ENGLISH, title="", updated=CREATED, count=1),
    ]
    rendered = render_editions_page(outlines, masthead=masthead, opml="feeds.opml")
    page = html.document_fromstring(rendered, parser=PARSER)
    assert page.xpath("//section/@lang") == ["en", "ru"]
    assert [link.text for link in page.xpath("//li/span/a[@dir]")] == ["All sources", "Все источники", "Вестник <i>"]
    assert "3 статьи · 24 ноября 2026\xa0г." in page.text_content()
    assert "1 article · 24 November 2026" in page.text_content()
    assert page.xpath("//section[2]//li[2]//a/@href") == [
        "ru/vestnik/index.html",
        "ru/vestnik/atom.xml",
        "ru/vestnik/rss.xml",
    ]
    assert page.xpath("//p/a/@href") == ["feeds.opml"]


def test_name_is_text(masthead: Masthead) -> None:
    """A source's name with markup shows as text."""
    evil = an_entry(attribution=an_attribution(name="<img src=x onerror=alert(1)>"))
    for page in (story(masthead, evil), front(masthead, evil)):
        assert not page.xpath("//img")
        assert "<img src=x onerror=alert(1)>" in page.text_content()


def test_doubts_stand_on_the_page_with_their_reasons(masthead: Masthead) -> None:
    """In the reader's language, as text; without any, nothing stands there."""
    marks = ("number missing: “<b>В 2023</b>”", "negation lost: “Не”")
    page = story(masthead, an_entry(marks=marks))
    assert page.xpath("//details[@class='doubts']//li/text()") == list(marks)
    russian = story(masthead, an_entry(marks=marks, language="ru", original_language="en"), key=RUSSIAN)
    assert russian.xpath("string(//details//li)") == "пропало число: “<b>В 2023</b>”"
    assert not story(masthead, an_entry(marks=())).xpath("//details")
