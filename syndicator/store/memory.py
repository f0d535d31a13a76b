"""The memory: what engines made of segments, and which segments broke one. Functions on a connection."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, tuple_

from syndicator.model import Link, Parked, Remembered, Rendering, normalise, primary
from syndicator.store.connection import PAGE, chunks
from syndicator.store.schema import memory, parked

Position = tuple[datetime, str]
"""When something was remembered, and its key."""


def recall(connection: Connection, keys: Collection[str]) -> dict[str, Rendering]:
    """Return the remembered renderings of these keys; unknown ones are absent."""
    columns = (memory.c.key, memory.c.target_text, memory.c.links, memory.c.score, memory.c.is_person)
    found = {}
    for some in chunks(set(keys)):
        for row in connection.execute(select(*columns).where(memory.c.key.in_(some))):
            found[row.key] = _rendering(row)
    return found


def remember(connection: Connection, segments: Sequence[Remembered], *, at: datetime) -> None:
    """Keep segment translations; the first text of a key stays, and takes on links that it has not."""
    for some in chunks(segments):
        new = _combined(some)
        held = recall(connection, new)
        rows = [_row(segment, at) for key, segment in new.items() if key not in held]
        if rows:
            connection.execute(memory.insert(), rows)
        linked = [
            {"of": key, "new": _from_links(segment.rendering.links)}
            for key, segment in new.items()
            if key in held and _lacks_links_of(held[key], segment.rendering)
        ]
        if linked:
            query = memory.update().where(memory.c.key == bindparam("of")).values(links=bindparam("new"))
            connection.execute(query, linked)


def page(connection: Connection, after: Position | None, *, pair: tuple[str, str]) -> list[tuple[Position, Remembered]]:
    """Return what comes after a position of a pair's engine translations, oldest first, each with its position.

    Of equal texts, the newest alone.
    """
    newer = memory.alias("newer")
    is_superseded = (
        _is_of(newer, pair),
        newer.c.text_digest == memory.c.text_digest,
        tuple_(newer.c.created, newer.c.key) > tuple_(memory.c.created, memory.c.key),
    )
    query = (
        select(memory)
        .where(_is_of(memory, pair), ~select(newer.c.key).where(*is_superseded).exists())
        .order_by(memory.c.created, memory.c.key)
        .limit(PAGE)
    )
    if after is not None:
        query = query.where(tuple_(memory.c.created, memory.c.key) > after)
    return [((row.created, row.key), _remembered(row)) for row in connection.execute(query)]


def park(connection: Connection, segments: Sequence[Parked]) -> None:
    """Keep segments that broke the engine; the first reason of a key stays."""
    for some in chunks(segments):
        first = {one.key: one for one in reversed(some)}
        held = {one.key for one in all_parked(connection, first)}
        rows = [
            {"key": one.key, "source_text": one.source_text, "reason": one.reason}
            for one in first.values()
            if one.key not in held
        ]
        if rows:
            connection.execute(parked.insert(), rows)


def all_parked(connection: Connection, keys: Collection[str] | None) -> list[Parked]:
    """Return the parked segments among these keys, or all, sorted by key."""
    if keys is None:
        rows = list(connection.execute(select(parked)))
    else:
        queries = (select(parked).where(parked.c.key.in_(some)) for some in chunks(set(keys)))
        rows = [row for query in queries for row in connection.execute(query)]
    return sorted((Parked(**row._asdict()) for row in rows), key=lambda one: one.key)


def unpark(connection: Connection) -> int:
    """Forget all parked segments; return how many there were."""
    return connection.execute(delete(parked)).rowcount


def of_text(text: str) -> dict[str, Any]:
    """Return the columns that texts are told apart by; equal for texts that are one segment."""
    normalised = normalise(text)
    return {"text_digest": sha256(normalised.encode()).hexdigest(), "text_length": len(normalised)}


def _is_of(table: Any, pair: tuple[str, str]) -> Any:  # noqa: ANN401 - a table, a condition
    return and_(table.c.from_language == pair[0], table.c.to_language == pair[1], ~table.c.is_person)


def _combined(segments: Sequence[Remembered]) -> Mapping[str, Remembered]:
    """Return the first of each key, with the links of a later one where that has the same text."""
    found: dict[str, Remembered] = {}
    for segment in segments:
        first = found.setdefault(segment.key, segment)
        if _lacks_links_of(first.rendering, segment.rendering):
            found[segment.key] = replace(first, rendering=replace(first.rendering, links=segment.rendering.links))
    return found


def _lacks_links_of(one: Rendering, other: Rendering) -> bool:
    return one.text == other.text and not one.links and bool(other.links)


def _row(segment: Remembered, at: datetime) -> dict[str, Any]:
    rendering = segment.rendering
    languages = segment.route.split(">")
    return {
        "key": segment.key,
        "source_text": segment.source_text,
        "target_text": rendering.text,
        "links": _from_links(rendering.links),
        "score": rendering.score,
        "route": segment.route,
        "created": at,
        "from_language": primary(languages[0]),
        "to_language": primary(languages[-1]),
        "is_person": rendering.is_person,
        **of_text(segment.source_text),
    }


def _remembered(row: Row[*tuple[Any, ...]]) -> Remembered:
    return Remembered(key=row.key, source_text=row.source_text, rendering=_rendering(row), route=row.route)


def _rendering(row: Row[*tuple[Any, ...]]) -> Rendering:
    links = tuple(_link(*numbers) for numbers in row.links)
    return Rendering(text=row.target_text, links=links, score=row.score, is_person=row.is_person)


def _link(source_start: int, source_end: int, target_start: int, target_end: int) -> Link:
    return Link(source_start=source_start, source_end=source_end, target_start=target_start, target_end=target_end)


def _from_links(links: Sequence[Link]) -> list[list[int]]:
    return [[link.source_start, link.source_end, link.target_start, link.target_end] for link in links]
