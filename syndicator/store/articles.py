"""Articles and their versions, as rows and back. Functions on a connection, inside the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from syndicator.errors import Conflict, NotFound
from syndicator.model import UNDETERMINED, Article, Category, Enclosure, Episode, Known, Transcript, primary
from syndicator.store.connection import as_written, chunks
from syndicator.store.schema import article_versions, articles

FIELDS = tuple(field.name for field in fields(Article))
TIMES = ("published", "updated", "first_seen")


def known(connection: Connection, slug: str, origin_ids: Collection[str]) -> dict[str, Known]:
    """Return what is held of these items of a source, by `origin_id`; unknown ones are absent."""
    names = [field.name for field in fields(Known)]
    columns = [articles.c[name] for name in names]
    found = {}
    for some in chunks(origin_ids):
        condition = (articles.c.source == slug, articles.c.origin_id.in_(some))
        for row in connection.execute(select(articles.c.origin_id, *columns).where(*condition)):
            found[row.origin_id] = Known(**{name: getattr(row, name) for name in names})
    return found


def origin_ids(connection: Connection, slug: str, pages: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the origin ids of a source's articles by (URL, title); of several that share both, the oldest's."""
    wanted = set(pages)
    found: dict[tuple[str, str], str] = {}
    for some in chunks({url for url, _ in wanted}):
        query = select(articles.c.url, articles.c.title, articles.c.origin_id)
        query = query.where(articles.c.source == slug, articles.c.url.in_(some))
        for row in connection.execute(query.order_by(articles.c.first_seen, articles.c.id)):
            if (row.url, row.title) in wanted:
                found.setdefault((row.url, row.title), row.origin_id)
    return found


def newest(connection: Connection, article_id: str) -> Article:
    """Return the newest version of an article; raise NotFound."""
    row = connection.execute(select(articles).where(articles.c.id == article_id)).mappings().first()
    if row is None:
        raise NotFound(f"there is no article {article_id}")
    return article_from(row)


def versions(connection: Connection, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Article]:
    """Return these older versions, by (article id, version)."""
    found = {}
    for some in chunks({article_id for article_id, _ in wanted}):
        for row in connection.execute(select(article_versions).where(article_versions.c.article_id.in_(some))):
            if (row.article_id, row.version) in wanted:
                times = {name: datetime.fromisoformat(row.snapshot[name]) for name in TIMES}
                found[row.article_id, row.version] = article_from({**row.snapshot, **times})
    return found


def earlier_hashes(connection: Connection, article_ids: Collection[str]) -> dict[str, list[str]]:
    """Return the content hashes of the older versions of these articles, oldest first."""
    found: dict[str, list[str]] = {}
    for some in chunks(article_ids):
        query = select(article_versions).where(article_versions.c.article_id.in_(some))
        for row in connection.execute(query.order_by(article_versions.c.article_id, article_versions.c.version)):
            found.setdefault(row.article_id, []).append(row.snapshot["content_hash"])
    return found


def save_newer(connection: Connection, candidates: Sequence[Article]) -> tuple[list[Article], list[Article]]:
    """Keep the articles that are new, and those of a higher version than held; return the ones and the others.

    What was held goes to the older versions. Raises Conflict if an id stands for another item already.
    """
    latest = {article.id: article for article in sorted(candidates, key=lambda article: article.version)}
    held = _held(connection, latest)
    for before in held.values():
        article = latest[before.id]
        if (before.source, before.origin_id) != (article.source, article.origin_id):
            raise Conflict(f"article {article.id} is {before.origin_id} of {before.source} already")
    new = [article for article in latest.values() if article.id not in held]
    if new:
        connection.execute(articles.insert(), [_row(article) for article in new])
    changed = [
        article for article in latest.values() if article.id in held and article.version > held[article.id].version
    ]
    for article in changed:
        _keep_version(connection, held[article.id])
        connection.execute(articles.update().where(articles.c.id == article.id).values(_row(article)))
    return new, changed


def undetermined(connection: Connection, *, limit: int) -> list[Article]:
    """Return the newest articles whose language is not known."""
    query = (
        select(articles)
        .where(articles.c.primary_language == UNDETERMINED, articles.c.translated_to == "")
        .order_by(articles.c.published.desc(), articles.c.id)
        .limit(limit)
    )
    return [article_from(row) for row in connection.execute(query).mappings()]


def count_undetermined(connection: Connection) -> int:
    """Return how many articles there are whose language is not known."""
    query = select(func.count()).select_from(articles).where(articles.c.primary_language == UNDETERMINED)
    return connection.execute(query).scalar_one()


@as_written
def article_from(row: Mapping[str, Any] | RowMapping) -> Article:
    """Return the article that a row of `articles`, or a snapshot with its times parsed, holds."""
    values = {name: row[name] for name in FIELDS}
    values["authors"] = tuple(row["authors"])
    values["categories"] = tuple(Category(**category) for category in row["categories"])
    values["enclosures"] = tuple(map(_enclosure, row["enclosures"]))
    return Article(**values)


def _enclosure(held: Mapping[str, Any]) -> Enclosure:
    """Return an enclosure as it is held; those of before episodes were known say nothing of them."""
    episode = held.get("episode")
    if episode:
        transcripts = tuple(Transcript(**each) for each in episode["transcripts"])
        return Enclosure(**{**held, "episode": Episode(**{**episode, "transcripts": transcripts})})
    return Enclosure(**held)


def _held(connection: Connection, ids: Collection[str]) -> dict[str, Article]:
    found = {}
    for some in chunks(ids):
        for row in connection.execute(select(articles).where(articles.c.id.in_(some))).mappings():
            found[row["id"]] = article_from(row)
    return found


def _row(article: Article) -> dict[str, Any]:
    """Return the columns of an article; no language holds a translation of this version yet."""
    return {**asdict(article), "primary_language": primary(article.language), "translated_to": ""}


def _keep_version(connection: Connection, article: Article) -> None:
    snapshot = {**asdict(article), **{name: getattr(article, name).isoformat() for name in TIMES}}
    row = {"article_id": article.id, "version": article.version, "snapshot": snapshot}
    connection.execute(article_versions.insert().values(row))
