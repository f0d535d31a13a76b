import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import fastfeedparser
import fastjsonschema
import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from support.entries import AUTHORITY, CREATED, a_masthead, an_attribution, an_entry
from support.rssprofile import breaches

from syndicator.allowed import allowed
from syndicator.model import Category, EditionKey, Enclosure, Entry, EntryIds, Extent, Sibling
from syndicator.publishing.atom import render_atom
from syndicator.publishing.edition import Outline, publish_edition, publish_index
from syndicator.publishing.extent import EXCERPT_LENGTH, fitted
from syndicator.publishing.feed import title_of
from syndicator.publishing.jsonfeed import render_json
from syndicator.publishing.pages import render_story_page
from syndicator.publishing.rss import render_rss
from syndicator.publishing.sitemap import render_news_sitemap
from syndicator.publishing.text import clean, excerpt, fit, link, plain

ENGLISH = EditionKey(language="en")
MASTHEAD = a_masthead(Path("/nowhere"))
SCHEMAS = Path(__file__).parents[1] / "conformance" / "schema"
SCHEMA = etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))
check_json = fastjsonschema.compile(json.loads((SCHEMAS / "jsonfeed.json").read_text(encoding="utf-8")))
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "]]>",
        "-->",
        "<!--",
        '"',
        "'",
        "&",
        "&amp;",
        "&#0;",
        "</title>",
        "\ud800",
        "\x00",
        "\x1b",
        "\ufffe",
        "\x85",
        "\r\n",
        "\t",
        "\u2028",
        "\u202e",
        "ё",
        "{0}",
        "%s",
        " ",
        "javascript:alert(1)",
        "<p",
        "</p></div>",
    ]
)
CHARACTERS = st.characters(exclude_categories=())  # lone surrogates included
TEXTS = st.lists(st.one_of(HOSTILE, st.text(CHARACTERS, max_size=12)), max_size=8).map("".join)
NAMES = TEXTS.map(lambda text: "N" + text)
DATES = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
URLS = st.one_of(
    st.text("abcXYZ019-._~/?&=+%абв", max_size=20).map(lambda path: f"https://o.example/{path}"),
    TEXTS.map(lambda path: f"http://o.example/{path}"),
    TEXTS,
)
LANGUAGES = st.sampled_from(["ru", "de", "pt-BR", "zh-Hans", "und"])
ENCLOSURES = st.builds(
    Enclosure,
    url=URLS,
    media_type=st.none() | TEXTS | st.just("audio/mpeg"),
    length_bytes=st.none() | st.integers(),
    title=st.none() | TEXTS,
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Draw an entry that holds anything at all in whatever came from outside."""
    story = draw(st.text("abc012", min_size=1, max_size=6))
    return an_entry(
        story,
        ids=EntryIds(atom=f"{AUTHORITY}{story}/a", rss=f"{AUTHORITY}{story}/r", json=f"{AUTHORITY}{story}/j"),
        attribution=an_attribution(
            name=draw(NAMES),
            home_url=draw(st.none() | URLS),
            self_id=draw(st.none() | TEXTS),
            feed_url=draw(st.none() | URLS),
            rights=draw(st.none() | TEXTS),
            language=draw(st.none() | LANGUAGES | TEXTS),
            updated=draw(st.none() | DATES),
        ),
        title=draw(TEXTS),
        html=draw(TEXTS),
        summary=draw(TEXTS),
        authors=tuple(draw(st.lists(TEXTS, max_size=2))),
        published=draw(DATES),
        updated=draw(DATES),
        original_url=draw(st.none() | URLS),
        original_language=draw(LANGUAGES),
        engine=draw(st.none() | TEXTS),
        siblings=draw(st.sampled_from([(), (Sibling(story=story, language="ru"),)])),
        categories=tuple(draw(st.lists(st.builds(Category, term=TEXTS, scheme=TEXTS, label=TEXTS), max_size=2))),
        enclosures=tuple(draw(st.lists(ENCLOSURES, max_size=2))),
        rights=draw(st.none() | TEXTS),
        credit=draw(st.none() | TEXTS),
        section=draw(st.none() | TEXTS),
    )


def legal(text: str) -> str:
    """Return text without what XML 1.0 forbids (2.2) and without C1 controls, character by character."""
    return "".join(
        character
        for character in text
        if character in "\t\n\r"
        or 0x20 <= ord(character) <= 0x7E
        or 0xA0 <= ord(character) <= 0xD7FF
        or 0xE000 <= ord(character) <= 0xFFFD
        or ord(character) > 0xFFFF
    )


def published(html: str) -> str:
    """Return the text that is published of an article: what the lists let through, also of what should not be there."""
    return allowed(legal(html), base_url=None)


def line(text: str) -> str:
    """Return the legal characters of text with single spaces."""
    return " ".join(legal(text).split())


@settings(deadline=None, max_examples=40)
@given(st.lists(entries(), max_size=3))
def test_atom(drawn: list[Entry]) -> None:
    """An Atom feed of anything is valid, and gives back ids, titles, languages, dates, links and text."""
    rendered = render_atom(ENGLISH, fit(tuple(drawn)), masthead=MASTHEAD, created=CREATED)
    SCHEMA.assertValid(etree.fromstring(rendered))
    found = ET.fromstring(rendered).findall(f"{ATOM}entry")  # noqa: S314 - expat: a parser of another make, on our own bytes
    assert len(found) == len(drawn)
    for entry, element in zip(drawn, found, strict=True):
        assert element.findtext(f"{ATOM}id") == entry.ids.atom
        assert element.get(LANG) == "en"
        assert element.findtext(f"{ATOM}published") == entry.published.isoformat()
        assert element.findtext(f"{ATOM}updated") == entry.updated.isoformat()
        if line(entry.title):
            assert element.findtext(f"{ATOM}title") == line(entry.title)
        if legal(entry.html).strip():
            assert element.findtext(f"{ATOM}content", "").endswith("\n" + published(entry.html))
        if legal(entry.summary).strip():
            assert element.findtext(f"{ATOM}summary") == legal(entry.summary)
        assert element.findtext(f"{ATOM}source/{ATOM}title") == legal(entry.attribution.name)
        addresses = [each.get("href", "") for each in element.findall(f"{ATOM}link")]
        assert addresses[0] == f"https://news.example/feeds/en/stories/{entry.story}.html"
        assert all(address.startswith(("https://", "http://")) for address in addresses)


@settings(deadline=None, max_examples=40)
@given(st.lists(entries(), max_size=3))
def test_rss(drawn: list[Entry]) -> None:
    """An RSS feed of anything is well-formed, and gives back ids, titles, languages, dates and text."""
    rendered = render_rss(ENGLISH, fit(tuple(drawn)), masthead=MASTHEAD, created=CREATED)
    assert set(breaches(rendered)) <= {"guid: two items have the same"}  # two of a kind may be drawn
    found = ET.fromstring(rendered).findall("channel/item")  # noqa: S314
    assert len(found) == len(drawn)
    for entry, item in zip(drawn, found, strict=True):
        assert item.findtext("guid") == entry.ids.rss
        assert item.findtext("link") == f"https://news.example/feeds/en/stories/{entry.story}.html"
        assert item.findtext(f"{DUBLIN_CORE}language") == "en"
        assert parsedate_to_datetime(item.findtext("pubDate", "")) == entry.published.replace(microsecond=0)
        if line(entry.title):
            assert item.findtext("title") == line(entry.title)
        if legal(entry.html).strip():
            assert item.findtext(f"{CONTENT}encoded", "").endswith("\n" + published(entry.html))


@settings(deadline=None, max_examples=40)
@given(st.lists(entries(), max_size=3))
def test_json(drawn: list[Entry]) -> None:
    """A JSON Feed of anything is valid, and gives back ids, titles, languages, dates, links and text."""
    rendered = render_json(ENGLISH, fit(tuple(drawn)), masthead=MASTHEAD, created=CREATED)
    feed = json.loads(rendered.decode("utf-8", "strict"))
    check_json(feed)
    assert len(feed["items"]) == len(drawn)
    for entry, item in zip(drawn, feed["items"], strict=True):
        assert (item["id"], item["language"]) == (entry.ids.json, "en")
        assert item["url"] == f"https://news.example/feeds/en/stories/{entry.story}.html"
        assert datetime.fromisoformat(item["date_published"]) == entry.published
        assert datetime.fromisoformat(item["date_modified"]) == entry.updated
        if line(entry.title):
            assert item["title"] == line(entry.title)
        if legal(entry.html).strip():
            assert item["content_html"].endswith("\n" + published(entry.html))
        if legal(entry.summary).strip():
            assert item["summary"] == legal(entry.summary).strip()
        assert item["_syndicator"]["source"]["name"] == legal(entry.attribution.name)
        assert item["_syndicator"]["provenance"]["kind"] == "machine-translation"


@settings(deadline=None, max_examples=40)
@given(entries(), st.sampled_from(Extent))
def test_extents(entry: Entry, extent: Extent) -> None:
    """No more of a text than is allowed is in any feed, whatever the text is."""
    limited = fitted(entry, masthead=replace(MASTHEAD, extents={"vestnik": extent}))
    assert limited.extent is extent
    if extent is not Extent.FULL:
        assert len(limited.summary) <= EXCERPT_LENGTH
        assert plain(limited.html) == line(limited.summary)
    if extent is Extent.HEADLINE:
        assert not limited.html + limited.summary
    check_json(json.loads(render_json(ENGLISH, [limited], masthead=MASTHEAD, created=CREATED)))
    SCHEMA.assertValid(etree.fromstring(render_atom(ENGLISH, [limited], masthead=MASTHEAD, created=CREATED)))


@settings(deadline=None, max_examples=40)
@given(st.lists(entries(), max_size=3))
def test_news(drawn: list[Entry]) -> None:
    """A news site map of anything can be read, and gives back addresses and titles."""
    newest_first = sorted(fit(tuple(drawn)), key=lambda entry: entry.published, reverse=True)
    root = ET.fromstring(render_news_sitemap("en", newest_first, masthead=MASTHEAD))  # noqa: S314
    titles = [each.text for each in root.iter("{http://www.google.com/schemas/sitemap-news/0.9}title")]
    assert titles == [title_of(entry, edition="en") for entry in newest_first[: len(titles)]]
    assert bool(titles) == bool(drawn)


@settings(deadline=None, max_examples=40)
@given(entries())
def test_feed_parsers(entry: Entry) -> None:
    """Two feed parsers of other make read the same id, address, title and date from an Atom feed."""
    rendered = render_atom(ENGLISH, [fit(entry)], masthead=MASTHEAD, created=CREATED)
    page = f"https://news.example/feeds/en/stories/{entry.story}.html"
    (slow,) = feedparser.parse(rendered).entries
    assert (slow.id, slow.link) == (entry.ids.atom, page)
    if line(entry.title):
        assert slow.title == line(entry.title)
    (fast,) = fastfeedparser.parse(rendered).entries
    assert (fast.id, fast.link) == (entry.ids.atom, page)
    in_json = render_json(ENGLISH, [fit(entry)], masthead=MASTHEAD, created=CREATED)
    (third,) = fastfeedparser.parse(in_json.decode()).entries
    assert (third.id, third.link) == (entry.ids.json, page)
    assert abs(datetime.fromisoformat(fast.published) - entry.published) < timedelta(seconds=1)


@settings(deadline=None, max_examples=40)
@given(entries())
def test_page(entry: Entry) -> None:
    """Nothing that came from outside becomes a script, a handler or an unsafe link on a page; the title is text."""
    harmless = replace(entry, html="<p>sanitised</p>")
    page = html.document_fromstring(render_story_page(ENGLISH, fit(harmless), masthead=MASTHEAD), parser=PARSER)
    assert not page.xpath("//script | //iframe | //@onerror | //@onload | //@style")
    assert all(
        address.startswith(("http://", "https://", "../", "#")) for address in page.xpath("//@href | //@src") if address
    )
    if line(entry.title):
        assert " ".join(page.xpath("string(//h1)").split()) == line(entry.title)
    (lang,) = page.xpath("/html/@lang")
    assert lang == "en"


PARSER = html.HTMLParser(encoding="utf-8")


@settings(deadline=None, max_examples=6)
@given(st.lists(entries(), max_size=3, unique_by=lambda entry: entry.story))
def test_two_runs(drawn: list[Entry]) -> None:
    """The same entries give the same bytes in another place; where they already are, nothing is written."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        for directory in (Path(one), Path(other)):
            masthead = a_masthead(directory)
            written = publish_edition(ENGLISH, drawn, drawn, masthead=masthead, created=CREATED)
            assert {directory / "en" / name for name in ("atom.xml", "rss.xml", "feed.json")} <= set(written)
            assert not publish_edition(ENGLISH, drawn, drawn, masthead=masthead, created=CREATED)
            outline = Outline(key=ENGLISH, title="", updated=CREATED, count=len(drawn))
            assert publish_index([outline], masthead=masthead)
            assert not publish_index([outline], masthead=masthead)
        assert contents(Path(one)) == contents(Path(other))


def contents(directory: Path) -> dict[str, bytes]:
    """Return what every file below a directory holds, by its path there."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@given(st.text(CHARACTERS))
def test_clean(text: str) -> None:
    """Cleaned text is what XML can carry, and all of it."""
    assert clean(text) == legal(text)


@given(TEXTS, st.integers(2, 40))
def test_excerpt(text: str, length: int) -> None:
    """An excerpt is no longer than asked for, begins as the text does, and marks that it was cut."""
    short = excerpt(line(text), length=length)
    assert len(short) <= length
    assert short == line(text) or (short.endswith("…") and line(text).startswith(short[:-1]))


@given(TEXTS)
def test_plain(markup: str) -> None:
    """Plain text can be had of any markup, on one line."""
    text = plain(markup)
    assert text == line(text)


@given(URLS)
def test_link(url: str) -> None:
    """A link is of the web and can stand in an attribute as it is; making it a link again changes nothing."""
    address = link(url)
    if address is not None:
        assert address.lower().startswith(("http://", "https://"))
        assert not set(address) & set(' <>"{}|\\^`\n\r\t')
        assert link(address) == address


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        (" https://a.example/a b ", "https://a.example/a%20b"),
        ("HTTPS://a.example/", "HTTPS://a.example/"),
        ("https://пример.example/путь", "https://пример.example/путь"),
        ("java\nscript:alert(1)", None),
        ("\x01javascript:alert(1)", None),
        ("//a.example/", None),
        ("ftp://a.example/", None),
        ("https://[a", None),
        ("https:///a", None),
        (None, None),
    ],
)
def test_links(url: str | None, expected: str | None) -> None:
    """Only absolute addresses of the web are links; what no IRI may hold is percent-encoded."""
    assert link(url) == expected
