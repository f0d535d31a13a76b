from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fastfeedparser
import feedparser
import pytest
from lxml import etree
from support.entries import AUTHORITY, BASE_URL, CREATED, a_masthead, an_attribution, an_entry, an_original

from syndicator.errors import PublishError
from syndicator.model import EditionKey, Enclosure, Entry, Sibling
from syndicator.publishing.atom import render_atom
from syndicator.publishing.edition import Masthead, publish_edition

ENGLISH = EditionKey(language="en")
RUSSIAN = EditionKey(language="ru")
VESTNIK = EditionKey(language="en", source="vestnik")
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schema" / "atom.rng"))


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give the usual masthead."""
    return a_masthead(tmp_path)


def rendered(masthead: Masthead, *entries: Entry, key: EditionKey = ENGLISH) -> etree._Element:
    """Return the root of the feed of these entries."""
    return etree.fromstring(render_atom(key, entries, masthead=masthead, created=CREATED))


def text(element: etree._Element, name: str) -> str:
    """Return the text of a child that must be there."""
    found = element.findtext(ATOM + name)
    assert found is not None
    return found


def links(element: etree._Element, rel: str) -> list[dict[str, str]]:
    """Return the other attributes of the links of one relation."""
    return [
        {name: value for name, value in link.attrib.items() if name != "rel"}
        for link in element.findall(f"{ATOM}link")
        if link.get("rel") == rel
    ]


def provenance_of(entry: etree._Element) -> list[str | None]:
    """Return the terms of the categories that say how an entry came about."""
    found = entry.findall(f"{ATOM}category[@scheme='tag:syndicator,2026:provenance']")
    return [each.get("term") for each in found]


BARE = an_entry(
    html="",
    summary="",
    authors=(),
    original_url=None,
    categories=(),
    enclosures=(),
    siblings=(),
    attribution=an_attribution(
        home_url=None, feed_url=None, self_id=None, rights=None, language=None, updated=None, slug="inbox"
    ),
)
ODD = an_entry(
    language="en-GB",
    original_language="und",
    enclosures=(Enclosure(url="https://a.example/a b", media_type="nonsense", length_bytes=-1), Enclosure(url="x:y")),
    attribution=an_attribution(language="not a language", self_id="12", home_url="javascript:alert(1)"),
    original_url="javascript:alert(1)",
)


@pytest.mark.parametrize(
    ("key", "entries"),
    [
        (ENGLISH, ()),
        (ENGLISH, (an_entry(),)),
        (RUSSIAN, (an_original(),)),
        (VESTNIK, (an_entry(), an_entry("other", section="News", credit="Агентство"))),
        (VESTNIK, ()),
        (ENGLISH, (BARE, ODD)),
    ],
)
def test_schema(masthead: Masthead, key: EditionKey, entries: tuple[Entry, ...]) -> None:
    """Every feed is valid by the schema of RFC 4287 and by the rules that the RFC adds to it in Schematron."""
    feed = rendered(masthead, *entries, key=key)
    SCHEMA.assertValid(feed)
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.find(f"{ATOM}author") is not None
        assert entry.find(f"{ATOM}content") is not None
        alternates = [
            (link.get("type"), link.get("hreflang")) for link in entry.findall(f"{ATOM}link[@rel='alternate']")
        ]
        assert len(alternates) == len(set(alternates)) == 1


def test_schema_refuses() -> None:
    """The schema used here refuses a feed without a date and a link without an address."""
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>t</title>{}</feed>'
    assert not SCHEMA.validate(etree.fromstring(feed.format("")))
    dated = "<updated>2026-11-24T00:00:00Z</updated>{}"
    assert SCHEMA.validate(etree.fromstring(feed.format(dated.format(""))))
    assert not SCHEMA.validate(etree.fromstring(feed.format(dated.format('<link rel="self"/>'))))


def test_feed(masthead: Masthead) -> None:
    """A feed says who publishes it, in which language, and where it and its page are."""
    feed = rendered(masthead, an_entry())
    assert feed.get(LANG) == "en"
    assert text(feed, "id") == f"{AUTHORITY}feed/en/atom"
    assert text(feed, "title") == "The Example Wire — English"
    assert "machine-translated" in text(feed, "subtitle")
    assert text(feed, "generator") == "syndicator"
    assert text(feed, "rights") == "Each text belongs to its source."
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Example Wire"
    assert feed.findtext(f"{ATOM}author/{ATOM}email") == "desk@news.example"
    assert links(feed, "self") == [{"href": f"{BASE_URL}en/atom.xml", "type": "application/atom+xml"}]


def test_one_alternate(masthead: Masthead) -> None:
    """A feed has exactly one alternate link; its sisters in other languages are related, not alternate."""
    feed = rendered(masthead, an_entry())
    assert links(feed, "alternate") == [{"href": f"{BASE_URL}en/index.html", "type": "text/html", "hreflang": "en"}]
    sister = {"href": f"{BASE_URL}ru/atom.xml", "type": "application/atom+xml", "hreflang": "ru"}
    assert links(feed, "related") == [sister]


def test_style(masthead: Masthead) -> None:
    """Browsers are told of a style sheet, by the way from where the feed lies; there is no XSLT."""
    for key, way in ((ENGLISH, "../"), (VESTNIK, "../../")):
        content = render_atom(key, [an_entry()], masthead=masthead, created=CREATED)
        assert f'<?xml-stylesheet type="text/css" href="{way}feed.css"?>\n<feed '.encode() in content
        assert b"xsl" not in content


def test_source_edition(masthead: Masthead) -> None:
    """The edition of one source goes by the source's own name and has its own id and addresses."""
    feed = rendered(masthead, an_entry(), key=VESTNIK)
    assert text(feed, "title") == "Вестник «Север» — English"
    assert text(feed, "id") == f"{AUTHORITY}feed/en/vestnik/atom"
    assert links(feed, "self")[0]["href"] == f"{BASE_URL}en/vestnik/atom.xml"
    assert links(feed, "related")[0]["href"] == f"{BASE_URL}ru/vestnik/atom.xml"


def test_feed_id_stays(masthead: Masthead) -> None:
    """A feed's id does not change when the feeds move to another address."""
    moved = replace(masthead, base_url="https://elsewhere.example/")
    assert text(rendered(moved, an_entry()), "id") == text(rendered(masthead, an_entry()), "id")


def test_updated(masthead: Masthead) -> None:
    """A feed was updated when the newest of its texts was; an empty one, when the edition was made."""
    late = an_entry("late", updated=datetime(2026, 11, 24, 1, 2, 3, tzinfo=UTC))
    assert text(rendered(masthead, an_entry(), late), "updated") == "2026-11-24T01:02:03+00:00"
    assert text(rendered(masthead), "updated") == CREATED.isoformat()


def test_order(masthead: Masthead) -> None:
    """Entries stand in the order in which they were given."""
    feed = rendered(masthead, an_entry("b"), an_entry("a"), an_entry("c"))
    stories = [entry.findtext(f"{ATOM}id", "").split(":")[-1] for entry in feed.findall(f"{ATOM}entry")]
    assert stories == ["b/en/atom", "a/en/atom", "c/en/atom"]


def test_entry(masthead: Masthead) -> None:
    """An entry carries id, language, dates, authors, title and summary of the text."""
    entry = rendered(masthead, an_entry())[-1]
    assert entry.get(LANG) == "en"
    assert text(entry, "id") == f"{AUTHORITY}9f2c4e/en/atom"
    assert text(entry, "title") == "A bridge across the river <b> & back"
    assert text(entry, "published") == "2026-11-22T14:05:00+00:00"
    assert text(entry, "updated") == "2026-11-23T10:00:00+00:00"
    assert text(entry, "summary") == "A new bridge links both banks."
    assert [name.text for name in entry.iterfind(f"{ATOM}author/{ATOM}name")] == ["Анна Петрова", "J. Smith"]


def test_author_stands_in(masthead: Masthead) -> None:
    """Where no author is named, the source is the author."""
    entry = rendered(masthead, an_entry(authors=()))[-1]
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Вестник «Север»"


def test_entry_links(masthead: Masthead) -> None:
    """An entry links to our page, to its sister pages, to the original and to what is attached, each with its kind."""
    entry = rendered(masthead, an_entry())[-1]
    page = f"{BASE_URL}{{}}/stories/9f2c4e.html"
    assert links(entry, "alternate") == [{"href": page.format("en"), "type": "text/html", "hreflang": "en"}]
    assert links(entry, "related") == [{"href": page.format("ru"), "type": "text/html", "hreflang": "ru"}]
    original = {"href": "https://vestnik.example/2026/bridge?a=1&b=2", "type": "text/html", "hreflang": "ru"}
    assert links(entry, "via") == [original]
    assert links(entry, "enclosure") == [
        {"href": "https://vestnik.example/bridge.mp3", "type": "audio/mpeg", "length": "1234", "title": "Listen"},
        {"href": "https://vestnik.example/bridge.jpg", "type": "image/jpeg", "title": "The bridge"},
    ]


def test_unpublished_sibling(masthead: Masthead) -> None:
    """A sister in a language that is not published any more is not linked: it has no page."""
    entry = an_entry(siblings=(Sibling(story="9f2c4e", language="de"), Sibling(story="9f2c4e", language="ru")))
    feed = rendered(masthead, entry)
    assert [link["hreflang"] for link in links(feed[-1], "related")] == ["ru"]
    assert [link["hreflang"] for link in links(feed, "related")] == ["ru"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "/relative", "file:///etc/passwd", "http://"]
)
def test_unsafe_links(masthead: Masthead, url: str) -> None:
    """An address that is not of the web becomes no link anywhere in a feed."""
    entry = an_entry(
        original_url=url, enclosures=(Enclosure(url=url),), attribution=an_attribution(home_url=url, feed_url=url)
    )
    feed = rendered(masthead, entry)
    assert not links(feed[-1], "via") + links(feed[-1], "enclosure")
    assert f'href="{url}' not in etree.tostring(feed, encoding="unicode")
    assert f'href="{url}' not in text(feed[-1], "content")


def test_categories(masthead: Masthead) -> None:
    """Categories keep their schemes; a translation is marked as one in a category of a fixed scheme."""
    categories = [dict(each.attrib) for each in rendered(masthead, an_entry())[-1].findall(f"{ATOM}category")]
    assert categories == [
        {"term": "city", "scheme": "https://vestnik.example/topics", "label": "Город"},
        {"term": "x"},
        {
            "term": "machine-translation",
            "scheme": "tag:syndicator,2026:provenance",
            "label": "machine translation",
        },
        {"term": "CTranslate2", "scheme": "tag:syndicator,2026:engine"},
        {"term": "ru_en 0.1", "scheme": "tag:syndicator,2026:model"},
    ]
    original = rendered(masthead, an_original(), key=RUSSIAN)[-1]
    assert provenance_of(original) == ["original"]
    reviewed = rendered(masthead, an_entry(is_reviewed=True))[-1]
    assert provenance_of(reviewed) == ["machine-translation", "reviewed"]


def test_source(masthead: Masthead) -> None:
    """`atom:source` repeats what the source says of itself, in its own language (RFC 4287, 4.2.11)."""
    source = rendered(masthead, an_entry())[-1].find(f"{ATOM}source")
    assert source is not None
    assert text(source, "id") == "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6"
    assert text(source, "title") == "Вестник «Север»"
    assert text(source, "updated") == "2026-11-23T09:00:00+00:00"
    assert text(source, "rights") == "© Вестник, 2026"
    assert source.find(f"{ATOM}title").get(LANG) == "ru"  # type: ignore[union-attr]
    assert links(source, "self") == [{"href": "https://vestnik.example/rss.xml"}]
    assert links(source, "alternate") == [{"href": "https://vestnik.example/", "type": "text/html", "hreflang": "ru"}]


def test_bare_source(masthead: Masthead) -> None:
    """A source that states nothing, such as a folder of files, still has an id and a date."""
    source = rendered(masthead, BARE)[-1].find(f"{ATOM}source")
    assert source is not None
    assert text(source, "id") == f"{AUTHORITY}source/inbox"
    assert text(source, "updated") == "2026-11-22T14:05:00+00:00"


def test_rights(masthead: Masthead) -> None:
    """An entry has its own rights, else those of its source."""
    assert text(rendered(masthead, an_entry(rights="CC BY 4.0"))[-1], "rights") == "CC BY 4.0"
    assert text(rendered(masthead, an_entry())[-1], "rights") == "© Вестник, 2026"


def test_attribution(masthead: Masthead) -> None:
    """The content begins with whose text it is and that a machine translated it, linking to source and original."""
    entry = an_entry(credit="Пресс-служба", rights="CC BY 4.0")
    content = text(rendered(masthead, entry)[-1], "content")
    head, notice, body = content.split("\n")
    assert head.startswith(
        '<p class="attribution">Source: <a href="https://vestnik.example/" lang="ru">Вестник «Север»</a>'
    )
    assert 'href="https://vestnik.example/2026/bridge?a=1&amp;b=2" hreflang="ru">Original (Russian)</a>' in head
    assert "Author: Анна Петрова, J. Smith" in head
    assert "Source as stated: Пресс-служба" in head
    assert "Rights: CC BY 4.0" in head
    assert "machine-translated from Russian by Argos ru_en 0.1 (CTranslate2)." in notice
    assert body == entry.html


def test_notice_in_readers_language(masthead: Masthead) -> None:
    """Russian readers are told in Russian."""
    entry = an_entry(language="ru", original_language="en", engine="Argos en_ru 0.1 (CTranslate2)")
    content = text(rendered(masthead, entry, key=RUSSIAN)[-1], "content")
    assert "Оригинал (английский)" in content
    assert "Машинный перевод с английского: Argos en_ru 0.1 (CTranslate2)." in content


def test_notice_in_english_elsewhere(masthead: Masthead) -> None:
    """Readers of a language without phrases are told in English, and the markup says that it is English."""
    german = replace(masthead, languages=("de",))
    content = text(rendered(german, an_entry(language="de"), key=EditionKey(language="de"))[-1], "content")
    assert '<p class="notice" lang="en">This text was machine-translated from Russian' in content


def test_original_has_no_notice(masthead: Masthead) -> None:
    """A text in its own language is attributed, and not called a translation."""
    content = text(rendered(masthead, an_original(), key=RUSSIAN)[-1], "content")
    assert content.startswith('<p class="attribution">Источник: ')
    assert "notice" not in content


def test_doubtful(masthead: Masthead) -> None:
    """A translation that a check found doubtful says so."""
    assert "doubtful" in text(rendered(masthead, an_entry(marks=("a number differs",)))[-1], "content")
    assert "doubtful" not in text(rendered(masthead, an_entry())[-1], "content")


def test_original_of_a_file(masthead: Masthead) -> None:
    """The translation of a text without an address links to our page of the original."""
    content = text(rendered(masthead, an_entry(original_url=None))[-1], "content")
    assert f'<a href="{BASE_URL}ru/stories/9f2c4e.html" hreflang="ru">Read the original</a>' in content


def test_attribution_is_escaped(masthead: Masthead) -> None:
    """Markup in a source's or author's name is text."""
    evil = "<script>alert(1)</script>"
    entry = an_entry(attribution=an_attribution(name=evil, rights=evil), authors=(evil,), credit=evil, engine=evil)
    assert "<script" not in text(rendered(masthead, entry)[-1], "content")


def test_headline_alone(masthead: Masthead) -> None:
    """A text without a body shows its summary."""
    content = text(rendered(masthead, an_entry(html="", summary="Only <this>."))[-1], "content")
    assert content.endswith("\n<p>Only &lt;this&gt;.</p>")


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"title": "  two\n words "}, "two words"),
        ({"title": ""}, "A new bridge links both banks."),
        ({"title": "", "summary": "", "html": "<p>One</p><p>two</p>"}, "One two"),
        ({"title": "", "summary": "", "html": ""}, "Untitled"),
    ],
)
def test_title(masthead: Masthead, changes: dict[str, str], title: str) -> None:
    """A title is one line; where there is none, the beginning of the text stands in."""
    assert text(rendered(masthead, an_entry(**changes))[-1], "title") == title


def test_no_attribution(tmp_path: Path) -> None:
    """An entry that does not say whose it is can't be published, and the message names its source."""
    nameless = an_entry(attribution=an_attribution(name=" \x00"))
    with pytest.raises(PublishError, match="'vestnik' a name"):
        publish_edition(ENGLISH, [nameless], [], masthead=a_masthead(tmp_path), created=CREATED)
    with pytest.raises(PublishError, match="'vestnik' a name"):
        publish_edition(ENGLISH, [], [nameless], masthead=a_masthead(tmp_path), created=CREATED)
    assert not list(tmp_path.rglob("*.*"))


def test_feedparser(masthead: Masthead) -> None:
    """The most used parser reads back what was published."""
    parsed = feedparser.parse(render_atom(ENGLISH, [an_entry()], masthead=masthead, created=CREATED))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    assert parsed.feed.link == f"{BASE_URL}en/index.html"
    (entry,) = parsed.entries
    assert entry.id == f"{AUTHORITY}9f2c4e/en/atom"
    assert entry.link == f"{BASE_URL}en/stories/9f2c4e.html"
    assert entry.title == "A bridge across the river <b> & back"
    assert entry.title_detail.language == "en"
    assert entry.source.title == "Вестник «Север»"
    assert [each.href for each in entry.enclosures] == [
        "https://vestnik.example/bridge.mp3",
        "https://vestnik.example/bridge.jpg",
    ]


def test_fastfeedparser(masthead: Masthead) -> None:
    """A parser of another make reads back the same."""
    parsed = fastfeedparser.parse(render_atom(ENGLISH, [an_entry()], masthead=masthead, created=CREATED).decode())
    (entry,) = parsed.entries
    assert entry.id == f"{AUTHORITY}9f2c4e/en/atom"
    assert entry.link == f"{BASE_URL}en/stories/9f2c4e.html"
    assert datetime.fromisoformat(entry.published) - an_entry().published == timedelta(0)
