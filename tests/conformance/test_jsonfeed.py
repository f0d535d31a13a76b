import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fastfeedparser
import fastjsonschema
import pytest
from support.entries import AUTHORITY, BASE_URL, CREATED, a_masthead, an_attribution, an_entry, an_original

from syndicator.model import Category, EditionKey, Enclosure, Entry, Extent
from syndicator.publishing.edition import Masthead
from syndicator.publishing.extent import limited
from syndicator.publishing.jsonfeed import render_json

ENGLISH = EditionKey(language="en")
RUSSIAN = EditionKey(language="ru")
SCHEMA = json.loads((Path(__file__).parent / "schema" / "jsonfeed.json").read_text(encoding="utf-8"))
check = fastjsonschema.compile(SCHEMA)

BARE = an_entry(
    html="",
    summary="",
    title="",
    authors=(),
    original_url=None,
    categories=(),
    enclosures=(),
    siblings=(),
    attribution=an_attribution(home_url=None, feed_url=None, self_id=None, rights=None, language=None, updated=None),
)
ODD = an_entry(
    language="not a language",
    original_language="und",
    original_url="javascript:alert(1)",
    engine="something else",
    enclosures=(Enclosure(url="https://a.example/a b", media_type="nonsense", length_bytes=-1), Enclosure(url="x:y")),
    attribution=an_attribution(language="not a language", self_id="12", home_url="javascript:alert(1)"),
)


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give the usual masthead."""
    return a_masthead(tmp_path)


def rendered(masthead: Masthead, *entries: Entry, key: EditionKey = ENGLISH) -> dict[str, Any]:
    """Return the feed of these entries as an object."""
    found: dict[str, Any] = json.loads(render_json(key, entries, masthead=masthead, created=CREATED))
    return found


@pytest.mark.parametrize(
    ("key", "entries"),
    [
        (ENGLISH, ()),
        (ENGLISH, (an_entry(),)),
        (RUSSIAN, (an_original(),)),
        (EditionKey(language="en", source="vestnik"), (an_entry(), an_entry("b", section="News", credit="Агентство"))),
        (ENGLISH, (BARE, ODD)),
    ],
)
def test_schema(masthead: Masthead, key: EditionKey, entries: tuple[Entry, ...]) -> None:
    """Every feed is valid by a schema made from the text of version 1.1."""
    check(rendered(masthead, *entries, key=key))


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": "https://jsonfeed.org/version/1"},
        {"language": None},
        {"items": [{"url": "https://a.example/"}]},
        {"items": [{"id": 1, "content_html": ""}]},
        {"items": [{"id": "1"}]},
        {"items": [{"id": "1", "content_html": "", "attachments": [{"url": "https://a.example/"}]}]},
    ],
)
def test_schema_refuses(masthead: Masthead, wrong: dict[str, Any]) -> None:
    """The schema used here refuses what the spec does not allow."""
    with pytest.raises(fastjsonschema.JsonSchemaException):
        check(rendered(masthead) | wrong)


def test_feed(masthead: Masthead) -> None:
    """A feed says who publishes it, in which language, where it, its page and its sister editions are."""
    feed = rendered(masthead, an_entry())
    assert feed["title"] == "The Example Wire — English"
    assert (feed["language"], feed["authors"]) == ("en", [{"name": "The Example Wire"}])
    assert feed["home_page_url"] == f"{BASE_URL}en/index.html"
    assert feed["feed_url"] == f"{BASE_URL}en/feed.json"
    assert "icon" not in feed
    assert feed["_syndicator"] == {
        "updated": "2026-11-23T10:00:00+00:00",
        "rights": "Each text belongs to its source.",
        "editions": [{"language": "ru", "feed_url": f"{BASE_URL}ru/feed.json"}],
    }
    assert rendered(masthead)["_syndicator"]["updated"] == CREATED.isoformat()


def test_item(masthead: Masthead) -> None:
    """An item carries id, addresses, language, dates, authors, tags, text and what is attached."""
    (item,) = rendered(masthead, an_entry())["items"]
    content = item.pop("content_html")
    item.pop("_syndicator")
    assert item == {
        "id": f"{AUTHORITY}9f2c4e/en/json",
        "url": f"{BASE_URL}en/stories/9f2c4e.html",
        "external_url": "https://vestnik.example/2026/bridge?a=1&b=2",
        "title": "A bridge across the river <b> & back",
        "summary": "A new bridge links both banks.",
        "image": "https://vestnik.example/bridge.jpg",
        "date_published": "2026-11-22T14:05:00+00:00",
        "date_modified": "2026-11-23T10:00:00+00:00",
        "authors": [{"name": "Анна Петрова"}, {"name": "J. Smith"}],
        "tags": ["Город", "x"],
        "language": "en",
        "attachments": [
            {
                "url": "https://vestnik.example/bridge.mp3",
                "mime_type": "audio/mpeg",
                "title": "Listen",
                "size_in_bytes": 1234,
            },
            {"url": "https://vestnik.example/bridge.jpg", "mime_type": "image/jpeg", "title": "The bridge"},
        ],
    }
    head, notice, body = content.split("\n")
    assert "Вестник «Север»" in head
    assert "machine-translated from Russian" in notice
    assert body == an_entry().html


def test_provenance(masthead: Masthead) -> None:
    """`_syndicator` says whose text it is, how it was made, when and with which package, and where its sisters are."""
    entry = an_entry(
        route="ru>en>de",
        engine="Argos ru_en 0.1, en_de 1.0 (CTranslate2)",
        translated=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        is_reviewed=True,
        marks=("number missing: 5",),
        section="News",
        credit="Агентство",
    )
    (item,) = rendered(masthead, entry)["items"]
    assert item["_syndicator"] == {
        "story": "9f2c4e",
        "extent": "full",
        "source": {
            "name": "Вестник «Север»",
            "language": "ru",
            "url": "https://vestnik.example/",
            "feed_url": "https://vestnik.example/rss.xml",
            "id": "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6",
            "rights": "© Вестник, 2026",
        },
        "original": {"url": "https://vestnik.example/2026/bridge?a=1&b=2", "language": "ru"},
        "rights": "© Вестник, 2026",
        "credit": "Агентство",
        "categories": [
            {"term": "city", "scheme": "https://vestnik.example/topics", "label": "Город"},
            {"term": "x"},
        ],
        "section": "News",
        "provenance": {
            "kind": "machine-translation",
            "route": "ru>en>de",
            "engine": "CTranslate2",
            "packages": [{"name": "ru_en", "version": "0.1"}, {"name": "en_de", "version": "1.0"}],
            "translated": "2026-11-23T09:30:00+00:00",
            "is_reviewed": True,
            "doubts": ["number missing: 5"],
        },
        "siblings": [{"language": "ru", "url": f"{BASE_URL}ru/stories/9f2c4e.html"}],
    }
    assert item["tags"] == ["Город", "x", "News"]


def test_original(masthead: Masthead) -> None:
    """A text in its own language is called an original, and nothing translated it."""
    (item,) = rendered(masthead, an_original(), key=RUSSIAN)["items"]
    assert item["_syndicator"]["provenance"] == {"kind": "original"}


def test_unknown_engine(masthead: Masthead) -> None:
    """What an engine's name can't be told apart is handed on in its own words."""
    (item,) = rendered(masthead, an_entry(engine="a person"))["items"]
    made = item["_syndicator"]["provenance"]
    assert (made["engine"], made["packages"]) == ("a person", [])


@pytest.mark.parametrize("extent", [Extent.EXCERPT, Extent.HEADLINE])
def test_extent(masthead: Masthead, extent: Extent) -> None:
    """A feed says that it holds no more than an excerpt or the headline."""
    feed = rendered(masthead, limited(an_entry(), extent))
    check(feed)
    assert feed["items"][0]["_syndicator"]["extent"] == extent.value


def test_repeated_tag(masthead: Masthead) -> None:
    """A tag stands once."""
    entry = an_entry(categories=(Category(term="a"), Category(term="b", label="a"), Category(term=" ")))
    assert rendered(masthead, entry)["items"][0]["tags"] == ["a"]


def test_readable_bytes(masthead: Masthead) -> None:
    """The bytes are UTF-8 as it is, line by line, and the same each time."""
    first = render_json(ENGLISH, [an_entry()], masthead=masthead, created=CREATED)
    assert "Вестник «Север»".encode() in first
    assert first.endswith(b"}\n")
    assert first == render_json(ENGLISH, [an_entry()], masthead=masthead, created=CREATED)


def test_fastfeedparser(masthead: Masthead) -> None:
    """A parser of other make reads back what was published."""
    content = render_json(ENGLISH, [an_entry()], masthead=masthead, created=CREATED)
    (entry,) = fastfeedparser.parse(content.decode()).entries
    assert entry.id == f"{AUTHORITY}9f2c4e/en/json"
    assert entry.link == f"{BASE_URL}en/stories/9f2c4e.html"
    assert entry.title == "A bridge across the river <b> & back"
    assert datetime.fromisoformat(entry.published) - an_entry().published == timedelta(0)
