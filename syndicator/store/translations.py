"""Translations, what waits for one, what failed, and the memory. Functions on a connection."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select

from syndicator.errors import Conflict, NotFound
from syndicator.model import UNDETERMINED, Article, Failure, Link, Remembered, Rendering, Translation, Waiting, primary
from syndicator.store.connection import chunks, upsert
from syndicator.store.schema import articles, failures, memory, translations

FIELDS = tuple(field.name for field in fields(Translation))


def held(connection: Connection, article_id: str, language: str) -> Translation | None:
    """Return the translation held in a language, perhaps of an older version; None if there is none."""
    row = connection.execute(select(translations).where(_is(translations, article_id, language))).mappings().first()
    return translation_from(row) if row else None


def keep(connection: Connection, translation: Translation, article: Article) -> None:
    """Keep a translation of an article, replacing the one in the same language, and clear its failure.

    Raises Conflict unless it is of the article's version, in another language, with a title for each enclosure.
    """
    _refuse_unfit(translation, article)
    language = primary(translation.language)
    values = {name: getattr(translation, name) for name in FIELDS}
    upsert(connection, translations, {**values, "language": language, "tag": translation.language})
    connection.execute(delete(failures).where(_is(failures, article.id, language)))
    query = select(articles.c.translated_to).where(articles.c.id == article.id)
    available = connection.execute(query).scalar_one().split()
    if language not in available:
        joined = " ".join(sorted([*available, language]))
        connection.execute(articles.update().where(articles.c.id == article.id).values(translated_to=joined))


def discard(connection: Connection, article_id: str, language: str) -> None:
    """Forget the translation into a language that has become the original's own."""
    connection.execute(delete(translations).where(_is(translations, article_id, language)))


def is_same_text(one: Translation | None, other: Translation) -> bool:
    """Tell whether two translations read the same."""
    names = ("title", "html", "summary", "enclosure_titles")
    return one is not None and all(getattr(one, name) == getattr(other, name) for name in names)


def translation_from(row: Any) -> Translation:  # noqa: ANN401 - a mapping of any kind
    """Return the translation that the columns of `translations` hold."""
    values = {name: row[name] for name in FIELDS}
    values["language"] = row["tag"]
    values["enclosure_titles"] = tuple(row["enclosure_titles"])
    values["marks"] = tuple(row["marks"])
    return Translation(**values)


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
    for source, translated_to, target in _lacking(connection, languages):
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
    for source, translated_to, target in _lacking(connection, languages):
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


def all_failures(connection: Connection) -> list[Failure]:
    """Return all failures of current article versions, sorted by article and language."""
    current = and_(articles.c.id == failures.c.article_id, articles.c.version == failures.c.article_version)
    rows = connection.execute(select(failures).join(articles, current))
    found = [Failure(**row._asdict()) for row in rows]
    return sorted(found, key=lambda failure: (failure.article_id, failure.language))


def recall(connection: Connection, keys: Collection[str]) -> dict[str, Rendering]:
    """Return the remembered renderings of these keys; unknown ones are absent."""
    columns = (memory.c.key, memory.c.target_text, memory.c.links, memory.c.score)
    found = {}
    for some in chunks(set(keys)):
        for row in connection.execute(select(*columns).where(memory.c.key.in_(some))):
            links = tuple(_link(*numbers) for numbers in row.links)
            found[row.key] = Rendering(text=row.target_text, links=links, score=row.score)
    return found


def remember(connection: Connection, segments: Sequence[Remembered], *, at: datetime) -> None:
    """Keep segment translations; the first rendering of a key stays."""
    for some in chunks(segments):
        query = select(memory.c.key).where(memory.c.key.in_([segment.key for segment in some]))
        taken = set(connection.execute(query).scalars())
        rows = {segment.key: _memory_row(segment, at) for segment in reversed(some) if segment.key not in taken}
        if rows:
            connection.execute(memory.insert(), list(rows.values()))


def _refuse_unfit(translation: Translation, article: Article) -> None:
    name = f"article {article.id}"
    if article.version != translation.article_version:
        raise Conflict(f"{name} is of version {article.version} by now, not {translation.article_version}")
    if primary(article.language) in (primary(translation.language), UNDETERMINED):
        raise Conflict(f"{name} is in {article.language}: it can't have a translation into {translation.language}")
    if len(article.enclosures) != len(translation.enclosure_titles):
        raise Conflict(f"{name} has {len(article.enclosures)} enclosures, not {len(translation.enclosure_titles)}")


def _lacking(connection: Connection, languages: Collection[str]) -> Iterator[tuple[str, str, str]]:
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
        .where(or_(failures.c.due.is_(None), failures.c.due <= now))
        .order_by(articles.c.published.desc(), articles.c.id)
        .limit(limit)
    )
    return connection.execute(query).all()


def _is(table: Any, article_id: str, language: str) -> Any:  # noqa: ANN401 - a table, a condition
    return and_(table.c.article_id == article_id, table.c.language == primary(language))


def _link(source_start: int, source_end: int, target_start: int, target_end: int) -> Link:
    return Link(source_start=source_start, source_end=source_end, target_start=target_start, target_end=target_end)


def _memory_row(segment: Remembered, at: datetime) -> dict[str, Any]:
    rendering = segment.rendering
    return {
        "key": segment.key,
        "source_text": segment.source_text,
        "target_text": rendering.text,
        "links": [[link.source_start, link.source_end, link.target_start, link.target_end] for link in rendering.links],
        "score": rendering.score,
        "route": segment.route,
        "created": at,
    }
