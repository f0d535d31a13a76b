"""A store that an older version wrote is brought up to date with all that it holds.

`support/store_0001.sql` is what a store of revision 0001 held, written by the code of that time.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from support.store import (
    EN,
    NOON,
    RU,
    StoreMaker,
    changed,
    make_article,
    make_remembered,
    make_translation,
    save,
    sqlite,
    waiting,
)

from syndicator.model import EditionKey, Enclosure, Failure, Link, Remembered, Rendering, SetAside
from syndicator.store.sql import SqlStore

DUMP = Path(__file__).parents[1] / "support" / "store_0001.sql"
FIRST = make_article(
    1,
    html="<p>Первая фраза. Вторая фраза.</p>",
    enclosures=(Enclosure(url="https://origin.example/1.mp3", title="Звук"),),
)
LINK = Link(source_start=0, source_end=6, target_start=0, target_end=5)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open a store of revision 0001."""
    with closing(sqlite3.connect(tmp_path / "syndicator.db")) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    maker = sqlite(tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def store(opened: StoreMaker) -> SqlStore:
    """Return the store, brought up to date."""
    return opened()


def test_is_whole(store: SqlStore) -> None:
    """Nothing is lost, nothing is damaged, and what editions hold has not changed."""
    assert store.check() == []
    assert store.counts() == {
        "articles": 4,
        "undetermined": 0,
        "translations": 3,
        "memory": 4,
        "corrections": 0,
        "marked": 1,
        "held": 0,
        "parked": 0,
        "set_aside": 1,
        "failed": 1,
    }
    assert changed(store)["en", None] == 7
    assert store.editions(outdated_under="f")[0].key == EN
    assert store.tag_prefix() == "tag:example.org,2026-11-24:"


def test_articles(store: SqlStore) -> None:
    """Articles, states, marks, failures and what was set aside are as they were."""
    assert store.article("story00001") == FIRST
    assert store.article("story00002") == make_article(2, version=2, title="Правка")
    assert (store.source_state("kremlin").etag, store.marks("kremlin")) == ("2", {"a": "1"})
    assert store.set_aside() == [("kremlin", SetAside(origin_id="x", reason="empty"))]
    failure = Failure(
        article_id="story00004", article_version=1, language="en", attempts=2, reason="too long", due=NOON
    )
    assert store.failures() == [failure]
    assert waiting(store) == [("story00004", "en"), ("story00002", "en")]


def test_entries(store: SqlStore) -> None:
    """Readers find the same entries under the same ids."""
    english = store.entries(EN, limit=9)
    assert [entry.title for entry in english] == ["News 3", "Новость 2 in English", "Новость 1 in English"]
    assert english[2].ids.atom == "tag:example.org,2026-11-24:story00001/en"
    assert english[2].enclosures[0].title == "Sound"
    assert [entry.title for entry in store.entries(RU, limit=9)] == ["Новость 4", "Новость 3", "Правка", "Новость 1"]


def test_translations(store: SqlStore) -> None:
    """Translations are as they were, without sentences; nobody knows what they were made with: they are outdated."""
    first = make_translation(FIRST, language="en-GB", enclosure_titles=("Sound",), marks=("a number is missing",))
    assert store.translation("story00001", "en") == first
    assert store.translations(marked=True, limit=9) == [first]
    assert [one.article_id for one in store.translations(limit=9)] == ["story00003", "story00001"]
    pair = {"from_language": "ru", "to_language": "en"}
    assert [one.article_id for one in store.outdated("new", **pair, limit=9)] == ["story00001"]
    assert store.outdated_count("new", **pair, since=NOON, source="kremlin") == 1
    assert store.outdated_count("new", **pair, since=NOON + timedelta(days=1)) == 0
    assert store.outdated_count("new", from_language="en", to_language="ru", source="un") == 1


def test_memory(store: SqlStore) -> None:
    """The memory is recalled as before, and can be read by pair and by likeness."""
    first = make_remembered("a", rendering=Rendering(text="Hello.", links=(LINK,), score=-0.25))
    assert store.recall(["a", "c"]) == {
        "a": first.rendering,
        "c": Rendering(text="Hallo.", score=-0.5),
    }
    newest = Remembered(key="b", source_text=" Привет. ", rendering=Rendering(text="Hi.", score=-0.5), route="ru>en")
    assert list(store.memories("ru", "en")) == [newest]
    assert [one.key for one in store.memories("ru", "de")] == ["c"]
    assert [one.target_text for one in store.similar("Привет!", "ru", "en", limit=9)] == ["Hi."]
    store.remember([make_remembered("d", rendering=Rendering(text="Пока.", links=(LINK,)))])
    assert store.recall(["d"])["d"].links == (LINK,)


def test_topics(store: SqlStore) -> None:
    """Every story is to be sorted into the topics that there are by now; no category has a translated label."""
    found = store.unsorted("trade", "d", limit=9)
    assert {one.story for one in found} == {f"story0000{number}" for number in (1, 2, 3, 4)}
    store.save_sorted("trade", "d", [(one, one.story == "story00003") for one in found])
    of_trade = EditionKey(language="en", topic="trade")
    assert [entry.title for entry in store.entries(of_trade, limit=9)] == ["News 3"]
    assert store.translation("story00001", "en").category_labels == ()


def test_goes_on(store: SqlStore) -> None:
    """What comes next is kept as in a new store."""
    save(store, make_article(1, version=2))
    assert store.translations(marked=True, limit=9) == []
    store.hold(make_translation(make_article(2, version=2), made_with="new"), "doubtful")
    store.save_translation(make_translation(make_article(4), made_with="new"))
    assert store.outdated_count("new", from_language="ru", to_language="en") == 0
    assert waiting(store) == [("story00001", "en")]
    assert store.check() == []
