"""Entries and mastheads to publish: one complete story, changed by keyword where a test needs it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from syndicator.model import Attribution, Category, Enclosure, Entry, EntryIds, Sibling
from syndicator.publishing.edition import Masthead

AUTHORITY = "tag:news.example,2026-11-24:"
BASE_URL = "https://news.example/feeds/"
CREATED = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def an_attribution(**changes: Any) -> Attribution:  # noqa: ANN401
    """Make the attribution of a Russian source that states everything."""
    stated = Attribution(
        slug="vestnik",
        name="Вестник «Север»",
        home_url="https://vestnik.example/",
        self_id="urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6",
        feed_url="https://vestnik.example/rss.xml",
        rights="© Вестник, 2026",
        language="ru",
        updated=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    )
    return replace(stated, **changes)


def an_entry(story: str = "9f2c4e", **changes: Any) -> Entry:  # noqa: ANN401
    """Make a Russian story in its English translation, with all that an entry can carry."""
    complete = Entry(
        story=story,
        language="en",
        ids=EntryIds(
            atom=f"{AUTHORITY}{story}/en/atom", rss=f"{AUTHORITY}{story}/en/rss", json=f"{AUTHORITY}{story}/en/json"
        ),
        attribution=an_attribution(),
        title="A bridge across the river <b> & back",
        html="<p>The bridge was opened on Monday.</p>"
        '<p>It is <em>long</em>: <a href="https://a.example/" rel="noopener noreferrer">see</a>.</p>',
        summary="A new bridge links both banks.",
        authors=("Анна Петрова", "J. Smith"),
        published=datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
        updated=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        original_url="https://vestnik.example/2026/bridge?a=1&b=2",
        original_language="ru",
        route="ru>en",
        engine="Argos ru_en 0.1 (CTranslate2)",
        marks=(),
        siblings=(Sibling(story=story, language="ru"),),
        categories=(Category(term="city", scheme="https://vestnik.example/topics", label="Город"), Category(term="x")),
        enclosures=(
            Enclosure(
                url="https://vestnik.example/bridge.mp3", media_type="audio/mpeg", length_bytes=1234, title="Listen"
            ),
            Enclosure(url="https://vestnik.example/bridge.jpg", media_type="image/jpeg", title="The bridge"),
        ),
        rights=None,
        credit=None,
        section=None,
    )
    return replace(complete, **changes)


def an_original(story: str = "9f2c4e", **changes: Any) -> Entry:  # noqa: ANN401
    """Make the same story as its source wrote it."""
    original = an_entry(
        story,
        language="ru",
        ids=EntryIds(
            atom=f"{AUTHORITY}{story}/ru/atom", rss=f"{AUTHORITY}{story}/ru/rss", json=f"{AUTHORITY}{story}/ru/json"
        ),
        title="Мост через реку",
        html="<p>Мост открыли в понедельник.</p>",
        summary="Новый мост соединил берега.",
        route=None,
        engine=None,
        siblings=(Sibling(story=story, language="en"),),
    )
    return replace(original, **changes)


def a_masthead(directory: Path, **changes: Any) -> Masthead:  # noqa: ANN401
    """Make the masthead of a publisher of a Russian and an English edition."""
    usual = Masthead(
        publisher="The Example Wire",
        rights="Each text belongs to its source.",
        contact="desk@news.example",
        directory=directory,
        base_url=BASE_URL,
        languages=("en", "ru"),
        window=100,
        tag_prefix=AUTHORITY,
    )
    return replace(usual, **changes)
