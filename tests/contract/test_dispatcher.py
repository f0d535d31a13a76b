"""What a `ports.Dispatcher` promises the store: work is handed out with the data that calls for it, or not at all."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from support.postgres import shared_server
from support.store import NOON, StoreMaker, make_article, make_state, make_translation, save

from syndicator.errors import NotFound, StoreError
from syndicator.model import EffectKey
from syndicator.scaling.dispatcher import QueueDispatcher
from syndicator.scaling.queue import Presence, make_app
from syndicator.store.sql import SqlStore, open_store


@pytest.fixture
def url() -> str:
    """Return the URL of an empty database with a queue."""
    found = shared_server().new_database()
    make_app(found)
    return found


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """Yield a store that hands out work."""
    opened = open_store(
        url, authority="desk.example", clock=StoreMaker(url=url).clock, dispatcher=QueueDispatcher(["en", "ru"])
    )
    yield opened
    opened.close()


def jobs(url: str) -> list[tuple[str, str, int]]:
    """Return (queueing lock, queue, priority) of the jobs that wait, in the order in which they are done."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT queueing_lock, queue_name, priority FROM procrastinate_jobs WHERE status = 'todo'"
            " ORDER BY queue_name, priority DESC, id"
        ).fetchall()


def names(url: str) -> list[str]:
    return [name for name, _, _ in jobs(url)]


def save_served(url: str, store: SqlStore, *numbers: int) -> None:
    """Save Russian articles while some worker translates from Russian into English."""

    async def serve() -> None:
        async with Presence(url, [("ru", "en")]):
            await asyncio.to_thread(save, store, *map(make_article, numbers))

    asyncio.run(serve())


def test_an_article_is_handed_out_with_the_transaction_that_saves_it(url: str, store: SqlStore) -> None:
    """To be translated, and its edition to be published."""
    save_served(url, store, 1)
    assert names(url) == ["publish", "translate:story00001:en"]


def test_new_articles_go_first(url: str, store: SqlStore) -> None:
    """Whatever was saved first: the newer article is translated first."""
    save_served(url, store, 1)
    save_served(url, store, 3)
    save_served(url, store, 2)
    order = [name for name, queue, _ in jobs(url) if queue == "translate:ru-en"]
    assert order == [f"translate:story0000{number}:en" for number in (3, 2, 1)]


def test_what_is_undone_is_not_handed_out(url: str) -> None:
    """A transaction that breaks after work was handed out leaves neither data nor jobs."""

    class Breaking(QueueDispatcher):
        def editions_changed(self, transaction: object) -> None:
            super().editions_changed(transaction)
            raise StoreError("as if the connection broke")

    store = open_store(url, authority="desk.example", clock=StoreMaker(url=url).clock, dispatcher=Breaking(["en"]))
    with pytest.raises(StoreError, match="as if"):
        save_served(url, store, 1)
    with pytest.raises(NotFound):
        store.article("story00001")
    assert names(url) == []
    store.close()


def test_a_language_that_nobody_has_models_for_gets_no_jobs(url: str, store: SqlStore) -> None:
    """They would wait for ever in the way of all others; the store knows what waits."""
    save(store, make_article(1))
    assert names(url) == ["publish"]


def test_what_waits_already_is_handed_out_once(url: str, store: SqlStore) -> None:
    """However often an article changes before somebody takes its job."""
    save_served(url, store, 1)
    save(store, make_article(1, version=2, title="Иначе"))
    save_served(url, store, 1)
    assert names(url) == ["publish", "translate:story00001:en"]


def test_a_translation_has_its_edition_published(url: str, store: SqlStore) -> None:
    """Saving it hands out publishing; saving the same again changes nothing, and hands out nothing."""
    article = make_article(1)
    save(store, article)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    store.save_translation(make_translation(article))
    assert names(url) == ["publish"]
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    store.save_translation(make_translation(article))
    assert names(url) == []


def test_a_look_that_brings_nothing_hands_out_nothing(url: str, store: SqlStore) -> None:
    """Most looks at sources are such."""
    store.save_reading(make_state(due=NOON + timedelta(hours=1)), [])
    assert names(url) == []


def test_what_waits_in_the_outbox_is_handed_out(url: str, store: SqlStore) -> None:
    """With the publishing that put it there."""
    save(store, make_article(1))
    [state] = [one for one in store.editions() if one.key.source is None]
    effect = EffectKey(kind="websub", target="https://hub.example/", subject="https://desk.example/")
    store.save_published(state.key, changed=state.changed, fingerprint="f", effects=[effect])
    assert sorted(names(url)) == ["notify", "publish"]
