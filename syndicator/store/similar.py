"""Find what resembles a segment, for a reviewer's eyes. Knows how like two texts are."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, literal, select

from syndicator.model import Similar, normalise
from syndicator.store.schema import corrections, memory

LIKENESS = 0.6
"""What is less like than this is no help."""
SHORTEST, LONGEST = 0.6, 1.6
"""How long, in proportion to the segment, a text is that is looked at."""
CANDIDATES = 20_000
"""The newest so many corrections, and so many of the memory, are looked at: 0.4 s."""
EFFORT = CANDIDATES * 500**2
"""Fewer are for a text of more than 500 characters, none for more than 70,000: the time for a comparison grows with the
square of the length."""
PART = 1000
"""Candidates held in memory at a time."""


def similar(connection: Connection, text: str, pair: tuple[str, str], *, limit: int) -> list[Similar]:
    """Return what in memory and corrections resembles a segment, best first; letter case makes no difference.

    Of one source text, a correction comes before the memory, and the newest before others.
    """
    wanted = normalise(text)
    found: dict[str, Similar] = {}
    for rows in _candidates(connection, len(wanted), pair):
        for row, likeness in _likenesses(wanted, rows):
            one = Similar(
                source_text=row.source_text,
                target_text=row.target_text,
                likeness=likeness,
                is_person=row.is_person,
            )
            found.setdefault(row.text_digest, one)
    return sorted(found.values(), key=lambda one: (-one.likeness, not one.is_person))[:limit]


def _candidates(
    connection: Connection, length: int, pair: tuple[str, str]
) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Yield the corrections of about this length, then what is remembered, newest first, in parts."""
    number = min(CANDIDATES, EFFORT // max(1, length) ** 2)
    tables: tuple[tuple[Table, ColumnElement[bool]], ...] = (
        (corrections, literal(value=True)),
        (memory, memory.c.is_person),
    )
    for table, is_person in tables:
        columns = (table.c.text_digest, table.c.source_text, table.c.target_text, is_person.label("is_person"))
        last = table.c.key if table is memory else table.c.text_digest
        query = (
            select(*columns)
            .where(table.c.from_language == pair[0], table.c.to_language == pair[1])
            .where(table.c.text_length.between(SHORTEST * length, LONGEST * length))
            .order_by(table.c.created.desc(), last.desc())
            .limit(number)
        )
        yield from connection.execute(query, execution_options={"yield_per": PART}).partitions()


def _likenesses(wanted: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[tuple[Row[*tuple[Any, ...]], float]]:
    """Yield the rows that are like enough, with how like; equal ones in their order."""
    from rapidfuzz import process  # noqa: PLC0415 - 0.05 s, and only a reviewer asks
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - likewise

    texts = [normalise(row.source_text).casefold() for row in rows]
    likeness = Indel.normalized_similarity  # `fuzz.ratio`, from 0 to 1
    for _, score, index in process.extract(
        wanted.casefold(), texts, scorer=likeness, score_cutoff=LIKENESS, limit=None
    ):
        yield rows[index], score
