"""The tables, the migrations that build them, and the indexes that keep a big store quick."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from support.store import (
    NOON,
    make_article,
    make_correction,
    make_remembered,
    make_state,
    make_translation,
    sqlite,
)

from syndicator.model import EditionKey
from syndicator.store.opening import MIGRATIONS
from syndicator.store.schema import REVISION, metadata
from syndicator.store.sql import SqlStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Return a store that holds a little."""
    maker = sqlite(tmp_path)
    store = maker()
    for number in range(3):
        store.save_reading(make_state(), [make_article(number)])
    store.save_translation(make_translation(make_article(1)))
    yield store
    maker.close()


def test_migrations_make_the_tables(store: SqlStore) -> None:
    """The migrations build exactly the tables, columns, keys and indexes of the schema."""
    with store._database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_index_order(store: SqlStore) -> None:
    """The indexes that windows are read from run from the newest, as in the schema."""
    with store._database.reading() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE INDEX%'").all()
    ordered = {name for name, sql in made if "published DESC" in sql}
    expected = {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if any("DESC" in str(expression) for expression in index.expressions)
    }
    assert ordered == expected != set()


def test_revision() -> None:
    """The revision that opening a store looks for is that of the last migration."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_settings_of_a_connection(store: SqlStore) -> None:
    """Readers go on while one writes, references are checked, and what is saved is on the disk."""
    with store._database.reading() as connection:
        names = ("journal_mode", "foreign_keys", "synchronous")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert found == ["wal", 1, 2]


def test_no_scan(store: SqlStore, tmp_path: Path) -> None:
    """What is asked at every tick is answered from an index, however much the store holds."""
    asked: list[tuple[str, object]] = []
    event.listen(
        store._database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, parameters, _context, _many: asked.append((statement, parameters)),
    )
    store.waiting(["ru", "en"], pairs={("ru", "en")}, now=NOON, limit=9)
    store.waiting_counts(["ru", "en"])
    store.undetermined(limit=9)
    store.known("kremlin", ["a", "b"])
    store.recall(["a", "b"])
    for key in (EditionKey(language="ru"), EditionKey(language="en", source="kremlin")):
        store.entries(key, limit=9)
        store.entries(key, limit=9, changed_after=1)
        store.listing(key, limit=9, after=(NOON, "story00001"), since=NOON - timedelta(days=1))
    store.listing(EditionKey(language="ru", topic="trade"), limit=9, after=(NOON, "story00001"))
    store.story("story00001")
    found = store.unsorted("trade", "d", limit=9)
    store.save_sorted("trade", "d", [(one, True) for one in found])
    store.unsorted("trade", "d", limit=9)
    store.entries(EditionKey(language="ru", topic="trade"), limit=9, with_pairs=True)
    store.entries(EditionKey(language="ru", topic="trade"), limit=9, changed_after=1)
    store.save_reading(make_state(), [make_article(1, version=2), make_article(9)])
    store.save_translation(make_translation(make_article(9)))
    store.remember([make_remembered("a"), make_remembered("b", "Hi.")])
    store.translations(limit=9)
    store.outdated("new", from_language="ru", to_language="en", limit=9)
    store.outdated_count("new", from_language="ru", to_language="en", since=NOON, source="kremlin")
    store.hold(make_translation(make_article(9)), "doubtful")
    assert list(store.memories("ru", "en"))
    store.similar("Привет.", "ru", "en", limit=9)
    store.corrections(["Привет."], "ru", "en")
    store.save_corrections([make_correction()])
    list(store.all_corrections("ru", "en"))
    store.close()
    big = ("articles", "entries", "topic_entries", "translations", "memory", "article_versions", "corrections")
    with closing(sqlite3.connect(tmp_path / "syndicator.db")) as connection:
        for statement, parameters in asked:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
                scans = [step[3] for step in plan if step[3].startswith(tuple(f"SCAN {table}" for table in big))]
                first = "ORDER BY articles.primary_language, articles.translated_to" in statement  # LIMIT 1
                assert not scans or first or "SELECT DISTINCT corrections" in statement, statement
                if "AS newer" in statement:
                    assert "ix_memory_text" in plan[-1][3], plan
                if "published DESC" in statement and "entries.seq >" not in statement:
                    assert not any("TEMP B-TREE" in step[3] for step in plan), statement
    assert len(asked) > 20


@pytest.mark.parametrize("kind", ["memories", "all_corrections"])
def test_slow_consumer(store: SqlStore, kind: str) -> None:
    """Between two values of what is yielded one by one, no transaction is open: the log can be folded in."""
    store.remember([make_remembered(f"key {number}", source_text=f"Текст {number}.") for number in range(600)])
    store.save_corrections([make_correction(f"Текст {number}.") for number in range(600)])
    values = getattr(store, kind)("ru", "en")
    for _ in range(550):
        next(values)
    assert store._database.engine.pool.checkedout() == 0
    assert len(list(values)) == 50


def test_counted_in_indexes(store: SqlStore, tmp_path: Path) -> None:
    """What is counted and listed of translations is found in an index that holds all that is looked at."""
    asked: list[tuple[str, object]] = []
    event.listen(
        store._database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, parameters, _context, _many: asked.append((statement, parameters)),
    )
    store.outdated_count("new", from_language="ru", to_language="en", since=NOON, source="kremlin")
    store.counts()
    store.close()
    with closing(sqlite3.connect(tmp_path / "syndicator.db")) as connection:
        for statement, parameters in asked:
            if "translations" in statement:
                plan = [step[3] for step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
                assert "USING COVERING INDEX" in plan[0], plan
    assert len(asked) > 9
