"""PostgreSQL: connections, transactions and its errors in words. With `postgres_search`, the only module with its SQL.

Every write takes one lock first, as SQLite's `BEGIN IMMEDIATE` does, so that both behave alike and the change counter
grows in the order of commits (docs/decisions/0013-postgresql.md).
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import psycopg
from sqlalchemy import Connection, Engine, create_engine, exc, select, text
from sqlalchemy.engine import URL

from syndicator.errors import Busy, Conflict, Damaged, Replaced, StoreError
from syndicator.store.connection import to_json
from syndicator.store.postgres_search import TableIndex
from syndicator.store.schema import meta, metadata

KEY = 0x73796E64
"""Our advisory locks, of this database: (KEY, number)."""
WRITING, DAEMON = 1, 2
OLDEST = 130000
"""The oldest PostgreSQL that we work on, as it tells its version: 13."""
PING = 5.0
"""Seconds between two looks at whether the daemon's lock still holds."""

_EPOCH = select(meta.c.value).where(meta.c.key == "epoch")
_WAIT = text("SELECT pg_advisory_xact_lock(:key, :number)").bindparams(key=KEY, number=WRITING)
_TRY = text("SELECT pg_try_advisory_lock(:key, :number)").bindparams(key=KEY, number=DAEMON)
_PING = text("SELECT 1")
_HOLDER = text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
    " AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = :key AND objid = :number AND granted"
).bindparams(key=KEY, number=DAEMON)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDatabase:
    """A database of a PostgreSQL server; see `database.Database`. Without an `epoch`, whatever stands there will do."""

    name: str
    engine: Engine
    epoch: str | None = None
    """A random string that each store has, and each restoring changes."""
    _is_lost: Event = field(default_factory=Event)
    """Whether this process held the daemon's lock, and another has it now."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """See `database.Database`."""
        with translated(self.name), self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                self._refuse_another(connection)
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """See `database.Database`."""
        with translated(self.name), self.engine.connect() as connection, connection.begin():
            connection.execute(_WAIT)
            self._refuse_another(connection)  # a statement of its own: it sees what was committed while we waited
            yield connection

    def _refuse_another(self, connection: Connection) -> None:
        if self._is_lost.is_set():
            raise Replaced(
                f"another daemon works on {self.name} now: this one lost its connection and with it the lock"
            )
        if self.epoch is not None and connection.execute(_EPOCH).scalar() != self.epoch:
            raise Replaced(
                f"{self.name} was restored, replaced or upgraded meanwhile: begin anew with what is there now"
            )

    @contextmanager
    def daemon_lock(self) -> Iterator[None]:
        """See `database.Database`.

        The server lets go of the lock when it notices that the connection is gone. When that breaks, the lock is taken
        again on a new one; if another process was quicker, every later transaction raises `Replaced`.
        """
        with translated(self.name):
            held = self._take_lock()
            if held is None:
                raise Busy(
                    f"a daemon is already running on {self.name} ({self.holder() or 'another process'}): stop it first"
                )
        over = Event()
        watcher = threading.Thread(target=self._keep_lock, args=(held, over), name="daemon-lock", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
            self._is_lost.clear()

    def _take_lock(self) -> Connection | None:
        """Return a connection that holds the daemon's lock while it lives; None if another process has the lock."""
        connection = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        is_ours = False
        try:
            is_ours = bool(connection.execute(_TRY).scalar())
        finally:
            if not is_ours:
                connection.close()
        return connection if is_ours else None

    def holder(self) -> str | None:
        """Return who holds the daemon's lock, in words; None if nobody does."""
        with self.reading() as connection:
            return connection.execute(_HOLDER).scalar()

    def _keep_lock(self, held: Connection, over: Event) -> None:
        """Look after the lock until it is `over`, or lost to another process; then let go of it."""
        while not over.wait(PING):
            try:
                held.execute(_PING)
            except exc.SQLAlchemyError:
                _end_session(held)
                taken = self._take_lock_again(over)
                if taken is None:
                    return
                held = taken
        _end_session(held)

    def _take_lock_again(self, over: Event) -> Connection | None:
        """Return a connection with the lock, once the server can be reached; None if it is `over` or lost."""
        while True:
            try:
                taken = self._take_lock()
            except exc.SQLAlchemyError:  # the server is away: nobody can have the lock
                if over.wait(PING):
                    return None
            else:
                if taken is None:
                    self._is_lost.set()
                return taken

    def check(self) -> list[str]:
        """See `database.Database`. The server keeps its files whole itself; here each table is read once."""
        try:
            with self.reading() as connection:
                for table in metadata.sorted_tables:
                    connection.execute(text(f"SELECT count({table.name}::text) FROM {table.name}"))  # noqa: S608 - our names
        except StoreError as error:
            return [str(error)]
        return []

    def index(self, rules: str) -> TableIndex:
        """See `database.Database`."""
        return TableIndex(engine=self.engine, name=self.name, stamp=f"{self.epoch} {rules}")

    def close(self) -> None:
        """See `database.Database`."""
        self.engine.dispose()


def _end_session(connection: Connection) -> None:
    """Close a connection for good instead of handing it back: its session lock goes with it."""
    connection.invalidate()
    connection.close()


def connect(url: URL, *, timeout_s: float) -> Engine:
    """Return an engine for a database of PostgreSQL's; nothing is opened yet. `timeout_s`: of locks, connecting."""
    query = {key: value for key, value in url.query.items() if key != "timeout"}
    return create_engine(
        url.set(drivername="postgresql+psycopg", query=query),
        connect_args={
            "application_name": f"syndicator, process {os.getpid()} on {socket.gethostname()}"[:63],
            "connect_timeout": max(2, round(timeout_s)),  # libpq takes less than 2 for 2
            "options": f"-c lock_timeout={max(1, round(timeout_s * 1000))} -c timezone=UTC",
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
        },
        max_overflow=-1,  # a thread never waits for a connection, only for the database
        pool_pre_ping=True,  # a server that was restarted is noticed before work begins, not in the midst of it
        json_serializer=to_json,
    )


def refuse_old(connection: Connection, name: str) -> None:
    """Raise StoreError if the server is too old for what we ask of it."""
    version = connection.execute(text("SHOW server_version_num")).scalar_one()
    if int(version) < OLDEST:
        raise StoreError(f"{name} is on PostgreSQL {int(version) // 10000}: upgrade it to {OLDEST // 10000} or newer")


def shown(url: URL) -> str:
    """Return a URL as it may be told: without password and options."""
    told = URL.create("postgresql", username=url.username, host=url.host, port=url.port, database=url.database)
    return told.render_as_string()


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Raise a library's exception as a StoreError that says, for this database, what to do."""
    try:
        yield
    except exc.IntegrityError as error:
        raise Conflict(f"this does not go with what {name} already holds ({_first_line(error.orig)})") from error
    except exc.DataError as error:
        raise StoreError(f"{name} can't hold this value: {_first_line(error.orig)}") from error
    except exc.DBAPIError as error:
        raise _in_words(name, error.orig) from error
    except (exc.SQLAlchemyError, UnicodeEncodeError, OverflowError) as error:
        raise StoreError(f"{name} can't hold this value: {error}") from error
    except ValueError as error:  # JSON, times or letters that nobody wrote like that
        reason = f"a row of it can't be read ({type(error).__name__}: {error})"
        raise Damaged(f"{name} is damaged: {reason}: restore a backup") from error


_AWAY = "can't be reached: see that the server runs and that this machine may connect to it"
_BUSY = {
    "55P03": "is being written to by another process for long: try again",
    "40001": "is being written to by another process: try again",
    "40P01": "is being written to by another process: try again",
    "53300": "has no connection left: raise max_connections, or run fewer workers",
    "57014": "was told to give up what we asked: try again",
    "57P01": "is being stopped: try again when the server runs",
    "57P02": "is being restarted after a crash: try again",
    "57P03": "is starting: try again",
}
_WORDS = {
    "28P01": "refuses this user's password: put the right one into the URL, or into ~/.pgpass",
    "28000": "refuses this user: see the server's pg_hba.conf",
    "3D000": "is not there: create it with createdb",
    "42501": "refuses this user: make it the owner of the database",
    "25006": "is read-only: name the primary server, not a standby",
    "53100": "can't grow, the server's disk is full: make room; nothing half-done was kept",
    "53200": "has no memory left on its server",
    "54000": "can't hold so long a text",
    "58030": "can't be read or written: check the server's disk",
}
_DAMAGED = {"XX001", "XX002"}


def _in_words(name: str, error: BaseException | None) -> StoreError:
    """Return what an error code (https://www.postgresql.org/docs/current/errcodes-appendix.html) means."""
    code = getattr(error, "sqlstate", None) or ""
    told = _first_line(error)
    if code in _DAMAGED:
        return Damaged(f"{name} is damaged: restore a backup ({told})")
    if code in _BUSY:
        return Busy(f"{name} {_BUSY[code]} ({told})")
    if code in _WORDS:
        return StoreError(f"{name} {_WORDS[code]} ({told})")
    if isinstance(error, psycopg.OperationalError) and (not code or code.startswith("08")):
        for words, meaning in (("password", "28P01"), ("pg_hba.conf", "28000"), ("does not exist", "3D000")):
            if words in told:  # libpq tells no code of what went wrong while connecting
                return StoreError(f"{name} {_WORDS[meaning]} ({told})")
        return Busy(f"{name} {_AWAY} ({told})")
    return StoreError(f"{name} failed ({told})")


def _first_line(error: BaseException | None) -> str:
    """Return the first line of what a library says; the rest repeats the statement, and texts in it."""
    return (str(error).splitlines() or [type(error).__name__])[0]
