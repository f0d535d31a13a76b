"""Copy a store into a file, and a file back into the store, while others work on it.

A copy is one state of the store, whole, checked and on the disk before it gets its name. A restored store begins a new
epoch: whoever has the old one open is told so at its next step (`Replaced`) and can't mix the two.
"""

import os
import secrets
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, select, update

from syndicator.errors import Busy, Damaged, StoreError
from syndicator.store.connection import TIMEOUT_S, SqliteDatabase, connect, translated
from syndicator.store.copying import Progress, clear, is_empty, pour
from syndicator.store.lock import held_while_opening
from syndicator.store.opening import (
    begin_epoch,
    is_on_server,
    location,
    open_existing,
    open_on_server,
    parsed,
    revision_of,
    sync_folder,
    upgrade,
)
from syndicator.store.schema import editions, meta

STEP = 1000
"""Pages (4 kB) copied between two reports of progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A file that holds a whole store."""

    path: Path
    size_bytes: int
    articles: int


def back_up(url: str, file: Path, *, progress: Progress, overwrite: bool = False) -> Backup:
    """Write the store at a database URL into `file`, as it is at one moment; others go on reading and writing it.

    A file that is there stays, whole, until the new one is checked; without `overwrite` it is refused. Raises
    StoreError: also when the store is damaged, so that no good backup is replaced by a bad one.
    """
    if is_on_server(url):
        _refuse_taken(file, overwrite=overwrite)
        with _told(file), _beside(file, like=file) as copy:
            _copy_from_server(url, copy, progress)
            _check(copy, named=file, progress=progress)
            found = Backup(path=file, size_bytes=copy.stat().st_size, articles=_count_articles(copy))
            _put(copy, file)
        return found
    path, timeout_s = location(url)
    if not path.exists():
        raise StoreError(f"there is no store at {path}: nothing to back up")
    _refuse_itself(path, file)
    _refuse_taken(file, overwrite=overwrite)
    with _told(file), _beside(file, like=path) as copy:
        _copy(path, copy, timeout_s=timeout_s, progress=progress)
        _check(copy, named=path, progress=progress)
        found = Backup(path=file, size_bytes=copy.stat().st_size, articles=_count_articles(copy))
        _put(copy, file)
    return found


def restore(url: str, file: Path, *, now: datetime, progress: Progress) -> Path | None:
    """Put the store that `file` holds in the place of the one at a database URL; return where that one is kept.

    All of it or nothing: others see the old store or the new one. A backup of an older version is brought up to date.
    All editions count as unpublished, so that the feeds become what the restored store says. Raises StoreError.
    """
    if not file.is_file():
        raise StoreError(f"there is no file {file}")
    if is_on_server(url):
        return _restore_to_server(url, file, now=now, progress=progress)
    path, timeout_s = location(url)
    _refuse_itself(path, file)
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with held_while_opening(path.parent), _beside(path, like=path) as copy:
            _copy(file, copy, timeout_s=timeout_s, progress=progress)
            _check(copy, named=file, progress=progress)
            upgrade(copy, named=file)  # refuses one of a newer version
            _begin_anew(copy)
            return _replace(path, copy, now=now, timeout_s=timeout_s, progress=progress)


def _restore_to_server(url: str, file: Path, *, now: datetime, progress: Progress) -> Path | None:
    """Do what `restore` says for a database of PostgreSQL's; the store as it was is kept beside the backup."""
    kept = _free(file.with_name(f"{parsed(url).database}.replaced-{now:%Y%m%dT%H%M%SZ}.db"))
    with _told(file), _beside(kept, like=file) as copy, _beside(kept, like=file) as old:
        _copy(file, copy, timeout_s=TIMEOUT_S, progress=progress)
        _check(copy, named=file, progress=progress)
        upgrade(copy, named=file)
        _begin_anew(copy)
        source = SqliteDatabase(path=copy, engine=connect(copy))
        with closing(source), source.reading() as backup:
            tag = backup.execute(select(meta.c.value).where(meta.c.key == "tag")).scalar_one()
            target = open_on_server(parsed(url), tag=tag)
            with closing(target), target.writing() as store:  # one transaction: nothing is written between
                is_new = is_empty(store)
                if not is_new:
                    _dump(store, old, progress)
                    _put(old, kept)
                clear(store)
                pour(backup, store, progress)
    return None if is_new else kept


def _copy_from_server(url: str, copy: Path, progress: Progress) -> None:
    """Copy one state of a store of PostgreSQL's into the empty file `copy`."""
    source = open_existing(url)
    with closing(source), source.reading() as connection:
        _dump(connection, copy, progress)


def _dump(store: Connection, copy: Path, progress: Progress) -> None:
    """Make a database of SQLite's in an empty file, with all that a connection shows of a store."""
    upgrade(copy)
    target = SqliteDatabase(path=copy, engine=connect(copy))
    with closing(target), target.writing() as connection:
        pour(store, connection, progress)


def _replace(path: Path, copy: Path, *, now: datetime, timeout_s: float, progress: Progress) -> Path | None:
    """Put the checked `copy` in the place of the store; return where that is kept, None where there was none."""
    kept = _free(path.with_name(f"{path.name}.replaced-{now:%Y%m%dT%H%M%SZ}"))
    if path.exists() and path.stat().st_size:
        try:
            with translated(path):
                _fence_off(path, timeout_s)
                with _beside(kept, like=path) as old:
                    _copy(path, old, timeout_s=timeout_s, progress=progress)
                    _put(old, kept)
                _pour(copy, path, timeout_s=timeout_s, progress=progress)
        except Damaged:
            kept.unlink(missing_ok=True)
        else:
            return kept
    # No store, or nothing that SQLite can copy: its files are moved, log and all, never applied to the new one.
    is_moved = [_move(path.with_name(path.name + part), kept.with_name(kept.name + part)) for part in ("", "-wal")]
    path.with_name(path.name + "-shm").unlink(missing_ok=True)
    _put(copy, path)
    return kept if any(is_moved) else None


def _fence_off(path: Path, timeout_s: float) -> None:
    """End the epoch of a store, so that from now on nobody who has it open changes it any more.

    Who opens it anew waits for the restoring to end.
    """
    database = SqliteDatabase(path=path, engine=connect(path, timeout_s=timeout_s))
    try:
        with database.reading() as connection:
            if revision_of(connection) is None:
                raise Damaged(f"{path} is not a syndicator database")
        with database.writing() as connection:
            begin_epoch(connection)
    finally:
        database.engine.dispose()


def _begin_anew(copy: Path) -> None:
    database = SqliteDatabase(path=copy, engine=connect(copy))
    try:
        with database.writing() as connection:
            begin_epoch(connection)
            connection.execute(update(editions).values(published=-1))
    finally:
        database.engine.dispose()


def _copy(path: Path, copy: Path, *, timeout_s: float, progress: Progress) -> None:
    """Copy one state of the database at `path` into the empty file `copy`, which then is a whole database by itself."""
    with translated(path), closing(_open(path, timeout_s)) as source:
        # A transaction of ours holds on to one state: else each write of another process would begin the copy anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with translated(copy), closing(sqlite3.connect(copy, isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode = OFF")
            target.execute("PRAGMA synchronous = OFF")
            source.backup(target, pages=STEP, progress=_reporting("copying", path, progress))
    with translated(copy), closing(sqlite3.connect(copy, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode = DELETE")  # the copy says that it has a log beside it: it has none


def _pour(copy: Path, path: Path, *, timeout_s: float, progress: Progress) -> None:
    """Make a live database hold what `copy` holds: one transaction for all who have it open.

    SQLite's backup writes through the destination's log and commits at the end (https://sqlite.org/backup.html).
    """
    with closing(_open(copy, timeout_s)) as source, closing(_open(path, timeout_s)) as target:
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, pages=STEP, progress=_reporting("restoring", path, progress))
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as far as readers let it; the log is as long as the store


def _open(path: Path, timeout_s: float) -> sqlite3.Connection:
    """Open a database that is there. A backup without a log is not written to: it may be on a disk that can't be."""
    is_single = not path.with_name(path.name + "-wal").exists() and not os.access(path.parent, os.W_OK)
    how = "mode=ro&immutable=1" if is_single else "mode=rw"
    return sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True, timeout=timeout_s, isolation_level=None)


def _reporting(what: str, path: Path, progress: Progress) -> Callable[[int, int, int], None]:
    def report(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # after its time-out; Python would try for ever
            raise Busy(f"another process is writing to {path}: try again")
        progress(what, total - remaining, total)

    return report


def _check(copy: Path, *, named: Path, progress: Progress) -> None:
    """Raise StoreError if what was copied from `named` is not a whole store."""
    progress("checking", 0, 0)
    with translated(named), closing(sqlite3.connect(copy)) as connection:
        damage = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        orphans = connection.execute("PRAGMA foreign_key_check").fetchone() if damage == "ok" else None
    if damage != "ok" or orphans:
        raise Damaged(f"{named} is damaged ({orphans or damage}): nothing was written")
    database = SqliteDatabase(path=named, engine=connect(copy))
    try:
        with database.reading() as connection:
            revision = revision_of(connection)
    finally:
        database.engine.dispose()
    if revision is None:
        raise StoreError(f"{named} is not a syndicator database: nothing was written")


def _count_articles(copy: Path) -> int:
    with translated(copy), closing(sqlite3.connect(copy)) as connection:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


@contextmanager
def _beside(path: Path, *, like: Path) -> Iterator[Path]:
    """Yield a new empty file in the folder of `path`; taken away if not renamed.

    Who may not read `like`, or the file at `path` that it is to replace, may not read it either, at no time.
    """
    beside = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}.tmp")
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (like, path) if one.exists()]
    mode = reduce(and_, modes) if modes else 0o644
    descriptor = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
    try:
        with open(descriptor, "wb"):  # noqa: PTH123 - opened above
            if modes:
                os.fchmod(descriptor, mode)  # the umask may have taken more away
        yield beside
    finally:
        for part in ("", "-journal", "-wal", "-shm"):
            beside.with_name(beside.name + part).unlink(missing_ok=True)


def _put(copy: Path, path: Path) -> None:
    """Give a copy its name, once all of it is on the disk."""
    descriptor = os.open(copy, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    copy.replace(path)
    sync_folder(path.parent)


def _free(path: Path) -> Path:
    """Return the path, with a number behind it if it is taken."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _move(path: Path, to: Path) -> bool:
    if path.exists():
        path.rename(to)
    return to.exists()


def _refuse_itself(path: Path, file: Path) -> None:
    if file.absolute() == path or (path.exists() and file.exists() and file.samefile(path)):
        raise StoreError(f"{file} is the store itself: name another file")


def _refuse_taken(file: Path, *, overwrite: bool) -> None:
    if file.exists() and not overwrite:
        raise StoreError(f"{file} is there already: name another file, or replace it with --force")
    if file.exists() and not file.is_file():
        raise StoreError(f"{file} is not a file: name another place")
    _refuse_log(file)


def _refuse_log(file: Path) -> None:
    """Raise if SQLite would take what lies beside a backup for the log of whatever has its name, and apply it."""
    for part in ("-wal", "-journal"):
        log = file.with_name(file.name + part)
        if log.exists() and log.stat().st_size:
            raise StoreError(f"{log} is there, of a program that has {file} open or died with it: move it away")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"{error.filename or path} can't be written or read: {error.strerror}") from error
