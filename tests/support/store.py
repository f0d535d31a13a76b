"""Stores to test on, and things to put in them. Every default can be overridden by keyword."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syndicator.model import Article, Remembered, Rendering, SourceState, Translation
from syndicator.store.sql import SqlStore, open_store

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
"""With microseconds, so that losing them shows."""


@dataclass
class StoppedClock:
    """A clock that moves only when told."""

    moment: datetime = NOON

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.moment += by


@dataclass
class StoreMaker:
    """Opens one database as often as asked; `close` lets go of all that it opened."""

    url: str
    clock: StoppedClock = field(default_factory=StoppedClock)
    opened: list[SqlStore] = field(default_factory=list)

    def __call__(self, *, authority: str = "example.org", query: str = "") -> SqlStore:
        """Return the store, opened once more; `query` is added to the URL (`?timeout=0.1`)."""
        store = open_store(self.url + query, authority=authority, clock=self.clock)
        self.opened.append(store)
        return store

    def close(self) -> None:
        """Close every store that was opened."""
        for store in self.opened:
            store.close()


def sqlite(folder: Path) -> StoreMaker:
    """Return a maker of stores on an SQLite database in `folder`."""
    return StoreMaker(url=f"sqlite:///{folder}/syndicator.db")


ADAPTERS: dict[str, Callable[[Path], StoreMaker]] = {"sqlite": sqlite}
"""By name: what makes stores of a kind, given an empty folder. The contract suite runs over all."""


def make_state(slug: str = "kremlin", **changes: object) -> SourceState:
    """Return the state of a source."""
    return SourceState(**{"slug": slug, **changes})


def make_article(number: int = 1, **changes: object) -> Article:
    """Return article `number` of the source `kremlin`, in Russian, one minute newer than the one before."""
    values: dict[str, object] = {
        "id": f"story{number:05}",
        "source": "kremlin",
        "origin_id": f"https://origin.example/{number}",
        "version": 1,
        "url": f"https://origin.example/{number}",
        "title": f"Новость {number}",
        "html": f"<p>Текст {number}.</p>",
        "summary": "",
        "language": "ru",
        "title_language": "ru",
        "authors": ("А. Автор",),
        "published": NOON + timedelta(minutes=number),
        "updated": NOON + timedelta(minutes=number),
        "first_seen": NOON + timedelta(minutes=number),
        "categories": (),
        "enclosures": (),
        "rights": None,
        "credit": None,
        "section": None,
        "content_hash": f"hash {number}",
    }
    return Article(**{**values, **changes})


def make_translation(article: Article, **changes: object) -> Translation:
    """Return the translation of an article into English."""
    values: dict[str, object] = {
        "article_id": article.id,
        "article_version": article.version,
        "language": "en",
        "title": f"{article.title} in English",
        "html": f"<p>{article.id} in English.</p>",
        "summary": "",
        "enclosure_titles": tuple(each.title for each in article.enclosures),
        "route": "ru>en",
        "engine": "Argos ru_en 0.1 (CTranslate2)",
        "marks": (),
        "translated": NOON + timedelta(days=1),
    }
    return Translation(**{**values, **changes})


def make_remembered(key: str, text: str = "Hello.", **changes: object) -> Remembered:
    """Return a remembered segment."""
    rendering = Rendering(text=text, links=(), score=-0.5)
    values = {"key": key, "source_text": "Привет.", "rendering": rendering, "route": "ru>en"}
    return Remembered(**{**values, **changes})
