"""A store whose files are damaged, foreign, new, out of reach or out of room says so and what to do."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event
from support.store import StoppedClock, StoreMaker, make_article, make_state, make_translation, sqlite

from syndicator.errors import Busy, Replaced, StoreError
from syndicator.model import Article, EditionKey
from syndicator.store.opening import MIGRATIONS, upgrade
from syndicator.store.schema import REVISION
from syndicator.store.sql import open_store

RU = EditionKey(language="ru")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on one fresh database."""
    maker = sqlite(tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def path(opened: StoreMaker, tmp_path: Path) -> Path:
    """Return the file of a store that holds something and was closed."""
    store = opened()
    for number in range(30):
        store.save_reading(make_state(), [make_article(number, html="Текст. " * 500)])
    store.close()
    return tmp_path / "syndicator.db"


def refused(url: str) -> str:
    """Return what opening a store fails with."""
    with pytest.raises(StoreError) as caught:
        open_store(url, authority="example.org", clock=StoppedClock())
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://localhost/news", "mysql is not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:news?uri=true", "names no file"),
        ("news.db", "the database URL can't be read"),
    ],
)
def test_other_urls(url: str, reason: str) -> None:
    """Only files of SQLite are stores."""
    assert reason in refused(url)


def test_folder_is_made(tmp_path: Path) -> None:
    """A new store makes the folders on its way, whatever characters are in their names."""
    store = sqlite(tmp_path / "a" / "новости 100%")()
    store.close()
    assert (tmp_path / "a" / "новости 100%" / "syndicator.db").stat().st_size > 0


def test_nothing_left_beside(path: Path) -> None:
    """A closed store is one file."""
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is no database is named and left alone."""
    file = tmp_path / "notes.txt"
    file.write_text("Notes. " * 1000)
    assert "notes.txt is not a syndicator database" in refused(f"sqlite:///{file}")
    assert file.read_text() == "Notes. " * 1000


def test_other_program(tmp_path: Path) -> None:
    """Another program's database is left alone."""
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE articles (id TEXT)")
    connection.close()
    before = file.read_bytes()
    assert "is not a syndicator database" in refused(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_emptied(path: Path) -> None:
    """A store that was cut to nothing is not silently begun afresh."""
    path.write_bytes(b"")
    assert "is empty: restore a backup" in refused(f"sqlite:///{path}")
    assert path.read_bytes() == b""


def test_missing_beside_its_log(opened: StoreMaker, tmp_path: Path) -> None:
    """A store whose database is missing while its log is there is not silently begun afresh."""
    store = opened()
    store.save_reading(make_state(), [make_article(1)])
    (tmp_path / "syndicator.db").unlink()
    assert "syndicator.db is missing" in refused(opened.url)


def test_half_made(opened: StoreMaker, tmp_path: Path) -> None:
    """What a crash while a new store was made left behind does not keep it from being made."""
    (tmp_path / "syndicator.db.new").write_bytes(b"half")
    (tmp_path / "syndicator.db.new-journal").write_bytes(b"half")
    assert opened().check() == []
    assert not list(tmp_path.glob("*.new*"))


def test_damaged_at_its_head(path: Path) -> None:
    """A store whose first page is damaged is refused."""
    content = bytearray(path.read_bytes())
    content[100:4096] = b"\xff" * 3996
    path.write_bytes(content)
    assert "restore a backup" in refused(f"sqlite:///{path}")
    assert path.read_bytes() == content


def test_damaged_inside(path: Path, opened: StoreMaker) -> None:
    """Damage further inside is found by the check, which tells it in words."""
    content = bytearray(path.read_bytes())
    for start in range(len(content) // 8192 * 4096, len(content) - 4096, 4096 * 3):
        content[start : start + 200] = b"\x55" * 200
    path.write_bytes(content)
    found = opened().check()
    assert found
    assert all("is damaged" in line for line in found)


def test_orphan(path: Path, opened: StoreMaker) -> None:
    """A row that refers to a missing one is found by the check."""
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM articles WHERE id = 'story00003'")
    connection.close()
    assert ["entries" in line and "articles" in line for line in opened().check()] == [True]


def test_newer_version(path: Path) -> None:
    """A store that a newer version wrote is refused, unchanged."""
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    assert "upgrade syndicator" in refused(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_migration_of_a_full_store(path: Path, opened: StoreMaker, tmp_path: Path) -> None:
    """A migration may rebuild a table that others refer to: nothing is lost, and references are checked afterwards."""
    scripts = with_next_step(tmp_path, "batch.add_column(sa.Column('note', sa.Text()))")
    upgrade(path, scripts=scripts)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*), count(note) FROM articles").fetchone() == (30, 0)
        connection.execute("UPDATE alembic_version SET version_num = ?", (REVISION,))
    connection.close()
    store = opened()
    assert store.check() == []
    assert len(store.entries(RU, limit=100)) == 30


def test_migration_while_an_older_program_runs(path: Path, opened: StoreMaker, tmp_path: Path) -> None:
    """An older program that has the store open neither writes nor reads once a newer one has upgraded it."""
    older = opened()
    upgrade(path, scripts=with_next_step(tmp_path, "batch.add_column(sa.Column('note', sa.Text()))"))
    with pytest.raises(Replaced, match="upgraded meanwhile"):
        older.save_reading(make_state(), [make_article(30)])
    with pytest.raises(Replaced):
        older.entries(RU, limit=9)
    assert "upgrade syndicator" in refused(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (30,)
    connection.close()


def test_failing_migration_stops_nobody(path: Path, opened: StoreMaker, tmp_path: Path) -> None:
    """Who has the store open goes on after a migration that failed, or had nothing to do."""
    older = opened()
    upgrade(path)
    with pytest.raises(StoreError):
        upgrade(path, scripts=with_next_step(tmp_path, "pass", "op.execute('nonsense')"))
    older.save_reading(make_state(), [make_article(30)])
    assert len(older.entries(RU, limit=100)) == 31


def test_failing_migration(path: Path, tmp_path: Path) -> None:
    """A migration that fails half-way leaves the store as it was."""
    scripts = with_next_step(tmp_path, "batch.add_column(sa.Column('note', sa.Text()))", "op.execute('nonsense')")
    with pytest.raises(StoreError):
        upgrade(path, scripts=scripts)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (REVISION,)
        assert "note" not in [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
    connection.close()


def test_migration_that_loses_rows(path: Path, tmp_path: Path) -> None:
    """A migration that leaves references to missing rows is undone."""
    scripts = with_next_step(tmp_path, "pass", "op.execute('DELETE FROM articles WHERE id = \\'story00003\\'')")
    with pytest.raises(StoreError, match="refer to missing ones"):
        upgrade(path, scripts=scripts)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (30,)
    connection.close()


def with_next_step(tmp_path: Path, batch: str, after: str = "pass") -> Path:
    """Return a copy of the migrations with one more step, which rebuilds `articles`."""
    scripts = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    step = f"""
        import sqlalchemy as sa
        from alembic import op
        revision, down_revision = "9000", "{REVISION}"

        def upgrade():
            with op.batch_alter_table("articles", recreate="always") as batch:
                {batch}
            {after}
    """
    (scripts / "versions" / "r9000_more.py").write_text(textwrap.dedent(step))
    return scripts


def test_folder_is_a_file(tmp_path: Path) -> None:
    """A folder that can't be made is named."""
    (tmp_path / "data").write_text("")
    assert str(tmp_path / "data") in refused(f"sqlite:///{tmp_path}/data/syndicator.db")


def test_is_a_folder(tmp_path: Path) -> None:
    """A folder in the place of the database is named."""
    (tmp_path / "syndicator.db").mkdir()
    assert "syndicator.db can't be opened" in refused(f"sqlite:///{tmp_path}/syndicator.db")


def test_read_only(opened: StoreMaker) -> None:
    """What can't be written fails in words; reading goes on."""
    store = opened()
    store.save_reading(make_state(), [make_article(1)])
    store.close()
    event.listen(store._database.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    with pytest.raises(StoreError, match="writable for this user"):
        store.save_reading(make_state(), [make_article(2)])
    assert len(store.entries(RU, limit=9)) == 1


def test_disk_full(opened: StoreMaker) -> None:
    """A full disk fails in words; nothing of what did not fit is kept, and what fits is kept later."""
    store = opened()
    store.save_reading(make_state(), [make_article(1)])
    store.close()
    small = "PRAGMA max_page_count = 60"
    event.listen(store._database.engine, "connect", lambda connection, _: connection.execute(small))
    with pytest.raises(StoreError, match="disk is full"):
        store.save_reading(make_state(etag="2"), [make_article(2), make_article(3, html="x" * 500_000)])
    assert store.source_state("kremlin").etag is None
    assert store.counts()["articles"] == 1
    store.save_reading(make_state(etag="2"), [make_article(2)])
    assert store.counts()["articles"] == 2


def test_file_limit(tmp_path: Path) -> None:
    """A disk that refuses to write more fails in words, not with a library's exception."""
    run = child(
        tmp_path,
        """
        import resource
        store.save_reading(make_state(), [make_article(1)])
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
        try:
            store.save_reading(make_state(), [make_article(2, html="x" * 3_000_000)])
        except StoreError as error:
            print(error)
        """,
    )
    assert "check the disk" in run.communicate(timeout=60)[0]


def test_busy(opened: StoreMaker) -> None:
    """While another process writes for longer than the time-out, the store is busy; reading goes on."""
    store = opened(query="?timeout=0.05")
    store.save_reading(make_state(), [make_article(1)])
    other = sqlite3.connect(store._database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="try again"):
        store.save_translation(make_translation(make_article(1)))
    assert len(store.entries(RU, limit=9)) == 1
    other.execute("ROLLBACK")
    store.save_translation(make_translation(make_article(1)))
    other.close()


def test_not_busy_with_itself(opened: StoreMaker) -> None:
    """A thread waits for another of its own process as long as that takes: only other processes make a store busy."""
    store = opened(query="?timeout=0.05")
    begun, go_on = threading.Event(), threading.Event()

    class Slow(list[Article]):
        """A reading that takes its time while it is saved."""

        def __iter__(self) -> Iterator[Article]:
            begun.set()
            assert go_on.wait(30)
            return super().__iter__()

    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(store.save_reading, make_state(), Slow([make_article(1)]))
        assert begun.wait(30)
        quick = pool.submit(store.save_source_state, make_state("un"))
        with pytest.raises(TimeoutError):
            quick.result(0.5)
        go_on.set()
        slow.result(30)
        quick.result(30)


def test_bad_values(opened: StoreMaker) -> None:
    """Text that no database can hold fails in words, and the store goes on."""
    store = opened()
    with pytest.raises(StoreError, match="can't hold this value"):
        store.save_reading(make_state(), [make_article(1, title="\ud800")])
    with pytest.raises(StoreError, match="no time zone"):
        store.save_source_state(make_state(due=make_article(1).published.replace(tzinfo=None)))
    store.save_reading(make_state(), [make_article(1)])


def test_daemon_dies(opened: StoreMaker, tmp_path: Path) -> None:
    """A daemon that is killed lets go of its lock, even while a child that it forked lives on."""
    daemon = child(
        tmp_path,
        """
        with store.daemon_lock():
            if os.fork() == 0:
                sys.stdin.read()
                os._exit(0)
            print("held", flush=True)
            signal.pause()
        """,
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "held\n"
    store = opened()
    with pytest.raises(Busy, match=f"process {daemon.pid}"), store.daemon_lock():
        pass
    daemon.send_signal(signal.SIGKILL)
    daemon.wait(60)
    with store.daemon_lock():
        pass
    daemon.communicate(timeout=60)  # ends the forked child, too


def test_opened_by_many_at_once(tmp_path: Path, opened: StoreMaker) -> None:
    """Processes that open a new store at the same moment all get the same one."""
    children = [child(tmp_path, "print(store.tag_prefix())", authority=f"a{number}.org") for number in range(3)]
    told = {each.communicate(timeout=60)[0] for each in children}
    assert told == {opened().tag_prefix() + "\n"}


def child(folder: Path, script: str, *, authority: str = "example.org") -> subprocess.Popen[str]:
    """Start a process that opens the store in `folder` and runs `script`."""
    head = f"""
        import os, signal, sys
        sys.path[:0] = {sys.path!r}
        from support.store import *
        from syndicator.errors import StoreError
        store = sqlite({str(folder)!r})(authority={authority!r})
    """
    code = textwrap.dedent(head) + textwrap.dedent(script)
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True, env=dict(os.environ))
