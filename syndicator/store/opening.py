"""Open a store: find it, make it, bring its tables up to date, or say why not. Never starts afresh silently."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url, select, table, text
from sqlalchemy.exc import ArgumentError

from syndicator.errors import Damaged, StoreError
from syndicator.ports import Clock
from syndicator.store.connection import TIMEOUT_S, Database, connect, identify, translated, upsert, use_wal
from syndicator.store.lock import held_while_opening
from syndicator.store.schema import REVISION, meta

MIGRATIONS = Path(__file__).parent / "migrations"


def open_database(url: str, *, authority: str, clock: Clock) -> Database:
    """Return the database that `url` names, made if it is not there, its tables up to date.

    `authority` and today's date are kept in a new store for good: entry ids begin with them (RFC 4151). Processes that
    open the same store at the same time wait for each other. Raises StoreError.
    """
    path, timeout_s = location(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with held_while_opening(path.parent):
            _refuse_remains(path)
            if not path.exists():
                _create(path, tag=f"tag:{authority},{clock.now():%Y-%m-%d}:")
            return _open(path, timeout_s)
    except OSError as error:
        raise StoreError(f"{path} can't be opened: {error.strerror}: {error.filename}") from error


def location(url: str) -> tuple[Path, float]:
    """Return the file that a URL names and how long to wait for it when it is busy."""
    try:
        parts = make_url(url)
        timeout_s = float(str(parts.query.get("timeout", TIMEOUT_S)))
    except (ArgumentError, ValueError) as error:
        # The URL is not told: it may hold a password.
        raise StoreError("the database URL can't be read: write sqlite:///path/to/syndicator.db") from error
    if parts.get_backend_name() == "postgresql":
        raise StoreError("PostgreSQL is not supported yet: write sqlite:///path/to/syndicator.db")
    if parts.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise StoreError(f"{parts.drivername} is not supported: write sqlite:///path/to/syndicator.db")
    if parts.database in (None, "", ":memory:") or str(parts.database).startswith("file:"):
        raise StoreError(f"{url!r} names no file: write sqlite:///path/to/syndicator.db")
    return Path(str(parts.database)).absolute(), timeout_s


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
    database = Database(path=new, engine=connect(new))
    try:
        with database.writing() as connection:
            connection.execute(meta.insert(), [{"key": "tag", "value": tag}, {"key": "seq", "value": "0"}])
    finally:
        database.engine.dispose()
    new.rename(path)
    sync_folder(path.parent)


def _open(path: Path, timeout_s: float) -> Database:
    database = Database(path=path, engine=connect(path, timeout_s=timeout_s))
    try:
        _bring_up_to_date(database)
        with translated(path):
            use_wal(database.engine)
        with database.reading() as connection:
            return replace(database, identity=identify(path, connection))
    except BaseException:
        database.engine.dispose()
        raise


def _bring_up_to_date(database: Database) -> None:
    path = database.path
    with database.reading() as connection:
        revision = revision_of(connection)
    if revision is None:
        raise StoreError(
            f"{path} is not a syndicator database: name another file, or restore a backup (`syndicator restore FILE`), "
            "which keeps this one beside"
        )
    if revision != REVISION:
        upgrade(path)


def upgrade(path: Path, *, scripts: Path = MIGRATIONS, named: Path | None = None) -> None:
    """Run the migrations that a database lacks, all in one transaction; raise StoreError if it is from the future.

    `named` is the file to tell of, where the database is a copy.
    """
    # Alembic takes 0.12 s to import and is needed only where something is to be migrated.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    database = Database(path=path, engine=connect(path, foreign_keys=False))
    try:
        with database.writing() as connection:
            revision = revision_of(connection)
            if revision is not None and revision not in known:
                raise StoreError(
                    f"{named or path} was written by a newer version (revision {revision}): upgrade syndicator"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise Damaged(f"{named or path} can't be upgraded: rows refer to missing ones; restore a backup")
    finally:
        database.engine.dispose()


def revision_of(connection: Connection) -> str | None:
    """Return the last migration that was run; None where there was none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(select(text("version_num")).select_from(table("alembic_version"))).scalar()


def save_epoch(database: Database) -> None:
    """Begin a new epoch: whoever has this store open is refused from now on, and has to open it anew."""
    with database.writing() as connection:
        upsert(connection, meta, {"key": "epoch", "value": secrets.token_hex(8)})


def sync_folder(folder: Path) -> None:
    """Make a rename in this folder last (fsync(2) of a file does not)."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
