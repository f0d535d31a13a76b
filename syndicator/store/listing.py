"""The entries of an edition from any place on, and all of one story: what programs ask for. Functions on a connection.

A page is found by where the one before it ended, never by counting: the last one costs what the first does.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, or_, select

from syndicator.model import EditionKey, Entry, primary
from syndicator.store.editions import completed, entries_query
from syndicator.store.schema import entries, topic_entries


def listing(
    connection: Connection,
    key: EditionKey,
    *,
    limit: int,
    after: tuple[datetime, str] | None = None,
    since: datetime | None = None,
) -> list[Entry]:
    """Return entries of an edition from a place on; see `ports.Store.listing`."""
    language = primary(key.language)
    order = entries if key.topic is None else topic_entries
    published, story = order.c.published, order.c.article_id
    places = select(story).order_by(published.desc(), story).limit(limit)
    places = places.where(order.c.language == language)
    if key.topic is not None:
        shown = and_(entries.c.article_id == story, entries.c.language == language, entries.c.is_shown)
        places = places.join(entries, shown).where(topic_entries.c.topic == key.topic)
    else:
        places = places.where(entries.c.is_shown)
    if key.source is not None:
        places = places.where(entries.c.source == key.source)
    if after is not None:  # said twice, so that an index is entered there
        places = places.where(published <= after[0], or_(published < after[0], story > after[1]))
    if since is not None:
        places = places.where(published >= since)
    found = connection.execute(places).scalars().all()
    query = entries_query().where(entries.c.language == language, entries.c.article_id.in_(found))
    by_story = {one.story: one for one in completed(connection, connection.execute(query).mappings().all())}
    return [by_story[one] for one in found]


def story(connection: Connection, identifier: str) -> list[Entry]:
    """Return a story in all its languages; see `ports.Store.story`."""
    query = entries_query(with_pairs=True).where(entries.c.article_id == identifier, entries.c.is_shown)
    return completed(connection, connection.execute(query.order_by(entries.c.language)).mappings().all())
