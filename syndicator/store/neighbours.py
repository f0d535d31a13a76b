"""The stories before and after a story, in the order in which they came to be shown. Functions on a connection.

A story that comes is the last in this order: so beside its own page only the one before it is written again.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from syndicator.model import Entry, beside, primary
from syndicator.store.connection import chunks
from syndicator.store.editions import completed, entries_query
from syndicator.store.schema import entries

REACH = 2
"""A changed story is named on the pages beside it, and these name what is beside them."""


def changed_stories(
    connection: Connection, language: str, *, changed_after: int, first: int, count: int
) -> list[Entry]:
    """Return the entries whose pages a change made old; see `ports.Store.changed_stories`."""
    columns = (entries.c.number, entries.c.article_id, entries.c.is_shown)
    condition = (
        entries.c.language == primary(language),
        entries.c.seq > changed_after,
        entries.c.number.between(first, first + count - 1),
    )
    changed = connection.execute(select(*columns).where(*condition).order_by(entries.c.number)).all()
    due: set[str] = set()
    read: set[int] = set()
    for number, story, is_shown in changed:
        before = _nearest(connection, language, number, is_before=True)
        after = _nearest(connection, language, number, is_before=False)
        own = [(number, story)] if is_shown else []
        due.update(each for _, each in [*before[:1], *own, *after[:1]])
        read.update(each for each, _ in [*before, *own, *after])
    return [entry for entry in beside(_read(connection, language, sorted(read))) if entry.story in due]


def _nearest(connection: Connection, language: str, number: int, *, is_before: bool) -> list[tuple[int, str]]:
    """Return number and story of the shown entries next to a number, the nearest first."""
    place = entries.c.number
    condition = (entries.c.language == primary(language), entries.c.is_shown)
    query = select(place, entries.c.article_id).where(*condition, place < number if is_before else place > number)
    rows = connection.execute(query.order_by(place.desc() if is_before else place).limit(REACH))
    return [(row.number, row.article_id) for row in rows]


def _read(connection: Connection, language: str, numbers: Sequence[int]) -> list[Entry]:
    found: list[Entry] = []
    for some in chunks(numbers):
        query = entries_query(with_pairs=True).where(
            entries.c.language == primary(language), entries.c.number.in_(some)
        )
        found += completed(connection, connection.execute(query.order_by(entries.c.number)).mappings().all())
    return found
