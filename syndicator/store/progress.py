"""What was translated lately, for `status` pages. Functions on a connection."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from syndicator.model import Done
from syndicator.store.schema import articles, entries, translations

_LOOKED_AT = 4000
"""Entries that changed last: a translation is among them for as long as no more than these changed after it."""


def lately(connection: Connection, *, since: datetime) -> list[Done]:
    """Return the translations made since a moment, the newest first; see `ports.Store.lately`."""
    newest = select(entries.c.article_id, entries.c.language).order_by(
        entries.c.seq.desc(), entries.c.article_id.desc()
    )
    changed = newest.limit(_LOOKED_AT).subquery()
    blanks = func.length(translations.c.html) - func.length(func.replace(translations.c.html, " ", ""))
    same = and_(translations.c.article_id == changed.c.article_id, translations.c.language == changed.c.language)
    query = (
        select(
            translations.c.language,
            translations.c.from_language,
            translations.c.source,
            translations.c.translated,
            translations.c.article_version,
            articles.c.published,
            articles.c.first_seen,
            blanks.label("blanks"),
        )
        .select_from(changed)
        .join(translations, same)
        .join(articles, articles.c.id == translations.c.article_id)
        .where(translations.c.translated >= since)
        .order_by(translations.c.translated.desc())
    )
    return [
        Done(
            language=row.language,
            from_language=row.from_language,
            source=row.source,
            translated=row.translated,
            published=row.published,
            first_seen=row.first_seen,
            words=row.blanks + 1,
            is_first_version=row.article_version == 1,
        )
        for row in connection.execute(query)
    ]
