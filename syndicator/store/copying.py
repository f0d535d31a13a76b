"""Copy what one database holds into another, table by table, whichever of the two kinds each is.

Rows go in the order of their primary keys, which is the same in both. Who calls this sees to it that nobody writes to
either meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select, tuple_

from syndicator.store.schema import meta, metadata

Progress = Callable[[str, int, int], None]
"""Told what is being done, and to how many of how many rows (or pages of a file) it was done."""

BATCH = 500
"""Rows at a time: some megabytes."""

TABLES = metadata.sorted_tables
"""Each after those that its rows refer to."""


def pour(source: Connection, target: Connection, progress: Progress) -> None:
    """Copy all rows of one store into the empty tables of another, in the transactions of these connections."""
    for table in TABLES:
        total, done = count(source, table), 0
        for batch in batches(source, table):
            target.execute(table.insert(), batch)
            done += len(batch)
            progress(f"copying {table.name}", done, total)


def clear(connection: Connection) -> None:
    """Take all rows away when this transaction ends; who reads goes on with what was there."""
    if connection.dialect.name == "postgresql":
        # To delete would look through what is deleted for each row that might refer to it. Every transaction of ours
        # begins with `meta`: locked first, it keeps new readers waiting and is not granted in the midst of old ones.
        names = sorted((table.name for table in TABLES), key=lambda name: name != "meta")
        connection.exec_driver_sql(f"TRUNCATE {', '.join(names)}")
        return
    for table in reversed(TABLES):
        connection.execute(delete(table))


def is_empty(connection: Connection) -> bool:
    """Return whether this is a store that nothing was read into yet."""
    return not any(count(connection, table) for table in TABLES if table is not meta)


def count(connection: Connection, table: Table) -> int:
    """Return how many rows a table has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def last_key(connection: Connection, table: Table) -> Sequence[Any] | None:
    """Return the primary key of a table's last row, by the order in which they are copied; None if it has none."""
    key = list(table.primary_key)
    return connection.execute(select(*key).order_by(*(one.desc() for one in key)).limit(1)).first()


def difference(source: Connection, target: Connection, progress: Progress) -> str | None:
    """Return the name of a table that is not the same, row for row, in both; None if all are."""
    for table in TABLES:
        total = count(source, table)
        if count(target, table) != total:
            return table.name
        for number, (sent, arrived) in enumerate(zip_longest(batches(source, table), batches(target, table)), 1):
            progress(f"comparing {table.name}", min(number * BATCH, total), total)
            if sent != arrived:
                return table.name
    return None


def batches(
    connection: Connection, table: Table, *, after: Sequence[Any] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows behind a primary key, some at a time, in the order of their keys."""
    key = list(table.primary_key)
    page = select(table).order_by(*key).limit(BATCH)
    while True:
        query = page if after is None else page.where(tuple_(*key) > tuple_(*after))
        rows = [dict(row) for row in connection.execute(query).mappings()]
        if not rows:
            return
        yield rows
        after = [rows[-1][column.name] for column in key]
