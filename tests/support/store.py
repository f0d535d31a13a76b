"""Stores to test on, and things to put in them. Every default can be overridden by keyword."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from support.postgres import shared_server

from syndicator.model import (
    Article,
    Correction,
    EditionKey,
    Failure,
    Remembered,
    Rendering,
    Segment,
    SourceState,
    Translation,
)
from syndicator.ports import Store
from syndicator.store.sql import SqlStore, open_store

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
"""With microseconds, so that losing them shows."""


RU, EN, DE = (EditionKey(language=language) for language in ("ru", "en", "de"))
PAIRS = {("ru", "en"), ("en", "ru")}


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


def postgresql(_folder: Path) -> StoreMaker:
    """Return a maker of stores on a database of the tests' own PostgreSQL, an empty store in it: that is quicker."""
    return StoreMaker(url=shared_server().new_database(like=_empty_store()))


@cache
def _empty_store() -> str:
    maker = StoreMaker(url=shared_server().new_database())
    maker()
    maker.close()
    return maker.url


ADAPTERS: dict[str, Callable[[Path], StoreMaker]] = {"sqlite": sqlite, "postgresql": postgresql}
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


def make_segment(source: str = "Привет.", target: str = "Hello.", **changes: object) -> Segment:
    """Return a sentence of a translation."""
    values = {"source": source, "target": target, "score": -0.5, "is_person": False, "marks": (), "terms": ()}
    return Segment(**{**values, **changes})


def make_correction(source: str = "Привет.", target: str = "Hello!", **changes: object) -> Correction:
    """Return a correction from Russian into English."""
    values = {"from_language": "ru", "to_language": "en", "source_text": source, "target_text": target, "by": "desk"}
    return Correction(**{**values, **changes})


def save(store: Store, *articles: Article, state: SourceState | None = None) -> None:
    """Keep articles as one reading of their source."""
    store.save_reading(state or make_state(articles[0].source), articles)


def save_both(store: Store, article: Article, **changes: object) -> Translation:
    """Keep an article and its translation into English."""
    save(store, article)
    translation = make_translation(article, **changes)
    store.save_translation(translation)
    return translation


def waiting(store: Store, *languages: str, now: datetime = NOON, limit: int = 100) -> list[tuple[str, str]]:
    """Return the (article, language) of what waits."""
    found = store.waiting(languages or ("ru", "en"), pairs=PAIRS, now=now, limit=limit)
    return [(each.article_id, each.to_language) for each in found]


def changed(store: Store) -> dict[tuple[str, str | None], int]:
    """Return the change counter of each edition."""
    return {(state.key.language, state.key.source): state.changed for state in store.editions()}


def make_failure(article: Article, **changes: object) -> Failure:
    """Return a failure to translate an article into English, to be tried again in an hour."""
    values = {"article_id": article.id, "article_version": article.version, "language": "en"}
    values |= {"attempts": 1, "reason": "too long", "due": NOON + timedelta(hours=1)}
    return Failure(**{**values, **changes})


def snapshot(store: Store) -> list[object]:
    """Return all that a store tells of two editions, to compare before and after."""
    return [
        store.source_states(),
        store.set_aside(),
        store.editions(),
        store.failures(),
        store.held(),
        store.translations(limit=100),
        store.counts(),
        store.entries(RU, limit=100),
        store.entries(EN, limit=100),
        waiting(store),
    ]
