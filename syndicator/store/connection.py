"""SQLite: connections, transactions and its errors in words. No other module of the store's own tables has its SQL.

Every write is a `BEGIN IMMEDIATE`: it waits for its turn at the start instead of failing half-way. Threads of one
process queue up on a lock, so that only another process can make the store `Busy`.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Any, ParamSpec, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, exc, select

from syndicator.errors import Busy, Conflict, Damaged, Replaced, StoreError
from syndicator.store.lock import held_by_daemon
from syndicator.store.schema import meta
from syndicator.store.search import FileIndex

TIMEOUT_S = 10.0
"""How long a transaction waits for another process's."""

P = ParamSpec("P")
T = TypeVar("T")

CHUNK = 500
"""How many values stand in one `IN (…)`: far below every database's limit on parameters."""

PAGE = 500
"""How many rows one transaction reads of what is yielded one by one."""

_EPOCH = select(meta.c.value).where(meta.c.key == "epoch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which store it is: restoring a backup, and putting another file there, make it another one."""

    device: int
    inode: int
    epoch: str | None
    """A random string that `restore` and migrations leave in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteDatabase:
    """A file of SQLite's; see `database.Database`. Without an `identity`, whatever stands at its place will do."""

    path: Path
    engine: Engine
    identity: Identity | None = None
    _writes: Lock = field(default_factory=Lock)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection on which all statements see the same state of the store."""
        with _damage_found(self.path), translated(self.path), self.engine.connect() as connection, connection.begin():
            self._refuse_another(connection)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a write transaction: kept durably when the context ends, undone when it raises."""
        with self._writes, _damage_found(self.path), translated(self.path), self.engine.connect() as plain:
            connection = plain.execution_options(begin="BEGIN IMMEDIATE")
            with connection.begin():
                self._refuse_another(connection)
                yield connection

    def _refuse_another(self, connection: Connection) -> None:
        if self.identity is not None and identify(self.path, connection) != self.identity:
            raise Replaced(
                f"{self.path} was restored, replaced or upgraded meanwhile: begin anew with what is there now"
            )

    @property
    def name(self) -> str:
        """See `database.Database`."""
        return str(self.path)

    def daemon_lock(self) -> AbstractContextManager[None]:
        """See `database.Database`."""
        return held_by_daemon(self.path)

    def check(self) -> list[str]:
        """See `database.Database`."""
        return check_files(self)

    def index(self, rules: str) -> FileIndex:
        """See `database.Database`."""
        path = self.path.with_name(f"{self.path.stem}-search.db")
        return FileIndex(path=path, stamp=f"{self.identity} {rules}")

    def close(self) -> None:
        """See `database.Database`."""
        self.engine.dispose()


def identify(path: Path, connection: Connection) -> Identity:
    """Return which store a connection, just made, leads to; raise `Replaced` if its file is gone."""
    try:
        status = os.stat(path)  # noqa: PTH116 - with every transaction: Path's costs three times as much
    except FileNotFoundError as error:
        raise Replaced(f"{path} is gone: restore a backup (`syndicator restore FILE`)") from error
    epoch = connection.execute(_EPOCH).scalar()
    return Identity(device=status.st_dev, inode=status.st_ino, epoch=epoch)


def connect(path: Path, *, timeout_s: float = TIMEOUT_S, foreign_keys: bool = True) -> Engine:
    """Return an engine for the SQLite database at `path`; nothing is opened yet. A missing file is never made.

    `foreign_keys` is switched off for migrations alone: SQLite alters a table by dropping and renaming.
    """
    engine = create_engine(
        URL.create("sqlite", database=f"file:{quote(str(path))}", query={"mode": "rw", "uri": "true"}),
        connect_args={"timeout": timeout_s},
        max_overflow=-1,  # a thread never waits for a connection, only for the database
        json_serializer=to_json,
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own; see `begin`
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    return engine


def use_wal(engine: Engine) -> None:
    """Let readers go on while one writes. The setting stays in the file; setting it again costs nothing."""
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]


def check_files(database: SqliteDatabase) -> list[str]:
    """Return what SQLite finds wrong with the database's pages, indexes and references, in words."""
    try:
        with database.reading() as connection:
            damage = connection.exec_driver_sql("PRAGMA integrity_check(20)").scalars().all()
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    except StoreError as error:
        return [str(error)]
    found = [f"{database.path} is damaged: {line}" for line in damage if line != "ok"]
    found += [
        f"{database.path}: row {row[1]} of {row[0]} refers to a row of {row[2]} that is missing" for row in orphans
    ]
    return found


def chunks(values: Collection[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield the values in lists of at most `size`."""
    every = list(values)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Replace the row with that primary key, or insert it."""
    condition = [column == row[column.name] for column in table.primary_key]
    if connection.execute(table.update().where(*condition).values(row)).rowcount == 0:
        connection.execute(table.insert().values(row))


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise a library's exception as a StoreError that says, for this database, what to do."""
    try:
        yield
    except exc.IntegrityError as error:
        raise Conflict(f"this does not go with what {path} already holds ({error.orig})") from error
    except exc.DBAPIError as error:
        raise _in_words(path, error.orig) from error
    except sqlite3.Error as error:  # from `use_wal`, which goes past SQLAlchemy
        raise _in_words(path, error) from error
    except (exc.SQLAlchemyError, UnicodeEncodeError, OverflowError) as error:
        raise StoreError(f"{path} can't hold this value: {error}") from error
    except ValueError as error:  # JSON, times or letters that nobody wrote like that
        raise _unreadable(path, error) from error


def as_written(make: Callable[P, T]) -> Callable[P, T]:
    """Have a function that makes values of rows raise ValueError for a row that nobody wrote like that."""

    @wraps(make)
    def made(*args: P.args, **options: P.kwargs) -> T:
        try:
            return make(*args, **options)
        except (TypeError, LookupError, AttributeError) as error:
            raise ValueError(f"nobody wrote it like that: {error!r}") from error

    return made


@contextmanager
def _damage_found(path: Path) -> Iterator[None]:
    """Raise `Damaged` for what goes wrong among our own steps if SQLite finds that the file is; else let it through.

    So a damaged store is told as that, and a mistake of ours is not.
    """
    try:
        yield
    except (TypeError, LookupError, AttributeError) as error:
        with translated(path), closing(sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise _unreadable(path, error) from error
        raise


def _unreadable(path: Path, error: Exception) -> Damaged:
    what = f"a row of it can't be read ({type(error).__name__}: {error})"
    return Damaged(f"{path} is damaged: {what}: restore a backup (`syndicator restore FILE`)")


_DAMAGED = {sqlite3.SQLITE_NOTADB: "is not a syndicator database", sqlite3.SQLITE_CORRUPT: "is damaged"}


def _in_words(path: Path, error: BaseException | None) -> StoreError:
    """Return what an error code of SQLite (https://sqlite.org/rescode.html) means for an operator."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits are details
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(f"another process is writing to {path}: try again")
    if code in _DAMAGED:
        return Damaged(f"{path} {_DAMAGED[code]}: restore a backup (`syndicator restore FILE`) ({error})")
    meaning = {
        sqlite3.SQLITE_READONLY: "can't be written to: make the file and its folder writable for this user",
        sqlite3.SQLITE_CANTOPEN: "can't be opened: check that its folder exists and is writable for this user",
        sqlite3.SQLITE_FULL: "can't grow, the disk is full: make room; nothing half-done was kept",
        sqlite3.SQLITE_IOERR: "can't be read or written: check the disk and the room on it",
        sqlite3.SQLITE_TOOBIG: "can't hold so long a text",
    }.get(code, "failed")
    return StoreError(f"{path} {meaning} ({error})")


def to_json(value: object) -> str:
    """Return what a JSON column holds."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
