"""Translations: those that are published, and those that are held back. Functions on a connection."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, select, update

from syndicator.errors import Conflict
from syndicator.model import UNDETERMINED, Article, Outcome, Segment, TermUse, Translation, primary
from syndicator.store.connection import as_written, upsert
from syndicator.store.schema import articles, failures, held, translations

FIELDS = tuple(field.name for field in fields(Translation))


def find(connection: Connection, article_id: str, language: str) -> Translation | None:
    """Return the translation into a language, perhaps of an older version; None if there is none."""
    query = select(translations).where(_is(translations, article_id, primary(language)))
    row = connection.execute(query).mappings().first()
    return translation_from(row) if row else None


def keep(connection: Connection, translation: Translation, article: Article, *, is_new: bool) -> None:
    """Keep a translation of an article, replacing one in the same language unless it `is_new`; end hold and failure.

    Raises Conflict unless it is of the article's version, in another language, with a title for each enclosure and a
    label for each category, unless it has none.
    """
    _refuse_unfit(translation, article)
    language = primary(translation.language)
    of_article = {
        "from_language": primary(article.language),
        "source": article.source,
        "published": article.published,
        "is_current": True,
    }
    row = {**_values(translation), **of_article, "is_marked": bool(translation.marks)}
    row |= {"language": language, "tag": translation.language}
    if is_new:
        connection.execute(translations.insert().values(row))
    else:
        connection.execute(update(translations).where(_is(translations, article.id, language)).values(row))
    connection.execute(delete(held).where(_is(held, article.id, language)))
    _wait_no_more(connection, article.id, language)


def hold(connection: Connection, translation: Translation, article: Article, reason: str) -> None:
    """Keep a translation apart from those that are published; end its failure. Raises as `keep` does."""
    _refuse_unfit(translation, article)
    language = primary(translation.language)
    snapshot = {**_values(translation), "translated": translation.translated.isoformat()}
    row = {"article_id": article.id, "language": language, "reason": reason, "snapshot": snapshot}
    upsert(connection, held, row)
    _wait_no_more(connection, article.id, language)


def all_held(connection: Connection) -> list[tuple[Translation, str]]:
    """Return the held translations, each with the reason, sorted by article and language."""
    rows = connection.execute(select(held)).all()
    return [(_from_snapshot(row.snapshot), row.reason) for row in sorted(rows, key=lambda row: row[:2])]


def follow_changed(connection: Connection, article: Article) -> None:
    """Have what is held of an article be of an older version from now on.

    A translation into the language that has become the original's own goes, and so does all that is held back.
    """
    connection.execute(delete(translations).where(_is(translations, article.id, primary(article.language))))
    of_article = translations.c.article_id == article.id
    connection.execute(update(translations).where(of_article, translations.c.is_current).values(is_current=False))
    connection.execute(delete(held).where(held.c.article_id == article.id))


def is_same_text(one: Translation | None, other: Translation) -> bool:
    """Tell whether two translations read the same."""
    names = ("title", "html", "summary", "enclosure_titles", "category_labels")
    return one is not None and all(getattr(one, name) == getattr(other, name) for name in names)


def listed(connection: Connection, *, marked: bool | None, limit: int) -> list[Translation]:
    """Return translations of newest article versions, newest article first; only (un)marked ones if asked so."""
    found: list[RowMapping] = []
    for is_marked in (False, True) if marked is None else (marked,):  # each from its own part of the index
        query = (
            select(translations)
            .where(translations.c.is_current, translations.c.is_marked.is_(is_marked))
            .order_by(translations.c.published.desc(), translations.c.article_id, translations.c.language)
            .limit(limit)
        )
        found += connection.execute(query).mappings()
    found.sort(key=lambda row: (-row["published"].timestamp(), row["article_id"], row["language"]))
    return [translation_from(row) for row in found[:limit]]


def count_marked(connection: Connection) -> int:
    """Return how many translations of newest article versions have marks."""
    query = select(func.count()).select_from(translations)
    return connection.execute(query.where(translations.c.is_current, translations.c.is_marked)).scalar_one()


@as_written
def translation_from(row: Mapping[str, Any] | RowMapping) -> Translation:
    """Return the translation that the columns of `translations` hold."""
    values = {name: row[name] for name in FIELDS}
    values["language"] = row["tag"]
    values["enclosure_titles"] = tuple(row["enclosure_titles"])
    values["category_labels"] = tuple(row["category_labels"])
    values["marks"] = tuple(row["marks"])
    values["segments"] = tuple(_segment(**segment) for segment in row["segments"])
    return Translation(**values)


def _values(translation: Translation) -> dict[str, Any]:
    """Return the fields of a translation, segments as JSON can hold them."""
    values = {name: getattr(translation, name) for name in FIELDS}
    return {**values, "segments": [_from_segment(segment) for segment in translation.segments]}


def _from_snapshot(snapshot: Mapping[str, Any]) -> Translation:
    translated = datetime.fromisoformat(snapshot["translated"])
    known = {"is_reviewed": False, "category_labels": (), **snapshot}  # which those of older programs do not tell
    return translation_from({**known, "tag": snapshot["language"], "translated": translated})


def _from_segment(segment: Segment) -> dict[str, Any]:
    return {
        "source": segment.source,
        "target": segment.target,
        "score": segment.score,
        "is_person": segment.is_person,
        "marks": segment.marks,
        "terms": [[term.source, term.target, term.outcome] for term in segment.terms],
    }


def _segment(*, marks: Sequence[str], terms: Sequence[Sequence[str]], **others: Any) -> Segment:  # noqa: ANN401 - JSON
    uses = (TermUse(source=source, target=target, outcome=Outcome(outcome)) for source, target, outcome in terms)
    return Segment(**others, marks=tuple(marks), terms=tuple(uses))


def _refuse_unfit(translation: Translation, article: Article) -> None:
    name = f"article {article.id}"
    if article.version != translation.article_version:
        raise Conflict(f"{name} is of version {article.version} by now, not {translation.article_version}")
    if primary(article.language) in (primary(translation.language), UNDETERMINED):
        raise Conflict(f"{name} is in {article.language}: it can't have a translation into {translation.language}")
    if len(article.enclosures) != len(translation.enclosure_titles):
        raise Conflict(f"{name} has {len(article.enclosures)} enclosures, not {len(translation.enclosure_titles)}")
    if translation.category_labels and len(article.categories) != len(translation.category_labels):
        raise Conflict(f"{name} has {len(article.categories)} categories, not {len(translation.category_labels)}")


def _wait_no_more(connection: Connection, article_id: str, language: str) -> None:
    """Have an article wait for a language no longer, and forget that it failed."""
    connection.execute(delete(failures).where(_is(failures, article_id, language)))
    query = select(articles.c.translated_to).where(articles.c.id == article_id)
    available = connection.execute(query).scalar_one().split()
    if language not in available:
        joined = " ".join(sorted([*available, language]))
        connection.execute(update(articles).where(articles.c.id == article_id).values(translated_to=joined))


def _is(table: Any, article_id: Any, language: Any) -> Any:  # noqa: ANN401 - a table, values or columns, a condition
    return and_(table.c.article_id == article_id, table.c.language == language)
