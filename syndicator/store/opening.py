"""Open a store: find it, make it, bring its tables up to date, or say why not. Never starts afresh silently."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    String,
    Table,
    column,
    inspect,
    make_url,
    select,
    table,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError

from syndicator.errors import Damaged, StoreError
from syndicator.ports import Clock
from syndicator.store import postgres
from syndicator.store.connection import TIMEOUT_S, SqliteDatabase, connect, identify, translated, upsert, use_wal
from syndicator.store.database import Database
from syndicator.store.lock import held_while_opening
from syndicator.store.postgres import PostgresDatabase
from syndicator.store.schema import REVISION, meta, metadata

MIGRATIONS = Path(__file__).parent / "migrations"
MOVING = "moving-"
"""What a revision begins with while a store is copied into this database."""
_FORMS = "sqlite:///path/to/syndicator.db, or postgresql://user@host/name"


def open_database(url: str, *, authority: str, clock: Clock) -> Database:
    """Return the database that `url` names, made if it is not there, its tables up to date.

    `authority` and today's date are kept in a new store for good: entry ids begin with them (RFC 4151). Processes that
    open the same store at the same time wait for each other. Raises StoreError.
    """
    if is_on_server(url):
        return open_on_server(parsed(url), tag=_tag(authority, clock))
    path, timeout_s = location(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held_while_opening(path.parent):
            _refuse_remains(path)
            if not path.exists():
                _create(path, tag=_tag(authority, clock))
            return _open(path, timeout_s)
    except OSError as error:
        raise StoreError(f"{path} can't be opened: {error.strerror}: {error.filename}") from error


def _tag(authority: str, clock: Clock) -> str:
    return f"tag:{authority},{clock.now():%Y-%m-%d}:"


def parsed(url: str) -> URL:
    """Return the parts of a database URL. The URL is not told when it can't be read: it may hold a password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"the database URL can't be read: write {_FORMS}") from error


def is_on_server(url: str) -> bool:
    """Return whether a database URL names PostgreSQL."""
    return parsed(url).get_backend_name() == "postgresql"


def timeout_of(parts: URL) -> float:
    """Return the seconds that `?timeout=` names: how long to wait for a database that is busy."""
    try:
        return float(str(parts.query.get("timeout", TIMEOUT_S)))
    except ValueError as error:
        raise StoreError(f"the database URL can't be read: write {_FORMS}") from error


def location(url: str) -> tuple[Path, float]:
    """Return the file that a URL of SQLite's names and how long to wait for it when it is busy."""
    parts = parsed(url)
    if parts.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(f"{parts.drivername} is not supported: write {_FORMS}")
    if parts.database in (None, "", ":memory:") or str(parts.database).startswith("file:"):
        raise StoreError(f"{url!r} names no file: write sqlite:///path/to/syndicator.db")
    return Path(str(parts.database)).absolute(), timeout_of(parts)


def exists(url: str) -> bool:
    """Return whether there is a store at a database URL. Raises StoreError where that can't be known."""
    if not is_on_server(url):
        return location(url)[0].exists()
    database = on_server(parsed(url))
    try:
        with database.reading() as connection:
            return revision_of(connection) is not None
    finally:
        database.close()


def open_existing(url: str) -> Database:
    """Return the database of a store that is there, its tables up to date. Raises StoreError, also if none is there."""
    if not exists(url):
        raise StoreError(f"there is no store at {shown(url)}")
    if is_on_server(url):
        return open_on_server(parsed(url), tag="")
    path, timeout_s = location(url)
    with held_while_opening(path.parent):
        _refuse_remains(path)
        return _open(path, timeout_s)


def open_target(url: str, *, tag: str, besides: str) -> Database:
    """Return a database to copy a store into, with the tables of a new store unless something is there already.

    Raises StoreError if it is the one `besides`, which the store is in.
    """
    parts = parsed(url)
    name = postgres.shown(parts) if is_on_server(url) else str(location(url)[0])
    if name == besides:
        raise StoreError(f"the store is in {name} already: name another database")
    if is_on_server(url):
        database = on_server(parts)
        with database.writing() as connection:
            if revision_of(connection) is None:
                _build(connection, name=name, tag=tag)
        return database
    path, timeout_s = location(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with held_while_opening(path.parent):
        _refuse_remains(path)
        if not path.exists():
            _create(path, tag=tag)
    return SqliteDatabase(path=path, engine=connect(path, timeout_s=timeout_s))


def shown(url: str) -> str:
    """Return a database URL as it may be told: without password and options."""
    return postgres.shown(parsed(url)) if is_on_server(url) else url.partition("?")[0]


def on_server(parts: URL) -> PostgresDatabase:
    """Return the database of PostgreSQL's that a URL names, whatever is in it; no connection is made yet."""
    return PostgresDatabase(name=postgres.shown(parts), engine=postgres.connect(parts, timeout_s=timeout_of(parts)))


def open_on_server(parts: URL, *, tag: str) -> PostgresDatabase:
    """Return the store in a database of PostgreSQL's, its tables made if it is empty, up to date otherwise."""
    database = on_server(parts)
    try:
        with database.reading() as connection:
            revision = revision_of(connection)
        _refuse_unfinished(revision, database.name)
        if revision != REVISION:
            with database.writing() as connection:  # others wait
                _build(connection, name=database.name, tag=tag)
        with database.reading() as connection:
            return replace(database, epoch=epoch_of(connection))
    except BaseException:
        database.close()
        raise


def _build(connection: Connection, *, name: str, tag: str) -> None:
    """Make the tables in an empty database, or bring those that are there up to date; raise if they are not ours."""
    postgres.refuse_old(connection, name)
    if revision_of(connection) is not None:
        _migrate(connection, name=name)
        return
    if strangers := sorted(set(inspect(connection).get_table_names()) & set(metadata.tables)):
        raise StoreError(f"{name} holds tables of something else ({strangers[0]}): name an empty database")
    metadata.create_all(connection)
    version = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
    version.create(connection)
    connection.execute(version.insert(), {"version_num": REVISION})
    rows = {"tag": tag, "seq": "0", "epoch": secrets.token_hex(8)}
    connection.execute(meta.insert(), [{"key": key, "value": value} for key, value in rows.items()])


def _refuse_unfinished(revision: str | None, name: object) -> None:
    if revision is not None and revision.startswith(MOVING):
        raise StoreError(f"{name} holds a part of a store: call `syndicator store migrate` again, which goes on")


def _refuse_remains(path: Path) -> None:
    """Raise if there was a store here and it is not whole: to make a new one would hide the loss."""
    log = path.with_name(path.name + "-wal")
    if path.exists() and path.stat().st_size == 0:
        raise StoreError(
            f"{path} is empty: restore a backup (`syndicator restore FILE`), or remove the file to start afresh"
        )
    if not path.exists() and log.exists() and log.stat().st_size > 0:
        raise StoreError(
            f"{path} is missing, though its log {log.name} is there: put it back, or restore a backup "
            "(`syndicator restore FILE`)"
        )


def _create(path: Path, *, tag: str) -> None:
    """Make the database beside its place and rename it into it, so that no crash leaves half a store."""
    new = path.with_name(path.name + ".new")
    for leftover in (new, new.with_name(new.name + "-journal")):
        leftover.unlink(missing_ok=True)
    new.touch()
    upgrade(new)
    database = SqliteDatabase(path=new, engine=connect(new))
    try:
        with database.writing() as connection:
            connection.execute(meta.insert(), [{"key": "tag", "value": tag}, {"key": "seq", "value": "0"}])
    finally:
        database.engine.dispose()
    new.rename(path)
    sync_folder(path.parent)


def _open(path: Path, timeout_s: float) -> SqliteDatabase:
    database = SqliteDatabase(path=path, engine=connect(path, timeout_s=timeout_s))
    try:
        _bring_up_to_date(database)
        with translated(path):
            use_wal(database.engine)
        with database.reading() as connection:
            return replace(database, identity=identify(path, connection))
    except BaseException:
        database.engine.dispose()
        raise


def _bring_up_to_date(database: SqliteDatabase) -> None:
    path = database.path
    with database.reading() as connection:
        revision = revision_of(connection)
    _refuse_unfinished(revision, path)
    if revision is None:
        raise StoreError(
            f"{path} is not a syndicator database: name another file, or restore a backup (`syndicator restore FILE`), "
            "which keeps this one beside"
        )
    if revision != REVISION:
        upgrade(path)


def upgrade(path: Path, *, scripts: Path = MIGRATIONS, named: Path | None = None) -> None:
    """Run the migrations that a file lacks, all in one transaction; raise StoreError if it is from the future.

    `named` is the file to tell of, where the database is a copy.
    """
    database = SqliteDatabase(path=path, engine=connect(path, foreign_keys=False))
    try:
        with database.writing() as connection:
            _migrate(connection, name=str(named or path), scripts=scripts)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise Damaged(f"{named or path} can't be upgraded: rows refer to missing ones; restore a backup")
    finally:
        database.engine.dispose()


def _migrate(connection: Connection, *, name: str, scripts: Path = MIGRATIONS) -> None:
    # Alembic takes 0.12 s to import and is needed only where something is to be migrated.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    revision = revision_of(connection)
    if revision is not None and revision not in known:
        raise StoreError(f"{name} was written by a newer version (revision {revision}): upgrade syndicator")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if revision is not None and revision_of(connection) != revision:
        begin_epoch(connection)  # an older program that has the store open would write rows as they were before


def revision_of(connection: Connection) -> str | None:
    """Return the last migration that was run; None where there was none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(text("version_num")).select_from(table("alembic_version"))).scalar()


def epoch_of(connection: Connection) -> str | None:
    """Return the random string that a restoring or migration left in the store, or its making."""
    return connection.execute(select(meta.c.value).where(meta.c.key == "epoch")).scalar()


def begin_epoch(connection: Connection) -> None:
    """Begin a new epoch: whoever has this store open is refused from now on, and has to open it anew."""
    upsert(connection, meta, {"key": "epoch", "value": secrets.token_hex(8)})


def set_revision(connection: Connection, revision: str) -> None:
    """Say of which migration the tables are."""
    connection.execute(update(table("alembic_version", column("version_num"))).values(version_num=revision))


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last (fsync(2) of a file does not)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
