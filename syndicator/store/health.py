"""Look at a store from outside: is it there, whole, of our version, and who works on it? Changes and makes nothing."""

import fcntl
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import text

from syndicator.errors import Damaged, StoreError
from syndicator.store.connection import translated
from syndicator.store.opening import is_on_server, location, on_server, parsed, revision_of
from syndicator.store.schema import REVISION


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What there is at a database URL."""

    path: Path
    is_there: bool
    size_bytes: int = 0
    log_bytes: int = 0
    """Of the write-ahead log, which SQLite folds into the database at about 4 MB, unless somebody reads for hours."""
    revision: str | None = None
    is_current: bool = False
    """Of the revision that this program works on."""
    damage: str | None = None
    is_thorough: bool = False
    """Whether indexes were compared with their tables, too."""


def health(url: str, *, thorough_below_bytes: int) -> Health:
    """Examine the store at a database URL; thoroughly if it is small. Raises StoreError where it can't be looked at."""
    path, timeout_s = location(url)
    if not path.exists():
        return Health(path=path, is_there=False)
    log = path.with_name(path.name + "-wal")
    size_bytes = path.stat().st_size
    is_thorough = size_bytes < thorough_below_bytes
    revision = damage = None
    try:
        with translated(path), closing(_connect(path, timeout_s)) as connection:
            revision = _revision(connection)
            damage = _damage(connection, is_thorough=is_thorough)
    except Damaged as error:
        damage = str(error)
    return Health(
        path=path,
        is_there=True,
        size_bytes=size_bytes,
        log_bytes=log.stat().st_size if log.exists() else 0,
        revision=revision,
        is_current=revision == REVISION,
        damage=damage,
        is_thorough=is_thorough,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerHealth:
    """What there is in a database of PostgreSQL's."""

    name: str
    version: str
    size_bytes: int
    ahead: timedelta
    """How far the server's clock is ahead of this machine's."""
    revision: str | None
    is_current: bool


def server_health(url: str) -> ServerHealth:
    """Look at the store in a database of PostgreSQL's. Raises StoreError where it can't be looked at."""
    database = on_server(parsed(url))
    try:
        with database.reading() as connection:
            before = datetime.now(UTC)
            now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            ahead = now - (before + (datetime.now(UTC) - before) / 2)
            revision = revision_of(connection)
            return ServerHealth(
                name=database.name,
                version=str(connection.execute(text("SHOW server_version")).scalar_one()).split()[0],
                size_bytes=connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one(),
                ahead=ahead,
                revision=revision,
                is_current=revision == REVISION,
            )
    finally:
        database.close()


def holder(url: str) -> str | None:
    """Return the process that works on the store (a daemon, a pass), in words; None if there is none."""
    if is_on_server(url):
        database = on_server(parsed(url))
        with closing(database):
            return database.holder()
    path, _ = location(url)
    try:
        descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path}.lock can't be opened: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        told = os.pread(descriptor, 32, 0).strip()
        return f"process {told.decode()}" if told.isdigit() else "process unknown"
    finally:
        os.close(descriptor)
    return None


def _connect(path: Path, timeout_s: float) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode=rw", uri=True, timeout=timeout_s)


def _revision(connection: sqlite3.Connection) -> str | None:
    has_one = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has_one else None
    return str(found[0]) if found else None


def _damage(connection: sqlite3.Connection, *, is_thorough: bool) -> str | None:
    found = connection.execute(f"PRAGMA {'integrity_check' if is_thorough else 'quick_check'}(3)").fetchall()
    lines = [str(line) for (line,) in found if line != "ok"]
    if not lines and (orphan := connection.execute("PRAGMA foreign_key_check").fetchone()):
        lines = [f"row {orphan[1]} of {orphan[0]} refers to a row of {orphan[2]} that is missing"]
    return "; ".join(lines) or None
