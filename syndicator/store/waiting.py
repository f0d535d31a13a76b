"""What waits for a translation, and what failed to get one. Functions on a connection."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from syndicator.errors import NotFound
from syndicator.model import UNDETERMINED, Failure, Waiting, primary
from syndicator.policy import LONGEST_WAIT
from syndicator.store.connection import upsert
from syndicator.store.schema import articles, failures


def waiting(
    connection: Connection,
    languages: Collection[str],
    *,
    pairs: Collection[tuple[str, str]],
    now: datetime,
    limit: int,
) -> list[Waiting]:
    """Return the translations to be made now, newest articles first; see `ports.Store.waiting`."""
    found = []
    for source, translated_to, target in lacking(connection, languages):
        if (source, target) in pairs:
            rows = _waiting_rows(connection, (source, translated_to), target, now=now, limit=limit)
            found += [(row, source, target) for row in rows]
    found.sort(key=lambda each: (-each[0].published.timestamp(), each[0].id, each[2]))
    return [
        Waiting(
            article_id=row.id,
            article_version=row.version,
            from_language=source,
            to_language=target,
            attempts=row.attempts or 0,
        )
        for row, source, target in found[:limit]
    ]


def waiting_counts(connection: Connection, languages: Collection[str]) -> dict[tuple[str, str], int]:
    """Return how many translations are missing or outdated by (from, to)."""
    counts: dict[tuple[str, str], int] = {}
    for source, translated_to, target in lacking(connection, languages):
        condition = (articles.c.primary_language == source, articles.c.translated_to == translated_to)
        number = connection.execute(select(func.count()).select_from(articles).where(*condition)).scalar_one()
        counts[source, target] = counts.get((source, target), 0) + number
    return counts


def save_failure(connection: Connection, failure: Failure) -> None:
    """Keep a failure, replacing an earlier one; raise NotFound for an unknown article."""
    if connection.execute(select(articles.c.id).where(articles.c.id == failure.article_id)).first() is None:
        raise NotFound(f"there is no article {failure.article_id}")
    names = [column.name for column in failures.c]
    row = {name: getattr(failure, name) for name in names}
    upsert(connection, failures, {**row, "language": primary(failure.language)})


def bring_forward(connection: Connection, languages: Collection[str] | None, *, at: datetime) -> None:
    """Have the translations into these languages that failed, or all, be tried again at the next occasion."""
    query = update(failures).where(failures.c.due > at).values(due=at)
    if languages is not None:
        query = query.where(failures.c.language.in_([primary(language) for language in languages]))
    connection.execute(query)


def all_failures(connection: Connection) -> list[Failure]:
    """Return all failures of current article versions, sorted by article and language."""
    current = and_(articles.c.id == failures.c.article_id, articles.c.version == failures.c.article_version)
    rows = connection.execute(select(failures).join(articles, current))
    found = [Failure(**row._asdict()) for row in rows]
    return sorted(found, key=lambda failure: (failure.article_id, failure.language))


def lacking(connection: Connection, languages: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (language, `translated_to`, wanted language) for each group of articles that lacks a wanted one."""
    wanted = sorted({primary(language) for language in languages})
    for source, translated_to in _groups(connection):
        have = {source, *translated_to.split()}
        for target in wanted:
            if source != UNDETERMINED and target not in have:
                yield source, translated_to, target


def _groups(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield the different (`primary_language`, `translated_to`) of all articles, in order.

    Each is a look-up or two in the index, from the one before: DISTINCT would walk through all articles.
    """
    language, translated_to = articles.c.primary_language, articles.c.translated_to
    first = select(language, translated_to).order_by(language, translated_to).limit(1)
    row = connection.execute(first).first()
    while row is not None:
        yield row.primary_language, row.translated_to
        # Two plain ranges: for one over the pair, SQLite starts at the equal rows and skips them one by one.
        same = first.where(language == row.primary_language, translated_to > row.translated_to)
        others = first.where(language > row.primary_language)
        row = connection.execute(same).first() or connection.execute(others).first()


def _waiting_rows(
    connection: Connection, group: tuple[str, str], target: str, *, now: datetime, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the newest articles of a group that have not failed in `target` with a later due time."""
    failed = and_(
        failures.c.article_id == articles.c.id,
        failures.c.language == target,
        failures.c.article_version == articles.c.version,
    )
    query = (
        select(articles.c.id, articles.c.version, articles.c.published, failures.c.attempts)
        .outerjoin(failures, failed)
        .where(articles.c.primary_language == group[0], articles.c.translated_to == group[1])
        .where(or_(failures.c.due.is_(None), failures.c.due <= now, failures.c.due > now + LONGEST_WAIT))
        .order_by(articles.c.published.desc(), articles.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()
