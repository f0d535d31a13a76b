"""A store that an older version wrote is brought up to date with all that it holds.

`support/store_0001.sql` is what a store of revision 0001 held, written by the code of that time; those of 0002 and 0003
are that store, brought up to these revisions and added to by the code of their times.
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
    make_correction,
    make_remembered,
    make_translation,
    save,
    sqlite,
    waiting,
)

from syndicator.model import EditionKey, Enclosure, Failure, Link, Remembered, Rendering, SetAside
from syndicator.store import opening
from syndicator.store.schema import REVISION
from syndicator.store.sql import SqlStore

SUPPORT = Path(__file__).parents[1] / "support"
ADDED = {"0001": {}, "0002": {"corrections": 1, "held": 1}, "0003": {"corrections": 1, "held": 1}}
"""By revision, what its dump holds besides what the first one does."""
FIRST = make_article(
    1,
    html="<p>Первая фраза. Вторая фраза.</p>",
    enclosures=(Enclosure(url="https://origin.example/1.mp3", title="Звук"),),
)
LINK = Link(source_start=0, source_end=6, target_start=0, target_end=5)


@pytest.fixture(params=ADDED)
def revision(request: pytest.FixtureRequest) -> str:
    """Return each revision that there ever was before today's."""
    return str(request.param)


@pytest.fixture
def opened(tmp_path: Path, revision: str) -> Iterator[StoreMaker]:
    """Open a store of an older revision."""
    with closing(sqlite3.connect(tmp_path / "syndicator.db")) as connection:
        connection.executescript((SUPPORT / f"store_{revision}.sql").read_text(encoding="utf-8"))
    maker = sqlite(tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def store(opened: StoreMaker) -> SqlStore:
    """Return the store, brought up to date."""
    return opened()


def test_is_whole(store: SqlStore, revision: str) -> None:
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
        **ADDED[revision],
    }
    assert changed(store)["en", None] == (8 if revision == "0003" else 7)
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


def test_what_came_with_later_revisions(opened: StoreMaker, revision: str) -> None:
    """Corrections, held translations and topics are there after it, too."""
    store = opened()
    if revision >= "0002":
        assert [one.source_text for one in store.all_corrections("de", "fr")] == [make_correction().source_text]
        assert [(one.language, reason) for one, reason in store.held()] == [("de", "doubtful")]
    if revision >= "0003":
        of_topic = EditionKey(language="en", topic="old")
        assert [entry.story for entry in store.entries(of_topic, limit=9)] == ["story00003"]
        assert store.unsorted("old", "d", limit=9) == []


def test_every_older_revision_has_a_dump() -> None:
    """So that nobody adds a migration without a store to try it on."""
    scripts = Path(opening.MIGRATIONS / "versions").glob("r0*.py")
    assert sorted([*ADDED, REVISION]) == sorted(script.name[1:5] for script in scripts)
