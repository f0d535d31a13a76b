"""`backup` and `restore`: whole copies while others write, nothing replaced by something worse, nothing lost after."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import Desk, stop, wait_until
from support.session import session
from support.store import EN, NOON, RU, StoreMaker, make_article, make_state, save, save_both, snapshot, sqlite

from syndicator.errors import Damaged, Replaced, StoreError
from syndicator.store.backup import Progress, back_up, restore
from syndicator.store.sql import SqlStore

DUMP = Path(__file__).parents[1] / "support" / "store_0001.sql"


def quietly(what: str, done: int, total: int) -> None:
    """Take a report of progress and show nothing."""


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on one fresh database."""
    maker = sqlite(tmp_path / "data")
    yield maker
    maker.close()


@pytest.fixture
def store(opened: StoreMaker) -> SqlStore:
    """Return a store with an article in both languages."""
    store = opened()
    save_both(store, make_article(1))
    return store


@pytest.fixture
def live(opened: StoreMaker) -> Path:
    """Return where that store is."""
    return Path(opened.url.removeprefix("sqlite:///"))


@pytest.fixture
def copy(opened: StoreMaker, store: SqlStore, tmp_path: Path) -> Path:  # noqa: ARG001 - the store is made
    """Return a backup of it."""
    return back_up(opened.url, tmp_path / "copy.db", progress=quietly).path


def restored(opened: StoreMaker, file: Path) -> Path | None:
    """Restore a file and return where the store as it was is kept."""
    return restore(opened.url, file, now=NOON, progress=quietly)


def test_a_copy_holds_all(opened: StoreMaker, store: SqlStore, copy: Path, tmp_path: Path) -> None:
    """A backup is one file that holds the whole store; opened in another place it tells the same."""
    (tmp_path / "else").mkdir()
    shutil.copy(copy, tmp_path / "else" / "syndicator.db")
    other = sqlite(tmp_path / "else")
    assert snapshot(other()) == snapshot(store)
    other.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["copy.db", "data", "else"]
    assert restored(opened, copy) is not None


def test_a_copy_is_of_one_moment(opened: StoreMaker, store: SqlStore, tmp_path: Path) -> None:
    """While another process saves without a pause, a copy ends, and shows the store between two of its saves."""
    more = [make_article(number, html="<p>Текст.</p>" * 800) for number in range(2, 400)]
    save(store, *more, state=make_state(etag="399"))
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, opened.url],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(each) for each in sys.path)},
    )
    assert writer.stdout is not None
    writer.stdout.readline()
    steps = []

    def wait_for_a_save(what: str, done: int, total: int) -> None:
        steps.append((what, done, total))
        if what == "copying":
            writer.stdout.readline()  # type: ignore[union-attr]

    done = back_up(opened.url, tmp_path / "copy.db", progress=wait_for_a_save)
    writer.kill()
    writer.communicate()
    with closing(sqlite3.connect(done.path)) as connection:
        [last] = connection.execute("SELECT etag FROM sources").fetchone()
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (int(last),) == (done.articles,)
    assert len([step for step in steps if step[0] == "copying"]) > 1, "it was copied in one step: the test is too small"
    assert steps[-1][0] == "checking"


WRITER = """if True:
    import sys
    from itertools import count
    from support.store import *
    store = open_store(sys.argv[1], authority="example.org", clock=StoppedClock())
    for number in count(400):
        save(store, make_article(number), state=make_state(etag=f"{number}"))
        print(number, flush=True)
"""


def test_what_is_there_is_not_overwritten(opened: StoreMaker, store: SqlStore, copy: Path) -> None:
    """A file that is there is refused, and replaced only on demand."""
    with pytest.raises(StoreError, match=r"is there already: .*--force"):
        back_up(opened.url, copy, progress=quietly)
    save(store, make_article(2))
    assert back_up(opened.url, copy, progress=quietly, overwrite=True).articles == 2


@pytest.mark.parametrize(("of_store", "of_copy", "then"), [(0o644, 0o600, 0o600), (0o640, 0o644, 0o640)])
def test_a_backup_is_never_opened_to_more_readers(
    opened: StoreMaker, copy: Path, live: Path, *, of_store: int, of_copy: int, then: int
) -> None:
    """A new backup can be read by who could read both the store and the backup that it replaces, and by no one else."""
    live.chmod(of_store)
    copy.chmod(of_copy)
    seen = set()

    def look(*_: object) -> None:
        seen.update(stat.S_IMODE(path.stat().st_mode) for path in copy.parent.glob(".copy.db.*.tmp"))

    back_up(opened.url, copy, progress=look, overwrite=True)
    assert {*seen, stat.S_IMODE(copy.stat().st_mode)} == {then}


def test_a_damaged_store_replaces_no_backup(opened: StoreMaker, store: SqlStore, copy: Path, live: Path) -> None:
    """Of a damaged store there is no backup; the one that is there stays, and nothing is left beside it."""
    before = copy.read_bytes()
    for number in range(2, 30):
        save(store, make_article(number, html="<p>Текст.</p>" * 500))
    store.close()
    content = bytearray(live.read_bytes())
    content[40960 : 40960 + 30000] = b"\x55" * 30000
    live.write_bytes(content)
    with pytest.raises(Damaged, match=r"syndicator\.db is damaged"):
        back_up(opened.url, copy, progress=quietly, overwrite=True)
    assert copy.read_bytes() == before
    assert sorted(file.name for file in copy.parent.iterdir()) == ["copy.db", "data"]


def test_what_can_t_be_written_leaves_nothing(opened: StoreMaker, store: SqlStore, tmp_path: Path) -> None:  # noqa: ARG001
    """A backup into a folder that is not there, over a folder, or over the store itself is refused in words."""
    (tmp_path / "folder").mkdir()
    for file, reason in (
        (tmp_path / "no" / "copy.db", "No such file"),
        (tmp_path / "folder", "is not a file"),
        (tmp_path / "data" / "syndicator.db", "is the store itself"),
    ):
        with pytest.raises(StoreError, match=reason):
            back_up(opened.url, file, progress=quietly, overwrite=True)
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(f"sqlite:///{tmp_path}/none.db", tmp_path / "copy.db", progress=quietly)
    assert not (tmp_path / "none.db").exists()


def test_restoring_brings_back_the_state(opened: StoreMaker, store: SqlStore, copy: Path) -> None:
    """After a restore the store is what it was; as it was before, it is kept beside; feeds are to be written anew."""
    expected = (store.entries(RU, limit=9), store.entries(EN, limit=9), store.tag_prefix())
    save(store, make_article(2))
    kept = restored(opened, copy)
    again = opened()
    assert (again.entries(RU, limit=9), again.entries(EN, limit=9), again.tag_prefix()) == expected
    assert again.check() == []
    assert {one.published for one in again.editions()} == {-1}
    assert kept is not None
    assert kept.name == "syndicator.db.replaced-20261124T120000Z"
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (2,)
    assert restored(opened, kept) == kept.with_name(kept.name + "-2")
    assert opened().counts()["articles"] == 2


def test_what_began_before_is_not_kept_after(opened: StoreMaker, store: SqlStore, copy: Path) -> None:
    """A reading that began before a restore can't be saved after it: its ETag would hide what the restore took away."""
    save(store, make_article(2), state=make_state(etag="new"))
    assert set(store.known("kremlin", [make_article(2).origin_id])) == {make_article(2).origin_id}
    restored(opened, copy)
    with pytest.raises(Replaced, match="begin anew"):
        store.save_reading(make_state(etag="new"), [], unchanged={make_article(2).origin_id})
    with pytest.raises(Replaced):
        store.source_states()
    again = opened()
    assert again.source_state("kremlin").etag is None
    save(again, make_article(2), state=make_state(etag="new"))
    assert again.counts()["articles"] == 2


def test_nobody_writes_while_it_is_restored(opened: StoreMaker, store: SqlStore, copy: Path) -> None:
    """From the moment that the old store is put aside nothing is saved in it any more, so that nothing is lost."""
    refused: list[str] = []

    def save_meanwhile(what: str, _done: int, _total: int) -> None:
        if what == "copying" and not refused and not copying_backup():
            with pytest.raises(Replaced) as caught:
                save(store, make_article(3))
            refused.append(str(caught.value))

    calls = iter(range(100))

    def copying_backup() -> bool:
        return next(calls) == 0  # the first copy is that of the backup, before anything is put aside

    restore(opened.url, copy, now=NOON, progress=save_meanwhile)
    assert refused


def test_opening_waits_for_the_end(opened: StoreMaker, store: SqlStore, copy: Path) -> None:  # noqa: ARG001
    """Who opens the store while it is restored gets the restored one."""
    got: list[SqlStore] = []
    threads = []

    def open_meanwhile(what: str, _done: int, _total: int) -> None:
        if what == "restoring" and not threads:
            threads.append(threading.Thread(target=lambda: got.append(opened())))
            threads[0].start()
            assert not got

    restore(opened.url, copy, now=NOON, progress=open_meanwhile)
    threads[0].join(60)
    assert got[0].counts()["articles"] == 1


@pytest.mark.parametrize("what", ["missing", "missing beside its log", "empty", "noise", "damaged head"])
def test_a_lost_store_comes_back(what: str, opened: StoreMaker, store: SqlStore, copy: Path, live: Path) -> None:
    """Where the store is missing or beyond reading, the backup takes its place; what was there is kept, log and all."""
    log = live.with_name(live.name + "-wal")
    save(store, make_article(2))
    if what == "missing beside its log":
        live.unlink()
        assert log.stat().st_size
    else:
        store.close()
        if what == "missing":
            live.unlink()
        else:
            whole = live.read_bytes()
            live.write_bytes(
                {"empty": b"", "noise": b"noise " * 9999, "damaged head": b"\xff" * 4096 + whole[4096:]}[what]
            )
    kept = restored(opened, copy)
    again = opened()
    assert again.check() == []
    assert again.counts()["articles"] == 1
    assert (kept is None) == (what == "missing")
    if what == "missing beside its log":
        assert live.with_name(f"{kept.name}-wal").exists()  # type: ignore[union-attr]


def test_a_restore_puts_another_program_s_database_aside(
    opened: StoreMaker, store: SqlStore, copy: Path, live: Path
) -> None:
    """Another program's database in the store's place is kept beside, as the error that led here says."""
    store.close()
    live.unlink()
    with closing(sqlite3.connect(live)) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(StoreError, match=r"not a syndicator database: .*`syndicator restore FILE`"):
        opened()
    kept = restored(opened, copy)
    assert opened().counts()["articles"] == 1
    assert kept is not None
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)


@pytest.mark.parametrize("part", ["-wal", "-journal"])
def test_a_log_beside_a_backup_is_not_applied_to_the_next(
    part: str, opened: StoreMaker, store: SqlStore, copy: Path
) -> None:
    """What a program that had the last backup open left beside it would be taken for the new one's log: refused."""
    save(store, make_article(2))
    before = copy.read_bytes()
    log = copy.with_name(copy.name + part)
    log.write_bytes(b"left")
    with pytest.raises(StoreError, match=f"{part} is there.*move it away"):
        back_up(opened.url, copy, progress=quietly, overwrite=True)
    assert copy.read_bytes() == before
    log.unlink()
    assert back_up(opened.url, copy, progress=quietly, overwrite=True).articles == 2


def hostile(what: str, copy: Path) -> None:
    """Make something else of a backup."""
    if what == "noise":
        copy.write_bytes(b"noise " * 9999)
    elif what == "empty":
        copy.write_bytes(b"")
    elif what == "cut off":
        copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    elif what == "missing":
        copy.unlink()
    elif what == "a folder":
        copy.unlink()
        copy.mkdir()
    else:
        script = {
            "another program's": "DROP TABLE alembic_version",
            "newer": "UPDATE alembic_version SET version_num = '9999'",
            "without references": "DELETE FROM articles",
        }[what]
        with closing(sqlite3.connect(copy)) as connection:
            connection.executescript(script)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("noise", "is not a syndicator database"),
        ("empty", "is not a syndicator database"),
        ("another program's", "is not a syndicator database"),
        ("cut off", "is damaged"),
        ("without references", "is damaged"),
        ("newer", "newer version"),
        ("missing", "there is no file"),
        ("a folder", "there is no file"),
    ],
)
def test_what_is_no_backup_is_refused(what: str, reason: str, opened: StoreMaker, store: SqlStore, copy: Path) -> None:
    """A file that is no whole store of ours is refused by name; the store is untouched, and who has it open goes on."""
    hostile(what, copy)
    with pytest.raises(StoreError, match=f"(?s)copy.db.*{reason}|{reason}.*copy.db"):
        restored(opened, copy)
    save(store, make_article(2))
    assert sorted(file.name for file in (copy.parent / "data").iterdir() if "-" not in file.name) == ["syndicator.db"]


def test_an_old_backup_is_brought_up_to_date(opened: StoreMaker, store: SqlStore, tmp_path: Path) -> None:  # noqa: ARG001
    """A backup that the first version wrote is restored with all that it holds; the file itself stays as it was."""
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    before = (tmp_path / "old.db").read_bytes()
    restored(opened, tmp_path / "old.db")
    assert opened().counts()["articles"] == 4
    assert (tmp_path / "old.db").read_bytes() == before


def test_a_file_put_in_its_place_is_noticed(opened: StoreMaker, store: SqlStore, copy: Path, live: Path) -> None:
    """Whoever replaces or removes the file by hand takes nothing away unnoticed: the next step of others says so."""
    shutil.copy(copy, live.with_name("by-hand"))
    live.with_name("by-hand").replace(live)
    with pytest.raises(Replaced, match="begin anew"):
        save(store, make_article(2))
    live.unlink()
    with pytest.raises(Replaced, match=r"is gone: restore a backup \(`syndicator restore FILE`\)"):
        opened.opened[0].counts()
    assert not live.exists()


def test_progress_is_told(opened: StoreMaker, store: SqlStore, copy: Path) -> None:  # noqa: ARG001
    """What is done is told with how much of it is done."""
    told: list[tuple[str, int, int]] = []
    progress: Progress = lambda *report: told.append(report)  # noqa: E731
    restore(opened.url, copy, now=NOON, progress=progress)
    assert [what for what, _, _ in told] == ["copying", "checking", "copying", "restoring"]
    assert all(done == total for _, done, total in told)


INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
GARDEN = "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n"


def ids(desk: Desk, language: str) -> list[str]:
    """Return the ids in an edition's feed, newest first."""
    return [one.id for one in feedparser.parse(str(desk.feeds / language / "atom.xml")).entries]


def test_a_daemon_goes_on_with_what_was_restored(tmp_path: Path) -> None:
    """A restore under a running daemon: what came after the backup is read again, under the ids that it had."""
    desk = Desk.make(tmp_path / "desk", INBOX)
    desk.drop("a.txt", samples.PRESS_RU)
    run, copied = session(desk, ("run",), ("backup", str(tmp_path / "copy.db")))
    assert (run.code, copied.code) == (0, 0), copied
    assert "1 articles" in copied.out
    assert "Config, terms, models" in copied.out
    desk.drop("b.txt", GARDEN)
    daemon = desk.start("daemon")
    wait_until(lambda: len(ids(desk, "en")) == len(ids(desk, "ru")) == 2)
    before = {language: ids(desk, language) for language in ("en", "ru")}

    [done] = session(desk, ("restore", str(tmp_path / "copy.db")))

    assert done.code == 0, done
    assert "is kept as" in done.out
    wait_until(lambda: "store_replaced" in desk.log())
    wait_until(lambda: desk.log().count("new=1") == 2)
    wait_until(lambda: {language: ids(desk, language) for language in ("en", "ru")} == before)
    assert stop(daemon) == 0
    assert "job_failed" not in desk.log()


def test_a_lost_store_is_not_begun_afresh(tmp_path: Path) -> None:
    """With editions published and the store missing, nothing is begun under new ids; a restore puts it right."""
    desk = Desk.make(tmp_path / "desk", INBOX)
    desk.drop("a.txt", samples.PRESS_RU)
    session(desk, ("run",), ("backup", str(tmp_path / "copy.db")))
    before = desk.files()
    (desk.folder / "data" / "syndicator.db").unlink()
    *refused, restored, run = session(
        desk, ("run",), ("daemon",), ("status",), ("restore", str(tmp_path / "copy.db")), ("run",)
    )
    for one in refused:
        assert one.code == 4
        assert "restore a backup (`syndicator restore FILE`)" in one.told
    assert (restored.code, run.code) == (0, 0), (restored, run)
    assert "is kept as" not in restored.out, "a store was begun afresh"
    assert desk.files() == before
