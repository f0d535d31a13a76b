"""Translations that a correction would change: find them, have them count as outdated. Functions on a connection."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, cast, select, update

from syndicator.store.connection import chunks
from syndicator.store.memory import of_text
from syndicator.store.schema import articles, corrections, held, translations

MADE_WITH = "corrected"
"""What stands in `made_with` of a translation that a correction would change."""
PAGE = 100
"""Translations read at once, with all their segments."""
_NEEDLE = 200
"""Characters of a sentence that are looked for in the raw segments; what is found is then looked at closely."""

Pair = tuple[str, str]
"""The primary subtags of the languages, from and to."""
Found = tuple[str, Sequence[dict[str, Any]]]
"""An article's id, and the segments of its translation as they are kept."""


def page(connection: Connection, after: str | None, *, pair: Pair, text: str | None) -> list[tuple[str, Found]]:
    """Return translations of a pair that come after a position; with `text`, only those that may have that segment."""
    query = (
        select(translations.c.article_id, translations.c.segments)
        .where(
            translations.c.from_language == pair[0],
            translations.c.language == pair[1],
            translations.c.is_current,
            translations.c.made_with != MADE_WITH,
        )
        .order_by(translations.c.article_id)
        .limit(PAGE)
    )
    if after is not None:
        query = query.where(translations.c.article_id > after)
    if text is not None:
        raw = json.dumps(text[:_NEEDLE], ensure_ascii=False)[1:-1]
        query = query.where(cast(translations.c.segments, Text).contains(raw, autoescape=True))
    return [(row.article_id, (row.article_id, row.segments)) for row in connection.execute(query)]


def held_back(connection: Connection, *, pair: Pair) -> list[Found]:
    """Return the held translations of a pair: few, beside those that are published."""
    query = (
        select(held.c.article_id, held.c.snapshot)
        .join(articles, articles.c.id == held.c.article_id)
        .where(articles.c.primary_language == pair[0], held.c.language == pair[1])
        .order_by(held.c.article_id)
    )
    rows = connection.execute(query)
    return [(row.article_id, row.snapshot["segments"]) for row in rows if row.snapshot["made_with"] != MADE_WITH]


def differing(connection: Connection, found: Sequence[Found], *, pair: Pair, since: datetime) -> list[str]:
    """Return the articles with a segment that a correction saved at or after `since` says otherwise."""
    digests = {text: of_text(text)["text_digest"] for text in {one["source"] for _, all_ in found for one in all_}}
    wanted: dict[str, str] = {}
    for some in chunks(set(digests.values())):
        query = select(corrections.c.text_digest, corrections.c.target_text).where(
            corrections.c.from_language == pair[0],
            corrections.c.to_language == pair[1],
            corrections.c.text_digest.in_(some),
            corrections.c.created >= since,
        )
        wanted.update((row.text_digest, row.target_text.strip()) for row in connection.execute(query))

    def is_other(segment: dict[str, Any]) -> bool:
        said = wanted.get(digests[segment["source"]])
        return said is not None and not (segment["is_person"] and segment["target"] == said)

    return [article for article, segments in found if any(map(is_other, segments))]


def mark(connection: Connection, found: Sequence[str], *, language: str) -> None:
    """Have the translations of articles into a language count as outdated."""
    for some in chunks(found):
        query = update(translations).where(translations.c.article_id.in_(some), translations.c.language == language)
        connection.execute(query.values(made_with=MADE_WITH))


def mark_held(connection: Connection, found: Sequence[str], *, language: str) -> None:
    """Have the held translations of articles into a language count as outdated."""
    for article in found:
        this = (held.c.article_id == article, held.c.language == language)
        snapshot = connection.execute(select(held.c.snapshot).where(*this)).scalar_one()
        connection.execute(update(held).where(*this).values(snapshot={**snapshot, "made_with": MADE_WITH}))
