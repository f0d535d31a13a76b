from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree
from support.entries import BASE_URL, CREATED, a_masthead

from syndicator.model import EditionKey, Topic
from syndicator.publishing.edition import Masthead, Outline
from syndicator.publishing.opml import render_opml

EARLIER = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def masthead(tmp_path: Path) -> Masthead:
    """Give the usual masthead."""
    return a_masthead(tmp_path)


def outline(language: str, source: str | None = None, title: str = "", updated: datetime = EARLIER) -> Outline:
    """Make the line of an edition."""
    return Outline(key=EditionKey(language=language, source=source), title=title, updated=updated, count=1)


LINES = (
    outline("ru", "vestnik", "Вестник «Север»"),
    outline("ru"),
    outline("de"),
    outline("en", "b", "beta <&>", CREATED),
    outline("en", "a", "Alpha"),
    outline("en", title="Zeta"),
)


def parsed(masthead: Masthead, *lines: Outline) -> etree._Element:
    """Return the root of the list of these editions."""
    return etree.fromstring(render_opml(lines, masthead=masthead))


def grouped(outline: etree._Element) -> object:
    """Return an outline's text, with those in it."""
    return (outline.get("text"), [grouped(each) for each in outline]) if len(outline) else outline.get("text")


def test_head(masthead: Masthead) -> None:
    """The head names the publisher, and the date of the newest edition, never of today."""
    root = parsed(masthead, *LINES)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title") == "The Example Wire"
    assert root.findtext("head/ownerEmail") == "desk@news.example"
    assert root.findtext("head/dateModified") == "Tue, 24 Nov 2026 06:30:00 +0000"


def test_groups(masthead: Masthead) -> None:
    """A group for each language, in the configured order: the whole language, then groups of topics and sources."""
    masthead = replace(masthead, topics=(Topic(slug="trade", name="Trade", names=(("ru", "Торговля"),)),))
    topics = [Outline(key=EditionKey(language=one, topic="trade"), title="", updated=EARLIER) for one in ("en", "ru")]
    assert [grouped(group) for group in parsed(masthead, *LINES, *topics).findall("body/outline")] == [
        (
            "English",
            [
                "The Example Wire — English",
                ("Topics", ["Trade — English"]),
                ("Sources", ["Alpha — English", "beta <&> — English"]),
            ],
        ),
        (
            "русский",
            [
                "The Example Wire — русский",
                ("Темы", ["Торговля — русский"]),
                ("Источники", ["Вестник «Север» — русский"]),
            ],
        ),
        ("Deutsch", ["The Example Wire — Deutsch"]),
    ]


def test_subscription(masthead: Masthead) -> None:
    """Each line is a subscription to one feed, with its page and language; no edition stands there twice."""
    lines = parsed(masthead, *LINES).findall("body//outline[@xmlUrl]")
    addresses = [line.get("xmlUrl") for line in lines]
    assert len(set(addresses)) == len(LINES)
    (vestnik,) = (dict(line.attrib) for line in lines if line.get("text") == "Вестник «Север» — русский")
    assert vestnik == {
        "type": "rss",
        "text": "Вестник «Север» — русский",
        "title": "Вестник «Север» — русский",
        "xmlUrl": f"{BASE_URL}ru/vestnik/atom.xml",
        "htmlUrl": f"{BASE_URL}ru/vestnik/index.html",
        "language": "ru",
    }


def test_order_of_arguments(masthead: Masthead) -> None:
    """The same editions in another order give the same bytes."""
    assert render_opml(LINES, masthead=masthead) == render_opml(LINES[::-1], masthead=masthead)


def test_nothing(masthead: Masthead) -> None:
    """A list without editions is still OPML, and undated."""
    root = parsed(masthead)
    assert root.find("body") is not None
    assert root.find("head/dateModified") is None
