"""Move a store into another database, from SQLite to PostgreSQL or back, and go on where that was cut off.

While a move is under way, the target's revision is `MOVING` and a sign of the store that comes into it: neither this
program nor an older one opens it as a store. The last row that is there says where to go on.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, select

from syndicator.errors import StoreError
from syndicator.store.copying import TABLES, Progress, batches, clear, count, difference, is_empty, last_key
from syndicator.store.database import Database
from syndicator.store.opening import (
    MOVING,
    begin_epoch,
    open_existing,
    open_target,
    revision_of,
    set_revision,
    shown,
)
from syndicator.store.schema import REVISION, meta


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A store that stands in another database, too."""

    url: str
    """Of that database; without a password."""
    rows: dict[str, int]
    """How many there are in each table, the same here and there."""


def move(source_url: str, target_url: str, *, progress: Progress) -> Moved:
    """Copy the store at one database URL into another database, empty or with a part of the same store.

    Nobody else writes to either meanwhile. The store that it came from stays as it is. Raises StoreError: also when a
    daemon runs, and when what arrived is not, row for row, what was sent; then the target stays no store.
    """
    with ExitStack() as closing:
        source = open_existing(source_url)
        closing.callback(source.close)
        closing.enter_context(source.daemon_lock())
        connection = closing.enter_context(source.writing())  # writes nothing; so nobody else does
        tag = connection.execute(select(meta.c.value).where(meta.c.key == "tag")).scalar_one()
        target = open_target(target_url, tag=tag, besides=source.name)
        closing.callback(target.close)
        closing.enter_context(target.daemon_lock())
        _take_over(target, MOVING + sha256(f"{source.name} {tag}".encode()).hexdigest()[:16])
        _fill(connection, target, progress)
        if _difference(connection, target, progress):  # the store was worked on after a move was cut off
            _empty(target)
            _fill(connection, target, progress)
            if found := _difference(connection, target, progress):
                raise StoreError(f"{target.name} does not hold {found} as {source.name} does: nothing was moved")
        rows = {table.name: count(connection, table) for table in TABLES}
        _finish(target)
        return Moved(url=shown(target_url), rows=rows)


def _take_over(target: Database, sign: str) -> None:
    """Mark an empty target, or one in which a move of the same store was cut off; raise StoreError for any other."""
    with target.writing() as connection:
        revision = revision_of(connection)
        if revision == sign:
            return
        if revision is not None and revision.startswith(MOVING):
            raise StoreError(f"{target.name} holds a part of another store: name another database, or empty this one")
        if revision != REVISION or not is_empty(connection):
            raise StoreError(f"{target.name} holds a store already: name an empty database")
        clear(connection)
        set_revision(connection, sign)


def _empty(target: Database) -> None:
    with target.writing() as connection:
        clear(connection)


def _fill(source: Connection, target: Database, progress: Progress) -> None:
    """Copy what the target does not hold yet, each batch in a transaction of its own."""
    for table in TABLES:
        with target.reading() as connection:
            done, after = count(connection, table), last_key(connection, table)
        total = count(source, table)
        for batch in batches(source, table, after=after):
            with target.writing() as connection:
                connection.execute(table.insert(), batch)
            done += len(batch)
            progress(f"copying {table.name}", min(done, total), total)


def _difference(source: Connection, target: Database, progress: Progress) -> str | None:
    with target.reading() as connection:
        return difference(source, connection, progress)


def _finish(target: Database) -> None:
    """Make a store of what arrived."""
    with target.writing() as connection:
        begin_epoch(connection)
        set_revision(connection, REVISION)
