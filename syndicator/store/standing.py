"""How things stand, for who watches: counts and extremes alone, each from an index or a short table.

Functions on a connection. None walks through all articles: what is asked every few seconds must cost the same however
many there are.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, and_, func, select

from syndicator.model import Condition, Queue, SourceStanding, Standing, primary
from syndicator.store.schema import articles, editions, entries, failures, held, outbox, parked, set_aside, sources
from syndicator.store.waiting import lacking

_OLDEST = 1000
"""Waiting articles that the one that came first is sought among: from there on the backlog is what matters."""


def standing(connection: Connection, languages: Collection[str], *, with_newest: bool) -> Standing:
    """Return how things stand; see `ports.Store.standing`."""
    outdated = select(func.count()).select_from(editions).where(editions.c.published < editions.c.changed)
    outdated = outdated.where(editions.c.language.in_({primary(language) for language in languages}))
    aside = select(func.count()).select_from(set_aside).where(set_aside.c.is_dropped.is_(False))
    effects = connection.execute(select(outbox.c.kind, func.count().label("number")).group_by(outbox.c.kind))
    return Standing(
        sources=_sources(connection, _newest(connection) if with_newest else {}),
        queues=_queues(connection, languages),
        failed=_failed(connection),
        held=_size(connection, held),
        parked=_size(connection, parked),
        set_aside=connection.execute(aside).scalar_one(),
        effects={row.kind: row.number for row in effects},
        unpublished=connection.execute(outdated).scalar_one(),
    )


def _size(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _newest(connection: Connection) -> dict[str, datetime]:
    """Return by source when its newest article was published."""
    # Of each edition of a source, one look-up in the index that its window is read from.
    newest_in = (
        select(entries.c.published)
        .where(entries.c.language == editions.c.language, entries.c.source == editions.c.source, entries.c.is_shown)
        .order_by(entries.c.published.desc())
        .limit(1)
        .scalar_subquery()
    )
    newest: dict[str, datetime] = {}
    for slug, published in connection.execute(select(editions.c.source, newest_in).where(editions.c.source != "")):
        if published is not None:
            newest[slug] = max(published, newest.get(slug, published))
    return newest


def _sources(connection: Connection, newest: Mapping[str, datetime]) -> dict[str, SourceStanding]:
    rows = connection.execute(
        select(sources.c.slug, sources.c.condition, sources.c.failures, sources.c.succeeded).order_by(sources.c.slug)
    )
    return {
        row.slug: SourceStanding(
            condition=Condition(row.condition),
            failures=row.failures,
            succeeded=row.succeeded,
            newest=newest.get(row.slug),
        )
        for row in rows
    }


def _queues(connection: Connection, languages: Collection[str]) -> dict[tuple[str, str], Queue]:
    queues: dict[tuple[str, str], Queue] = {}
    for source, translated_to, target in lacking(connection, languages):
        group = and_(articles.c.primary_language == source, articles.c.translated_to == translated_to)
        number = connection.execute(select(func.count()).select_from(articles).where(group)).scalar_one()
        oldest = _first_come(connection, (source, translated_to), target)
        before = queues.get((source, target))
        moments = [one for one in (oldest, before.oldest if before else None) if one]
        queues[source, target] = Queue(
            count=number + (before.count if before else 0), oldest=min(moments, default=None)
        )
    return queues


def _first_come(connection: Connection, group: tuple[str, str], target: str) -> datetime | None:
    """Return when the first came of a group's oldest articles that were never tried."""
    tried = and_(
        failures.c.article_id == articles.c.id,
        failures.c.language == target,
        failures.c.article_version == articles.c.version,
    )
    oldest = (
        select(articles.c.first_seen)
        .outerjoin(failures, tried)
        .where(articles.c.primary_language == group[0], articles.c.translated_to == group[1])
        .where(failures.c.article_id.is_(None))
        .order_by(articles.c.published)
        .limit(_OLDEST)
        .subquery()
    )
    return connection.execute(select(func.min(oldest.c.first_seen))).scalar()


def _failed(connection: Connection) -> dict[tuple[str, str], int]:
    current = and_(articles.c.id == failures.c.article_id, articles.c.version == failures.c.article_version)
    query = (
        select(articles.c.primary_language, failures.c.language, func.count())
        .select_from(failures)
        .join(articles, current)
        .group_by(articles.c.primary_language, failures.c.language)
    )
    return {(source, target): number for source, target, number in connection.execute(query)}
