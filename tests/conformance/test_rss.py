from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

import fastfeedparser
import feedparser
import pytest
from lxml import etree
from support.entries import AUTHORITY, BASE_URL, CREATED, a_masthead, an_attribution, an_entry, an_original

from syndicator.model import EditionKey, Enclosure, Entry
from syndicator.publishing.edition import Masthead
from syndicator.publishing.rss import render_rss

ENGLISH = EditionKey(language="en")
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
ONCE_IN_CHANNEL = ("title", "link", "description", "language", "lastBuildDate", "generator", "docs", "ttl", "copyright")
ONCE_IN_ITEM = ("title", "link", "description", "guid", "pubDate", f"{CONTENT}encoded", f"{DUBLIN_CORE}language")


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give the usual masthead."""
    return a_masthead(tmp_path)


def channel(masthead: Masthead, *entries: Entry, key: EditionKey = ENGLISH) -> etree._Element:
    """Return the channel of the feed of these entries."""
    root = etree.fromstring(render_rss(key, entries, masthead=masthead, created=CREATED))
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    return root[0]


def item(masthead: Masthead, entry: Entry, key: EditionKey = ENGLISH) -> etree._Element:
    """Return an entry as an item."""
    found = channel(masthead, entry, key=key).find("item")
    assert found is not None
    return found


def text(element: etree._Element, name: str) -> str:
    """Return the text of a child that must be there."""
    found = element.findtext(name)
    assert found is not None
    return found


@pytest.mark.parametrize("entries", [(), (an_entry(),), (an_entry(summary="", html="", authors=()), an_original("b"))])
def test_profile(masthead: Masthead, entries: tuple[Entry, ...]) -> None:
    """Channel and items hold what the profile asks for, each element at most once, dates as RFC 822 has them."""
    feed = channel(masthead, *entries)
    assert all(len(feed.findall(name)) == 1 for name in ONCE_IN_CHANNEL)
    assert parsedate_to_datetime(text(feed, "lastBuildDate")).tzinfo is not None
    items = feed.findall("item")
    assert len(items) == len(entries)
    for each in items:
        assert all(len(each.findall(name)) == 1 for name in ONCE_IN_ITEM)
        assert each.find("author") is None  # must be an e-mail address, which is not known
        assert each.find(f"{DUBLIN_CORE}creator") is not None
        assert len(each.findall("enclosure")) <= 1


def test_channel(masthead: Masthead) -> None:
    """A channel says who publishes it, in which language, and where it and its page are."""
    feed = channel(masthead, an_entry())
    assert text(feed, "title") == "The Example Wire — English"
    assert text(feed, "link") == f"{BASE_URL}en/index.html"
    assert text(feed, "language") == "en"
    assert feed.getparent().get("{http://www.w3.org/XML/1998/namespace}lang") == "en"  # type: ignore[union-attr]
    assert text(feed, "lastBuildDate") == "Mon, 23 Nov 2026 10:00:00 +0000"
    assert text(feed, "webMaster") == "desk@news.example (The Example Wire)"
    assert [dict(link.attrib) for link in feed.findall(f"{ATOM}link")] == [
        {"href": f"{BASE_URL}en/rss.xml", "rel": "self", "type": "application/rss+xml"},
        {"href": f"{BASE_URL}ru/rss.xml", "rel": "related", "type": "application/rss+xml", "hreflang": "ru"},
    ]


def test_style(masthead: Masthead) -> None:
    """Browsers are told of a style sheet, by the way from where the feed lies; there is no XSLT."""
    rendered = render_rss(ENGLISH, [], masthead=masthead, created=CREATED)
    assert b'<?xml-stylesheet type="text/css" href="../feed.css"?>\n<rss ' in rendered
    assert b"xsl" not in rendered


def test_empty(masthead: Masthead) -> None:
    """A channel without items was built when its edition was made."""
    assert parsedate_to_datetime(text(channel(masthead), "lastBuildDate")) == CREATED


def test_item(masthead: Masthead) -> None:
    """An item carries an id of its own that is no address, the address of our page, date, language, rights, authors."""
    found = item(masthead, an_entry())
    guid = found.find("guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == (f"{AUTHORITY}9f2c4e/en/rss", "false")
    assert text(found, "link") == f"{BASE_URL}en/stories/9f2c4e.html"
    assert text(found, "pubDate") == "Sun, 22 Nov 2026 14:05:00 +0000"
    assert text(found, f"{DUBLIN_CORE}language") == "en"
    assert text(found, f"{DUBLIN_CORE}rights") == "© Вестник, 2026"
    assert [each.text for each in found.findall(f"{DUBLIN_CORE}creator")] == ["Анна Петрова", "J. Smith"]


def test_title_is_plain(masthead: Masthead) -> None:
    """A title is plain text, escaped once, in the way that most readers understand (rss-profile, character data)."""
    rendered = render_rss(ENGLISH, [an_entry()], masthead=masthead, created=CREATED)
    assert b"<title>A bridge across the river &#x3C;b&#x3E; &#x26; back</title>" in rendered


def test_description_is_html(masthead: Masthead) -> None:
    """A description is HTML to its readers: what looks like markup in plain text is escaped for them, too."""
    assert text(item(masthead, an_entry(summary="1 < 2 & <b>")), "description") == "1 &lt; 2 &amp; &lt;b&gt;"


def test_description_stands_in(masthead: Masthead) -> None:
    """Without a summary, the beginning of the text is the description, cut after a word and marked as cut."""
    found = item(masthead, an_entry(summary="", html=f"<p>One</p><p>{'word ' * 200}</p>"))
    description = text(found, "description")
    assert description.startswith("One word word")
    assert description.endswith("word…")
    assert len(description) <= 300


def test_content(masthead: Masthead) -> None:
    """The content is the whole text, headed by its attribution and the translation notice."""
    content = text(item(masthead, an_entry(html="<p>a ]]> b</p>")), f"{CONTENT}encoded")
    head, notice, body = content.split("\n")
    assert "Вестник «Север»" in head
    assert "machine-translated from Russian by Argos ru_en 0.1 (CTranslate2)" in notice
    assert body == "<p>a ]]&gt; b</p>"


def test_source(masthead: Masthead) -> None:
    """`source` names the source and where its feed is, else its home, else the original."""
    source = item(masthead, an_entry()).find("source")
    assert source is not None
    assert (source.text, source.get("url")) == ("Вестник «Север»", "https://vestnik.example/rss.xml")
    home = an_entry(attribution=an_attribution(feed_url=None))
    assert item(masthead, home).find("source[@url='https://vestnik.example/']") is not None
    original = an_entry(attribution=an_attribution(feed_url=None, home_url=None), original_url="https://o.example/")
    assert item(masthead, original).find("source[@url='https://o.example/']") is not None
    nowhere = replace(original, original_url=None)
    assert item(masthead, nowhere).find("source") is None


def test_links(masthead: Masthead) -> None:
    """An item links to its sister pages and to the original, with their languages."""
    assert [dict(link.attrib) for link in item(masthead, an_entry()).findall(f"{ATOM}link")] == [
        {"href": f"{BASE_URL}ru/stories/9f2c4e.html", "rel": "related", "type": "text/html", "hreflang": "ru"},
        {
            "href": "https://vestnik.example/2026/bridge?a=1&b=2",
            "rel": "via",
            "type": "text/html",
            "hreflang": "ru",
        },
    ]


def test_enclosures(masthead: Masthead) -> None:
    """One enclosure stands as such, what can be played before the rest; the others follow as media:content."""
    sound, picture = an_entry().enclosures
    found = item(masthead, an_entry(enclosures=(picture, sound)))
    (enclosure,) = found.findall("enclosure")
    assert dict(enclosure.attrib) == {"url": sound.url, "length": "1234", "type": "audio/mpeg"}
    (media,) = found.findall(f"{MEDIA}content")
    assert dict(media.attrib) == {"url": picture.url, "type": "image/jpeg", "medium": "image"}
    assert media.findtext(f"{MEDIA}title") == "The bridge"


def test_enclosure_of_unknown_kind(masthead: Masthead) -> None:
    """An enclosure has the three attributes that RSS demands, whatever the source left out."""
    enclosure = item(masthead, an_entry(enclosures=(Enclosure(url="https://a.example/x"),))).find("enclosure")
    assert enclosure is not None
    assert dict(enclosure.attrib) == {
        "url": "https://a.example/x",
        "length": "0",
        "type": "application/octet-stream",
    }


def test_categories(masthead: Masthead) -> None:
    """Categories keep their schemes as domains; a translation is marked as one for programs to read."""
    found = [(each.text, each.get("domain")) for each in item(masthead, an_entry()).findall("category")]
    assert found == [
        ("Город", "https://vestnik.example/topics"),
        ("x", None),
        ("machine-translation", "tag:syndicator,2026:provenance"),
        ("CTranslate2", "tag:syndicator,2026:engine"),
        ("ru_en 0.1", "tag:syndicator,2026:model"),
    ]


def test_feedparser(masthead: Masthead) -> None:
    """The most used parser reads back what was published."""
    parsed = feedparser.parse(render_rss(ENGLISH, [an_entry(title="A bridge")], masthead=masthead, created=CREATED))
    assert not parsed.bozo
    assert parsed.version == "rss20"
    assert parsed.feed.language == "en"
    assert parsed.feed.link == f"{BASE_URL}en/index.html"
    (entry,) = parsed.entries
    assert (entry.id, entry.guidislink) == (f"{AUTHORITY}9f2c4e/en/rss", False)
    assert entry.link == f"{BASE_URL}en/stories/9f2c4e.html"
    assert entry.title == "A bridge"
    assert datetime.fromtimestamp(timegm(entry.published_parsed), UTC) == an_entry().published
    assert entry.source.title == "Вестник «Север»"
    assert [each.href for each in entry.enclosures] == ["https://vestnik.example/bridge.mp3"]


def test_fastfeedparser(masthead: Masthead) -> None:
    """A parser of another make reads back the same."""
    parsed = fastfeedparser.parse(render_rss(ENGLISH, [an_entry()], masthead=masthead, created=CREATED).decode())
    (entry,) = parsed.entries
    assert entry.id == f"{AUTHORITY}9f2c4e/en/rss"
    assert entry.link == f"{BASE_URL}en/stories/9f2c4e.html"
    assert unescape(entry.title) == "A bridge across the river <b> & back"
