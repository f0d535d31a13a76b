"""The entries of a language in the order in which they came to be shown. Functions on a connection.

What was published long ago stays where it is in this order, whatever comes later: so archives and site maps can be
divided by it, and only the last part grows.
"""

from sqlalchemy import Connection, func, literal, select

from syndicator.model import VOLUME, Entry, Listed, Volume, primary
from syndicator.store.editions import completed, entries_query, last_number, siblings_of
from syndicator.store.schema import entries


def volumes(connection: Connection, language: str) -> list[Volume]:
    """Return the volumes of a language that have an entry: each is a look-up in an index."""
    language = primary(language)
    numbers = select(literal(0).label("number")).cte("numbers", recursive=True)
    last = last_number(connection, language) // VOLUME
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < last))
    newest = select(func.max(entries.c.updated)).where(
        entries.c.language == language, entries.c.volume == numbers.c.number
    )
    rows = connection.execute(select(numbers.c.number, newest.scalar_subquery()))
    return [Volume(number=number, updated=updated) for number, updated in rows if updated is not None]


def changed_parts(connection: Connection, language: str, *, changed_after: int, size: int) -> list[int]:
    """Return which parts of the order have an entry that changed; see `ports.Store.changed_parts`."""
    condition = (entries.c.language == primary(language), entries.c.seq > changed_after)
    part = entries.c.number // size
    return sorted(connection.execute(select(part).where(*condition).distinct()).scalars())


def listed(connection: Connection, language: str, *, first: int, count: int) -> list[Listed]:
    """Return where the entries of a part of the order stand; see `ports.Store.listed`."""
    columns = (entries.c.article_id, entries.c.language, entries.c.updated)
    condition = (entries.c.language == primary(language), entries.c.number.between(first, first + count - 1))
    query = select(*columns).where(*condition, entries.c.is_shown).order_by(entries.c.number)
    rows = connection.execute(query).all()
    siblings = siblings_of(connection, [row.article_id for row in rows])
    return [
        Listed(
            story=row.article_id,
            language=row.language,
            updated=row.updated,
            siblings=tuple(each for each in siblings[row.article_id] if each.language != row.language),
        )
        for row in rows
    ]


def numbered(connection: Connection, language: str, *, first: int, count: int, with_pairs: bool = False) -> list[Entry]:
    """Return the entries of a part of the order; see `ports.Store.numbered`."""
    query = entries_query(with_pairs=with_pairs).where(
        entries.c.language == primary(language),
        entries.c.is_shown,
        entries.c.number.between(first, first + count - 1),
    )
    return completed(connection, connection.execute(query.order_by(entries.c.number)).mappings().all())


def hidden_stories(
    connection: Connection, language: str, *, changed_after: int | None, first: int, count: int
) -> list[str]:
    """Return the stories of a part of the order that are not shown; see `ports.Store.hidden_stories`."""
    query = select(entries.c.article_id).where(
        entries.c.language == primary(language),
        entries.c.is_shown.is_(False),
        entries.c.number.between(first, first + count - 1),
    )
    if changed_after is not None:
        query = query.where(entries.c.seq > changed_after)
    return list(connection.execute(query.order_by(entries.c.number)).scalars())
