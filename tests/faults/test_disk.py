"""A disk that is full under store, feeds or log, and a store that others hold: said in words, and nothing is lost."""

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from support import samples
from support.desk import Desk, stop, wait_until
from support.smalldisk import fill, small_disk
from support.thorough import IS_LONG, times

from syndicator.errors import Damaged, StoreError
from syndicator.store.backup import back_up

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
HEAD = 'languages = ["en", "ru"]\nfeeds.base_url = "https://desk.example/"\n'
GARDEN = "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n"
LOCKED_S = times(1, 60)
"""How long another process holds the store."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Return a desk with one article in both editions; not to be changed."""
    desk = Desk.make(tmp_path_factory.mktemp("whole") / "desk", INBOX, head=HEAD)
    desk.drop("a.txt", samples.PRESS_RU)
    desk.call("run")
    return desk


@pytest.fixture
def desk(whole: Desk, tmp_path: Path) -> Desk:
    """Return a copy of that desk, with an article more in its inbox."""
    desk = Desk(Path(shutil.copytree(whole.folder, tmp_path / "desk", symlinks=True)))
    desk.drop("b.txt", GARDEN)
    return desk


def stories(desk: Desk) -> list[int]:
    """Return how many stories each edition has a page of."""
    return [len(list((desk.feeds / language / "stories").glob("*.html"))) for language in ("en", "ru")]


def test_a_full_disk_under_the_store(desk: Desk) -> None:
    """A pass ends with 4 and says why; what was published stays; with room, the next pass does all."""
    data = desk.folder / "data"
    held = (data / "syndicator.db").read_bytes()
    before = desk.files()
    with small_disk(data, kilobytes=len(held) // 1024 + 64) as disk:
        (disk / "syndicator.db").write_bytes(held)
        ballast = fill(disk)
        refused = desk.call("run", code=4)
        assert "room" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert desk.files() == before
        ballast.unlink()
        kept = (disk / "syndicator.db").read_bytes()
    (data / "syndicator.db").write_bytes(kept)
    desk.call("run")
    assert stories(desk) == [2, 2]


def test_a_full_disk_under_the_feeds(desk: Desk, tmp_path: Path) -> None:
    """A pass ends with 7 and says why; no file is half written; with room, the next pass publishes all."""
    shutil.move(desk.feeds, tmp_path / "published")
    with small_disk(desk.feeds, kilobytes=1024) as disk:
        shutil.copytree(tmp_path / "published", disk, dirs_exist_ok=True)
        before = desk.files()
        ballast = fill(disk)
        before["ballast"] = ballast.read_bytes()
        refused = desk.call("run", code=7)
        assert "the disk is full; make room" in refused.stderr
        assert desk.files() == before
        ballast.unlink()
        desk.call("run")
        assert stories(desk) == [2, 2]


def test_a_full_disk_under_the_log(desk: Desk, tmp_path: Path) -> None:
    """A daemon that can't log goes on working, and stops when told to."""
    with small_disk(tmp_path / "small", kilobytes=64) as disk:
        (desk.folder / "log").symlink_to(disk / "log")
        (disk / "log").touch()
        fill(disk)
        daemon = desk.start("daemon")
        wait_until(lambda: stories(desk) == [2, 2])
        desk.drop("c.txt", GARDEN.replace("Garden", "Park"))
        wait_until(lambda: stories(desk) == [3, 3])
        stop(daemon)
        assert (disk / "log").stat().st_size < 4096


def test_a_full_disk_under_the_backup(desk: Desk, tmp_path: Path) -> None:
    """A backup that does not fit leaves the one before and nothing else."""
    with small_disk(tmp_path / "small", kilobytes=128) as disk:
        (disk / "copy.db").write_text("the one before")
        with pytest.raises(StoreError, match="disk is full"):
            back_up(
                f"sqlite:///{desk.folder}/data/syndicator.db",
                disk / "copy.db",
                progress=lambda *_: None,
                overwrite=True,
            )
        assert [file.name for file in disk.iterdir()] == ["copy.db"]
        assert (disk / "copy.db").read_text() == "the one before"


def test_a_store_that_another_process_holds(desk: Desk) -> None:
    """A pass says that the store is busy; a daemon says so and goes on when it is free; nothing is lost or doubled."""
    desk.write_config(INBOX, head=HEAD + 'database.url = "sqlite:///../data/syndicator.db?timeout=0.2"\n')
    with closing(sqlite3.connect(desk.folder / "data" / "syndicator.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        until = time.monotonic() + LOCKED_S
        assert "another process is writing" in desk.call("run", code=4).stderr
        assert "b.txt" in {file.name for file in desk.inbox.iterdir()}
        desk.call("status")
        daemon = desk.start("daemon")
        wait_until(lambda: "another process is writing" in desk.log() and time.monotonic() > until, seconds=90)
        other.execute("ROLLBACK")
    wait_until(lambda: stories(desk) == [2, 2], seconds=120)
    assert stop(daemon) == 0
    assert desk.json("status")["counts"]["articles"] == 2
    assert "Traceback" not in desk.log()


@pytest.mark.skipif(not IS_LONG, reason="the lock itself is tested in test_store_files.py; this with `make faults`")
def test_two_daemons(desk: Desk) -> None:
    """The second daemon, and a pass beside it, end with 4 and name the first; the first goes on."""
    daemon = desk.start("daemon")
    wait_until(lambda: stories(desk) == [2, 2])
    for command in ("daemon", "run"):
        assert f"process {daemon.pid}" in desk.call(command, code=4).stderr
    desk.drop("c.txt", GARDEN.replace("Garden", "Park"))
    wait_until(lambda: stories(desk) == [3, 3])
    assert stop(daemon) == 0


def test_a_damaged_row_is_told(desk: Desk) -> None:
    """A value that nobody wrote like that is damage, told with the command that helps, not a traceback."""
    with closing(sqlite3.connect(desk.folder / "data" / "syndicator.db")) as connection, connection:
        connection.execute("UPDATE sources SET about = '{\"name\": '")
    refused = desk.call("run", code=4)
    assert "a row of it can't be read" in refused.stderr
    assert "`syndicator restore FILE`" in refused.stderr
    assert issubclass(Damaged, StoreError)
