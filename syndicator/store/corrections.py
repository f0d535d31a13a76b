"""Corrections: what people say that segments are to read. Functions on a connection."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select

from syndicator.model import Correction, primary
from syndicator.store.connection import PAGE, chunks
from syndicator.store.memory import of_text
from syndicator.store.schema import corrections

Pair = tuple[str, str]
"""The primary subtags of the languages, from and to."""


def find(connection: Connection, texts: Collection[str], pair: Pair) -> dict[str, str]:
    """Return what these texts are to read, by text as given; those that nobody corrected are absent."""
    digests = {text: of_text(text)["text_digest"] for text in texts}
    held = _held(connection, pair, set(digests.values()))
    return {text: held[digest].target_text for text, digest in digests.items() if digest in held}


def save(connection: Connection, new: Sequence[Correction], *, at: datetime) -> int:
    """Keep corrections, the last of a segment; return for how many segments that is another text than before."""
    number = 0
    by_pair: dict[Pair, dict[str, Correction]] = {}
    for one in new:
        pair = (primary(one.from_language), primary(one.to_language))
        by_pair.setdefault(pair, {})[of_text(one.source_text)["text_digest"]] = one
    for pair, by_digest in by_pair.items():
        number += _save(connection, pair, by_digest, at=at)
    return number


def pairs(connection: Connection, from_language: str | None, to_language: str | None) -> list[Pair]:
    """Return the pairs that there are corrections of, among those of these languages, sorted."""
    query = select(corrections.c.from_language, corrections.c.to_language).distinct()
    if from_language is not None:
        query = query.where(corrections.c.from_language == primary(from_language))
    if to_language is not None:
        query = query.where(corrections.c.to_language == primary(to_language))
    return sorted((row.from_language, row.to_language) for row in connection.execute(query))


def page(connection: Connection, after: str | None, *, pair: Pair) -> list[tuple[str, Correction]]:
    """Return the corrections of a pair that come after a position, in a fixed order, each with its position."""
    query = select(corrections).where(_is_of(pair)).order_by(corrections.c.text_digest).limit(PAGE)
    if after is not None:
        query = query.where(corrections.c.text_digest > after)
    return [(row.text_digest, _correction(row)) for row in connection.execute(query)]


def _save(connection: Connection, pair: Pair, new: dict[str, Correction], *, at: datetime) -> int:
    held = _held(connection, pair, new)
    changed = {digest: one for digest, one in new.items() if digest not in held or _correction(held[digest]) != one}
    for digests in chunks([digest for digest in changed if digest in held]):
        connection.execute(delete(corrections).where(_is_of(pair), corrections.c.text_digest.in_(digests)))
    for some in chunks(changed.values()):
        connection.execute(corrections.insert(), [_row(one, pair, at) for one in some])
    return sum(digest not in held or held[digest].target_text != one.target_text for digest, one in changed.items())


def _held(connection: Connection, pair: Pair, digests: Collection[str]) -> dict[str, Row[*tuple[str, ...]]]:
    found = {}
    for some in chunks(digests):
        query = select(corrections).where(_is_of(pair), corrections.c.text_digest.in_(some))
        found.update({row.text_digest: row for row in connection.execute(query)})
    return found


def _is_of(pair: Pair) -> ColumnElement[bool]:
    return and_(corrections.c.from_language == pair[0], corrections.c.to_language == pair[1])


def _row(one: Correction, pair: Pair, at: datetime) -> dict[str, object]:
    return {
        "from_language": pair[0],
        "to_language": pair[1],
        "source_text": one.source_text,
        "target_text": one.target_text,
        "by": one.by,
        "created": at,
        **of_text(one.source_text),
    }


def _correction(row: Row[*tuple[str, ...]]) -> Correction:
    return Correction(
        from_language=row.from_language,
        to_language=row.to_language,
        source_text=row.source_text,
        target_text=row.target_text,
        by=row.by,
    )
