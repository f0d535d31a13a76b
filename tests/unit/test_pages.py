from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html
from support.edition import a_pair_of_texts
from support.entries import BASE_URL, CREATED, a_masthead, an_attribution, an_entry, an_original

from syndicator.model import EditionKey, Entry, Extent, Neighbour, Sibling
from syndicator.publishing.edition import Masthead, Outline, publish_edition
from syndicator.publishing.extent import limited
from syndicator.publishing.pages import (
    Section,
    assets,
    codes,
    render_edition_pages,
    render_editions_page,
    render_story_page,
    render_subscribe_page,
)
from syndicator.publishing.pages.front import TEASERS

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
    page = render_edition_pages(key, entries, masthead=masthead, created=CREATED)["index.html"]
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
    """A page without views forbids scripts, whatever its text may hold, and loads no style but its own."""
    (policy,) = story(masthead, an_entry()).xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert "style-src 'self';" in policy
    assert "script" not in policy
    assert "unsafe" not in policy


def test_language(masthead: Masthead) -> None:
    """A page says its language; the source's name, that of the source."""
    page = story(masthead, an_entry())
    assert page.get("lang") == "en"
    assert set(page.xpath("//a[text()='Вестник «Север»']/@lang")) == {"ru"}


def test_right_to_left(masthead: Masthead) -> None:
    """A page in Arabic is laid out from right to left."""
    arabic = replace(masthead, languages=("ar",))
    assert story(arabic, an_entry(language="ar"), EditionKey(language="ar")).get("dir") == "rtl"


def test_attribution_above_text(masthead: Masthead) -> None:
    """Whose text it is, and that a machine translated it, stands between title and text."""
    page = story(masthead, an_entry())
    order = [element.get("class") or element.tag for element in page.xpath("//article//h1|//article/div")]
    assert order.index("h1") < order.index("about") < order.index("text")
    assert "machine-translated from Russian by Argos ru_en 0.1" in page.xpath("string(//div[@class='about'])")
    assert page.xpath("//p[@class='notice']/a/@href") == ["https://vestnik.example/2026/bridge?a=1&b=2"]


def test_text(masthead: Masthead) -> None:
    """The sanitised text stands as it is."""
    assert b"<p>It is <em>long</em>" in render_story_page(ENGLISH, an_entry(), masthead=masthead)


def test_date_in_readers_language(masthead: Masthead) -> None:
    """A date is written as readers write it, and for programs."""
    (time,) = story(masthead, an_original(), RUSSIAN).xpath("//time[@itemprop='datePublished']")
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
    (link,) = page.xpath("//nav[@class='languages']//a")
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
    assert bool(story(masthead, an_entry(summary=summary)).xpath("//p[@class='lede t']")) == is_shown


def test_front_page(masthead: Masthead) -> None:
    """A front page lists its stories by day and source, and its feeds."""
    older = an_entry("old", title="Older", published=datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    page = front(masthead, an_entry(title="Newer"), older)
    assert [day.text for day in page.xpath("//h2/time")] == [
        "Sunday, 22\xa0November\xa02026",
        "Friday, 20\xa0November\xa02026",
    ]
    assert [(link.text, link.get("href")) for link in page.xpath("//h4/a")] == [
        ("Newer", "stories/9f2c4e.html"),
        ("Older", "stories/old.html"),
    ]
    assert page.xpath("//div[@class='source']/h3/a/text()") == ["Вестник «Север»"] * 2
    assert page.xpath("//h3/a/@href") == ["../en/vestnik/index.html"] * 2
    assert page.xpath("//ul[@class='feeds']//a/@href") == ["atom.xml", "rss.xml", "feed.json"]
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
    assert "3\xa0статьи · 24 ноября 2026\xa0г." in page.text_content()
    assert "1 article · 24 November 2026" in page.text_content()
    assert page.xpath("//section[2]//li[2]//a/@href") == [
        "ru/vestnik/index.html",
        "ru/vestnik/atom.xml",
        "ru/vestnik/rss.xml",
        "ru/vestnik/feed.json",
    ]
    assert page.xpath("//p[@class='standfirst']/a/@href") == ["feeds.opml"]


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


def test_story_with_its_original(masthead: Masthead) -> None:
    """A translation stands beside its original block by block, its sentences marked as each other's."""
    page = story(masthead, a_pair_of_texts())
    rows = page.xpath("//div[@class='text']/div")
    assert [row.xpath("string(div[@class='o'])") for row in rows][:2] == [
        "Мост открыли в понедельник. Строили его три года: смотрите план. По нему пройдут 20 000 машин в день.",
        "Что дальше",
    ]
    assert page.xpath("//div[@class='o']/@lang") == ["ru"] * len(rows)
    assert [line.text_content() for line in rows[0].xpath("div[@class='t']//span[@class='line']")] == [
        "The bridge was opened on Monday.",
        "It took three years to build: see the plan.",
        "It will carry 2,000 cars a day.?",
    ]
    assert [span.get("data-s") for span in rows[0].xpath("div[@class='o']//span[@data-s]")] == ["1", *["2"] * 5, "3"]
    assert page.xpath("//h1/span/text()") == ["A bridge across the river", "Мост через реку"]
    assert page.xpath("//input[@name='view']/@id") == ["view-translation", "view-original", "view-both"]
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "script-src 'self';" in policy
    assert page.xpath("//script/@src") == ["../../story.js"]


def test_blocks_that_do_not_correspond(masthead: Masthead) -> None:
    """Where original and translation have other blocks, both stand beside each other as wholes; no text is lost."""
    html_of = (
        "<p>The bridge was opened on Monday.</p>Loose <b>words</b><ul><li>It will carry 2,000 cars a day.</li></ul>"
    )
    page = story(masthead, a_pair_of_texts(html=html_of))
    (row,) = page.xpath("//div[@class='text']/div")
    assert "Loose words" in row.xpath("string(div[@class='t'])")
    assert "По нему пройдут" in row.xpath("string(div[@class='o'])")
    assert row.xpath("div[@class='t']//li//a[@class='flag']/@href") == ["#d3"]


def test_doubtful_sentences(masthead: Masthead) -> None:
    """A doubtful sentence says its reason and is linked with its place in the list, in the reader's language."""
    page = story(masthead, a_pair_of_texts(marks=("number missing: “x”", "a link has lost its words")))
    (span,) = page.xpath("//*[@id='s3']")
    assert (span.get("class"), span.get("title")) == ("s doubtful", "number missing")
    first, second = page.xpath("//details[@class='doubts']//li")
    assert first.text_content() == "number missing: “По нему пройдут 20 000 машин в день.” ↑"
    assert (first.get("id"), first.xpath("a/@href")) == ("d3", ["#s3"])
    assert second.text_content() == "a link has lost its words", "doubts about the whole text come after"


def test_terms(masthead: Masthead) -> None:
    """Agreed terms stand on the page, with what became of them where that is not what one expects."""
    (line,) = story(masthead, a_pair_of_texts()).xpath("//details[@class='terms']//li")
    assert " ".join(line.text_content().split()) == "набережную → embankment (put right after translating)"


def test_only_what_rights_allow(masthead: Masthead) -> None:
    """Without its original, as of a source that allows excerpts alone, a translation offers no views."""
    page = story(masthead, limited(a_pair_of_texts(), Extent.EXCERPT))
    assert not page.xpath("//input")
    assert "Мост открыли" not in page.text_content()


def test_neighbours(masthead: Masthead) -> None:
    """A page leads to the stories before and after its own."""
    beside = an_entry(older=Neighbour(story="a", title="Older <i>"), newer=Neighbour(story="b", title=" "))
    links = story(masthead, beside).xpath("//nav[@class='around']/a")
    assert [(each.get("rel"), each.get("href")) for each in links] == [
        ("prev", "../../en/stories/a.html"),
        ("next", "../../en/stories/b.html"),
    ]
    assert [each.xpath("string(span[@class='title'])") for each in links] == ["Older <i>", "Untitled"]
    assert not story(masthead, an_entry()).xpath("//nav[@class='around']")


def test_provenance_for_programs(masthead: Masthead) -> None:
    """A page tells programs what was translated, by what and from where (schema.org as microdata, `meta`)."""
    page = story(masthead, an_entry())

    def told(name: str) -> list[str]:
        return page.xpath(f"//*[@itemprop='{name}']/@content | //link[@itemprop='{name}']/@href")

    assert page.xpath("//article/@itemtype") == ["https://schema.org/NewsArticle"]
    assert told("isBasedOn") == ["https://vestnik.example/2026/bridge?a=1&b=2"]
    assert page.xpath("//*[@itemprop='translationOfWork']/link/@href") == told("isBasedOn")
    assert page.xpath("//*[@itemprop='translationOfWork']/meta[@itemprop='inLanguage']/@content") == ["ru"]
    assert told("creditText") == ["Анна Петрова · J. Smith · Вестник «Север» · © Вестник, 2026"]
    assert page.xpath("//article/meta[@itemprop='inLanguage']/@content") == ["en"]
    assert page.xpath("//*[@itemprop='translator']/meta/@content") == ["CTranslate2"]
    assert page.xpath("//*[@itemprop='translator']/span/meta/@content") == ["ru_en", "0.1"]
    assert told("creativeWorkStatus") == ["machine-translated, not reviewed"]
    metas = {each.get("name"): each.get("content") for each in page.xpath("//meta[starts-with(@name, 'syndicator:')]")}
    assert metas == {
        "syndicator:provenance": "machine-translation",
        "syndicator:original-language": "ru",
        "syndicator:route": "ru>en",
        "syndicator:engine": "CTranslate2",
        "syndicator:package": "ru_en 0.1",
        "syndicator:reviewed": "no",
    }


def test_reviewed(masthead: Masthead) -> None:
    """A page says whether a person has reviewed the translation; an original says nothing of the kind."""
    assert "No person has reviewed this translation." in story(masthead, an_entry()).text_content()
    reviewed = story(masthead, an_entry(is_reviewed=True))
    assert "A person has reviewed this translation." in reviewed.text_content()
    assert reviewed.xpath("//meta[@name='syndicator:reviewed']/@content") == ["yes"]
    assert not story(masthead, an_original(), RUSSIAN).xpath("//p[@class='reviewed']")


IMAGE = '<p>See <img src="https://o.example/a.jpg?x=1&amp;y=2" alt="A &lt;bridge&gt;" width="10"></p>'


def test_images_are_linked_to(masthead: Masthead) -> None:
    """By default an image is shown when it comes into view; one without words has an empty alternative."""
    page = story(masthead, an_entry(html=IMAGE + '<img src="https://o.example/b.jpg">'))
    assert page.xpath("//img/@loading") == ["lazy"] * 2
    assert page.xpath("//img/@alt") == ["A <bridge>", ""]


def test_no_images(masthead: Masthead) -> None:
    """With images switched off they are named by links, and the page may load nothing from elsewhere."""
    player = '<video src="https://o.example/v.mp4" controls="">words</video>'
    linked = '<a href="https://o.example/"><img src="https://o.example/c.jpg" alt="Inside"></a>'
    page = story(replace(masthead, images="none"), an_entry(html=IMAGE + player + linked))
    assert not page.xpath("//img | //video")
    assert [(link.text, link.get("href")) for link in page.xpath("//a[@class='image']")] == [
        ("[A <bridge>]", "https://o.example/a.jpg?x=1&y=2"),
        ("[v.mp4]", "https://o.example/v.mp4"),
    ]
    assert page.xpath("//a/span[@class='image']/text()") == ["[Inside]"]
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "http" not in policy


def test_sections(masthead: Masthead) -> None:
    """A language's front page leads to its topics and sources; a source's page does not."""
    topics = [Section(path="en/topics/trade/index.html", name="Trade", language="en")]
    page = render_edition_pages(ENGLISH, [an_entry()], masthead=masthead, created=CREATED, topics=topics)["index.html"]
    links = html.document_fromstring(page, parser=PARSER).xpath("//nav[@class='sections']//a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("Trade", "../en/topics/trade/index.html"),
        ("Вестник «Север»", "../en/vestnik/index.html"),
    ]
    assert not front(masthead, an_entry(), key=EditionKey(language="en", source="vestnik")).xpath(
        "//nav[@class='sections']"
    )


def test_teasers_of_the_newest_alone(masthead: Masthead) -> None:
    """Further down a front page there are titles alone, so that it stays light."""
    entries = [an_entry(f"s{number}") for number in range(TEASERS + 3)]
    stories = front(masthead, *entries).xpath("//li[contains(@class, 'story')]")
    assert [len(each.xpath("p")) for each in stories] == [2] * TEASERS + [1] * 3
    assert stories[0].xpath("string(.//i)") == "translated"


OUTLINES = (
    Outline(key=ENGLISH, title="", updated=CREATED),
    Outline(key=EditionKey(language="en", topic="trade"), title="Trade", updated=CREATED),
    Outline(key=EditionKey(language="en", source="vestnik"), title="Вестник", updated=CREATED),
    Outline(key=RUSSIAN, title="", updated=CREATED),
)


def test_subscribing(masthead: Masthead) -> None:
    """The subscribe page has each feed's address in each format, a code, links for readers, and the file of all."""
    rendered = render_subscribe_page("en", OUTLINES, masthead=masthead, opml="feeds.opml")
    page = html.document_fromstring(rendered, parser=PARSER)
    assert page.xpath("//h2/text()") == ["Everything", "Topics", "Sources"]
    assert [one.text_content() for one in page.xpath("//a[@class='address']")][:4] == [
        f"{BASE_URL}en/{path}" for path in ("atom.xml", "rss.xml", "feed.json", "topics/trade/atom.xml")
    ]
    assert page.xpath("//button/@data-copy") == page.xpath("//a[@class='address']/@href")
    assert page.xpath("//section[@id='en']//ul[@class='readers']//a/@href") == [
        f"feed:{BASE_URL}en/atom.xml",
        f"x-netnewswire-feed:{BASE_URL}en/atom.xml",
        "https://feedly.com/i/subscription/feed%2Fhttps%3A%2F%2Fnews.example%2Ffeeds%2Fen%2Fatom.xml",
        "https://www.inoreader.com/?add_feed=https%3A%2F%2Fnews.example%2Ffeeds%2Fen%2Fatom.xml",
        "https://www.newsblur.com/?url=https%3A%2F%2Fnews.example%2Ffeeds%2Fen%2Fatom.xml",
        "https://theoldreader.com/feeds/subscribe?url=https%3A%2F%2Fnews.example%2Ffeeds%2Fen%2Fatom.xml",
    ]
    assert page.xpath("//img/@src") == ["../en/qr.svg", "../en/topics/trade/qr.svg", "../en/vestnik/qr.svg"]
    assert page.xpath("//a[@download]/@href") == ["../feeds.opml"]
    assert cluster(page) == {"en": f"{BASE_URL}en/subscribe.html", "ru": f"{BASE_URL}ru/subscribe.html"}


def test_codes(masthead: Masthead) -> None:
    """Each edition has a code of its own, the same each time; addresses on this machine have none."""
    made = dict(codes(OUTLINES, masthead=masthead))
    assert list(made) == ["en/qr.svg", "en/topics/trade/qr.svg", "en/vestnik/qr.svg", "ru/qr.svg"]
    assert len(set(made.values())) == 4
    assert made == dict(codes(OUTLINES, masthead=masthead))
    assert not list(codes(OUTLINES, masthead=replace(masthead, base_url="file:///srv/feeds/")))


def test_subscribing_on_this_machine(masthead: Masthead) -> None:
    """Where nobody else can reach the feeds, the page says what to configure, and offers no reader elsewhere."""
    local = replace(masthead, base_url="file:///srv/feeds/")
    rendered = render_subscribe_page("ru", OUTLINES, masthead=local, opml="feeds.opml")
    page = html.document_fromstring(rendered, parser=PARSER)
    assert "base_url" in page.xpath("string(//p[@class='warning'])")
    assert not page.xpath("//ul[@class='readers'] | //img")


def test_nothing_is_said_in_place(masthead: Masthead) -> None:
    """No page holds a script, a style or an event handler of its own: the policy would forbid them."""
    pages = [
        render_story_page(ENGLISH, a_pair_of_texts(), masthead=masthead),
        render_edition_pages(RUSSIAN, [an_original()], masthead=masthead, created=CREATED)["index.html"],
        render_subscribe_page("en", OUTLINES, masthead=masthead, opml="feeds.opml"),
        render_editions_page(OUTLINES, masthead=masthead, opml="feeds.opml"),
    ]
    for page in (html.document_fromstring(each, parser=PARSER) for each in pages):
        assert not page.xpath("//style | //script[not(@src)] | //@style")
        assert not [name for each in page.iter() for name in each.attrib if name.startswith("on")]


def test_doubts_in_russian(masthead: Masthead) -> None:
    """The list of doubts quotes as its readers do."""
    turned = tuple(replace(pair, source=pair.target, target=pair.source) for pair in a_pair_of_texts().pairs)
    entry = a_pair_of_texts(language="ru", original_language="en", pairs=turned, marks=("number missing: “x”",))
    (line,) = story(masthead, entry, RUSSIAN).xpath("//details[@class='doubts']//li")
    assert line.text == "пропало число: «It will carry 2,000 cars a day.»"


@pytest.mark.parametrize("length", [20, 110, 400])
def test_front_pages_are_light(masthead: Masthead, length: int) -> None:
    """Whatever titles are long, each page stays under 60 kB with style and script; all stories are on one of them."""
    titles = ["Слово" * (length // 5)] * 100
    entries = [replace(an_original(f"s{number}"), title=title, summary="") for number, title in enumerate(titles)]
    pages = render_edition_pages(RUSSIAN, entries, masthead=masthead, created=CREATED)
    loaded = sum(len(content) for name, content in assets() if name in {"style.css", "front.js"})
    assert all(len(page) + loaded < 59_000 for page in pages.values())
    assert list(pages) == ["index.html", "older.html", "older-2.html", "older-3.html"][: len(pages)]
    assert (len(pages) > 1) == (length > 110)
    parsed = [html.document_fromstring(page, parser=PARSER) for page in pages.values()]
    stories = [link for page in parsed for link in page.xpath("//li[contains(@class, 'story')]//a/@href")]
    assert stories == [f"stories/s{number}.html" for number in range(100)]
    assert [page.xpath("string(//a[@class='older']/@href)") for page in parsed] == [*list(pages)[1:], ""]
    assert [page.xpath("string(//a[@class='newer']/@href)") for page in parsed] == ["", *list(pages)[:-1]]


def test_pages_with_older_stories_go(masthead: Masthead) -> None:
    """When the stories find room on fewer pages, those that are left over are removed."""
    many = [replace(an_original(f"s{number}"), title="Слово" * 80) for number in range(100)]
    for entries, count in ((many, 2), (many[:20], 0)):
        publish_edition(RUSSIAN, entries, [], masthead=masthead, created=CREATED)
        assert len(list((masthead.directory / "ru").glob("older*.html"))) == count
