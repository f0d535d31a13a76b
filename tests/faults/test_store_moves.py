"""A store that changes its database: from SQLite to PostgreSQL and back, by a move or a backup; killed meanwhile."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.store import NOON, StoreMaker, make_article, make_remembered, postgresql, save, save_both, snapshot, sqlite

from syndicator.errors import Busy, Replaced, StoreError
from syndicator.store import copying
from syndicator.store.backup import back_up, restore
from syndicator.store.moving import move


def quietly(what: str, done: int, total: int) -> None:
    """Take a report of progress and show nothing."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on a fresh database of SQLite's, with some articles in it."""
    maker = sqlite(tmp_path)
    store = maker()
    save_both(store, make_article(1, title="Ёлка \\ 'x' 😀"))
    save(store, *(make_article(number) for number in range(2, 9)))
    store.remember([make_remembered("one")])
    yield maker
    maker.close()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on a fresh database of PostgreSQL's."""
    maker = postgresql(tmp_path)
    yield maker
    maker.close()


def test_a_moved_store_tells_the_same_and_so_does_one_moved_back(
    here: StoreMaker, there: StoreMaker, tmp_path: Path
) -> None:
    """Every row arrives, ids and times alike; the store that it came from stays as it was."""
    before = snapshot(here())
    moved = move(here.url, there.url, progress=quietly)
    assert (moved.url, moved.rows["articles"], moved.rows["memory"]) == (there.url, 8, 1)
    assert snapshot(there()) == before
    assert there().tag_prefix() == here().tag_prefix()
    back = StoreMaker(url=f"sqlite:///{tmp_path}/back.db")
    move(there.url, back.url, progress=quietly)
    assert snapshot(back()) == before == snapshot(here())
    back.close()


def test_a_moved_store_goes_on(here: StoreMaker, there: StoreMaker) -> None:
    """What comes after a move gets numbers of changes behind those before."""
    move(here.url, there.url, progress=quietly)
    store = there()
    before = {one.key: one.changed for one in store.editions()}
    save(store, make_article(9))
    assert all(one.changed > before[one.key] for one in store.editions() if one.key.language == "ru")


KILLED = """if True:
    import os, signal, sys
    from syndicator.store import copying, moving
    copying.BATCH = 2
    def progress(what, done, total):
        if what == "copying articles" and done == 4:
            os.kill(os.getpid(), signal.SIGKILL)
    moving.move(sys.argv[1], sys.argv[2], progress=progress)
"""


@pytest.fixture
def cut_off(here: StoreMaker, there: StoreMaker) -> None:
    """Move the store and be killed when half of the articles are there."""
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(str(each) for each in sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, here.url, there.url], env=paths, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.usefixtures("cut_off")
def test_a_move_that_was_killed_goes_on(here: StoreMaker, there: StoreMaker) -> None:
    """Till it is done nobody can open what is there as a store; then all is there, and nothing was copied twice."""
    with pytest.raises(StoreError, match=r"holds a part of a store: .*store migrate"):
        there()
    reports = []
    move(here.url, there.url, progress=lambda *report: reports.append(report))
    assert ("copying articles", 8, 8) in reports
    assert ("copying sources", 1, 1) not in reports
    assert snapshot(there()) == snapshot(here())


@pytest.mark.usefixtures("cut_off")
def test_what_changed_after_a_move_was_killed_arrives_too(here: StoreMaker, there: StoreMaker) -> None:
    """A row that was copied before and changed since is not left as it was."""
    save(here(), make_article(1, title="Иначе", content_hash="other", version=2))
    move(here.url, there.url, progress=quietly)
    assert snapshot(there()) == snapshot(here())


@pytest.mark.usefixtures("cut_off")
def test_a_part_of_another_store_is_not_gone_on_with(there: StoreMaker, tmp_path: Path) -> None:
    """One store is never mixed with another."""
    (tmp_path / "else").mkdir()
    other = sqlite(tmp_path / "else")
    save(other(), make_article(1))
    with pytest.raises(StoreError, match="a part of another store"):
        move(other.url, there.url, progress=quietly)
    other.close()


def test_what_can_not_be_moved_is_told(here: StoreMaker, there: StoreMaker, tmp_path: Path) -> None:
    """A database with another store, the store itself and a place without one are refused."""
    save(there(), make_article(1))
    with pytest.raises(StoreError, match="holds a store already: name an empty database"):
        move(here.url, there.url, progress=quietly)
    with pytest.raises(StoreError, match="name another database"):
        move(here.url, here.url, progress=quietly)
    with pytest.raises(StoreError, match="there is no store at"):
        move(f"sqlite:///{tmp_path}/none.db", there.url, progress=quietly)


def test_nobody_works_on_a_store_that_is_moved(here: StoreMaker, there: StoreMaker) -> None:
    """A daemon at work bars the move; while it goes on, who wants to write is told that the store is busy."""
    with here().daemon_lock(), pytest.raises(Busy, match="a daemon is already running"):
        move(here.url, there.url, progress=quietly)
    impatient = here(query="?timeout=0.05")

    def write(what: str, done: int, total: int) -> None:  # noqa: ARG001 - what a report tells
        with pytest.raises(Busy):
            save(impatient, make_article(9))

    move(here.url, there.url, progress=write)


def test_a_table_that_differs_is_found(here: StoreMaker, there: StoreMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrived is compared with what was sent, row for row, whatever the size of a batch."""
    monkeypatch.setattr(copying, "BATCH", 3)
    move(here.url, there.url, progress=quietly)
    save(there(), make_article(8, title="Иначе", content_hash="other", version=2))
    one, other = here()._database, there()._database
    with one.reading() as source, other.reading() as target:
        assert copying.difference(source, target, quietly) is not None
        assert copying.difference(source, source, quietly) is None


def test_a_backup_of_postgresql_is_a_file_that_goes_back(here: StoreMaker, there: StoreMaker, tmp_path: Path) -> None:
    """A backup is a file of SQLite's, which a desk can work on; restored, it takes the place of what is there."""
    move(here.url, there.url, progress=quietly)
    store = there()
    before = snapshot(store)
    file = tmp_path / "copy.db"
    assert back_up(there.url, file, progress=quietly).articles == 8
    carried = StoreMaker(url=f"sqlite:///{file}")
    assert snapshot(carried()) == before
    carried.close()
    save(store, make_article(9))
    kept = restore(there.url, file, now=NOON, progress=quietly)
    with pytest.raises(Replaced):
        store.counts()
    assert there().counts()["articles"] == 8
    assert kept is not None
    assert back_up(f"sqlite:///{kept}", tmp_path / "again.db", progress=quietly).articles == 9


def test_a_backup_comes_into_an_empty_database(here: StoreMaker, there: StoreMaker, tmp_path: Path) -> None:
    """On a new server a desk goes on with its backup, ids and all; there was nothing to keep."""
    file = back_up(here.url, tmp_path / "copy.db", progress=quietly).path
    assert restore(there.url, file, now=NOON, progress=quietly) is None
    assert there().counts() == here().counts()
    assert there().tag_prefix() == here().tag_prefix()
