"""What the newest entry of each edition says of it. Functions on a connection."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from syndicator.model import EditionKey, Lead
from syndicator.store.editions import BILINGUAL, TOPICS, attribution_from, key_of
from syndicator.store.schema import editions, entries, sources, topic_entries


def leads(connection: Connection) -> dict[EditionKey, Lead]:
    """Return it by edition; those without an entry are absent. Each edition is a look-up in an index."""
    found = {}
    for query in _queries():
        for row in connection.execute(query).mappings():
            key = key_of(row[editions.c.language], row[editions.c.source])
            found[key] = Lead(attribution=attribution_from(row), updated=row[entries.c.updated])
    return found


def _queries() -> Iterator[Select[tuple[object, ...]]]:
    """Yield a query for each kind of edition: what an entry is found by differs, and so does the index."""
    whole, topics = editions.c.source.in_(["", BILINGUAL]), editions.c.source.startswith(TOPICS)
    shown = select(entries.c.article_id).where(entries.c.language == editions.c.language, entries.c.is_shown)
    order = (entries.c.published.desc(), entries.c.article_id)
    yield _query(whole, shown.order_by(*order))
    yield _query(~or_(whole, topics), shown.where(entries.c.source == editions.c.source).order_by(*order))
    here = and_(
        topic_entries.c.article_id == entries.c.article_id,
        topic_entries.c.language == entries.c.language,
        topic_entries.c.topic == func.substr(editions.c.source, len(TOPICS) + 1),
    )
    in_topic = shown.select_from(entries.join(topic_entries, here))
    yield _query(topics, in_topic.order_by(topic_entries.c.published.desc(), topic_entries.c.article_id))


def _query(kind: ColumnElement[bool], newest: Select[tuple[str]]) -> Select[tuple[object, ...]]:
    """Return the query for the editions of a kind, of which `newest` chooses the first story."""
    story = newest.limit(1).correlate(editions).scalar_subquery()
    return (
        select(editions.c.language, editions.c.source, entries.c.source, entries.c.updated, sources.c.about)
        .select_from(editions)
        .join(entries, and_(entries.c.article_id == story, entries.c.language == editions.c.language))
        .join(sources, sources.c.slug == entries.c.source)
        .where(kind)
    )
