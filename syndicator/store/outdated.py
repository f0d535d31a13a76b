"""Translations made with something else than today, published or held back. Functions on a connection."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from syndicator.model import Outdated, primary
from syndicator.store.corrected import MADE_WITH as CORRECTED
from syndicator.store.schema import articles, held, translations


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which translations are meant, as `ports.Store.outdated` says."""

    made_with: str | None
    from_language: str
    to_language: str
    since: datetime | None
    source: str | None

    def is_other(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        """Return the condition that something was made with something else."""
        return column == CORRECTED if self.made_with is None else column != self.made_with


def find(connection: Connection, asked: Asked, *, limit: int) -> list[Outdated]:
    """Return the translations asked for, those of the newest articles first."""
    rows = [row for query in _queries(asked) for row in connection.execute(_in_order(query).limit(limit))]
    rows.sort(key=lambda row: (-row.published.timestamp(), row.article_id))
    return [
        Outdated(
            article_id=row.article_id,
            article_version=row.article_version,
            from_language=row.from_language,
            to_language=row.to_language,
        )
        for row in rows[:limit]
    ]


def count(connection: Connection, asked: Asked) -> int:
    """Return how many are asked for."""
    counts = (select(func.count()).select_from(query.subquery()) for query in _queries(asked))
    return sum(connection.execute(query).scalar_one() for query in counts)


def _queries(asked: Asked) -> Iterator[Select[Any]]:
    """Yield queries for those that are published, and for those that are held: of either, what will be read next."""
    yield select(
        translations.c.article_id,
        translations.c.article_version,
        translations.c.from_language,
        translations.c.language.label("to_language"),
        translations.c.published,
    ).where(_is_published(asked))
    yield (
        select(
            held.c.article_id,
            articles.c.version.label("article_version"),
            articles.c.primary_language.label("from_language"),
            held.c.language.label("to_language"),
            articles.c.published,
        )
        .join(articles, articles.c.id == held.c.article_id)
        .where(_is_held(asked))
    )


def _in_order(query: Select[Any]) -> Select[Any]:
    columns = query.selected_columns
    return query.order_by(columns.published.desc(), columns.article_id)


def _is_published(asked: Asked) -> ColumnElement[bool]:
    """Return the condition on `translations`; an index holds all that it looks at."""
    successor = and_(held.c.article_id == translations.c.article_id, held.c.language == translations.c.language)
    condition = and_(
        translations.c.from_language == primary(asked.from_language),
        translations.c.language == primary(asked.to_language),
        translations.c.is_current,
        asked.is_other(translations.c.made_with),
        ~select(held.c.article_id).where(successor).exists(),
    )
    return _narrowed(condition, asked, published=translations.c.published, source=translations.c.source)


def _is_held(asked: Asked) -> ColumnElement[bool]:
    """Return the condition on `held` and `articles`; few are held at a time."""
    condition = and_(
        articles.c.primary_language == primary(asked.from_language),
        held.c.language == primary(asked.to_language),
        asked.is_other(held.c.snapshot["made_with"].as_string()),
    )
    return _narrowed(condition, asked, published=articles.c.published, source=articles.c.source)


def _narrowed(
    condition: ColumnElement[bool], asked: Asked, *, published: ColumnElement[Any], source: ColumnElement[Any]
) -> ColumnElement[bool]:
    if asked.since is not None:
        condition = and_(condition, published >= asked.since)
    return condition if asked.source is None else and_(condition, source == asked.source)
