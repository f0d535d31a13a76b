"""What is remembered of sources: state, marks of items, what was set aside. Functions on a connection."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from syndicator.model import About, Condition, SetAside, SourceState
from syndicator.store.connection import as_written, chunks, upsert
from syndicator.store.schema import marks, meta, set_aside, sources


def extents(connection: Connection) -> dict[str, str]:
    """Return how much of the text of each source may be published, where that is not all."""
    value = connection.execute(select(meta.c.value).where(meta.c.key == "extents")).scalar()
    found: dict[str, str] = json.loads(value) if value else {}
    return found


def save_extents(connection: Connection, extents: Mapping[str, str]) -> None:
    """Replace what `extents` returns."""
    connection.execute(delete(meta).where(meta.c.key == "extents"))
    connection.execute(meta.insert().values(key="extents", value=json.dumps(dict(extents), sort_keys=True)))


def state_of(connection: Connection, slug: str) -> SourceState:
    """Return what is remembered of a source; all defaults if nothing is."""
    row = connection.execute(select(sources).where(sources.c.slug == slug)).first()
    return _state(row) if row else SourceState(slug=slug)


def all_states(connection: Connection, *, due_by: datetime | None) -> dict[str, SourceState]:
    """Return every state by slug, sorted; with `due_by`, only those that may be due then."""
    query = select(sources)
    if due_by is not None:
        query = query.where(or_(sources.c.due.is_(None), sources.c.due <= due_by, sources.c.checked > due_by))
    states = [_state(row) for row in connection.execute(query)]
    return {state.slug: state for state in sorted(states, key=lambda state: state.slug)}


def save_state(connection: Connection, state: SourceState) -> None:
    """Replace the state of a source."""
    upsert(
        connection, sources, {**asdict(state), "condition": state.condition.value, "about": _from_about(state.about)}
    )


def bring_forward(connection: Connection, slug: str) -> None:
    """Make a source due at once."""
    connection.execute(update(sources).where(sources.c.slug == slug).values(due=None))


def is_asked_for(connection: Connection, began: SourceState) -> bool:
    """Return whether somebody asked for a source since it was as `began` says (`reconsider`, `bring_forward`)."""
    held = state_of(connection, began.slug)
    return (held.due, held.etag, held.last_modified) != (began.due, began.etag, began.last_modified)


def asked_for(state: SourceState) -> SourceState:
    """Return a state in which the source is due, to be read whole."""
    return replace(state, due=None, etag=None, last_modified=None)


def without_forgotten(
    connection: Connection, slug: str, new: Mapping[str, str], *, read: Sequence[str]
) -> dict[str, str]:
    """Return the marks of a reading but for those that were taken away meanwhile, unless it brought an article."""
    kept = {*marks_of(connection, slug), *read}
    return {key: mark for key, mark in new.items() if key in kept}


def marks_of(connection: Connection, slug: str) -> dict[str, str]:
    """Return the marks of a source by `origin_id`."""
    rows = connection.execute(select(marks.c.origin_id, marks.c.mark).where(marks.c.source == slug))
    return {row.origin_id: row.mark for row in rows}


def replace_marks(connection: Connection, slug: str, new: Mapping[str, str]) -> None:
    """Make the marks of a source equal to `new`, writing only what differs: an inbox may hold 100,000 files."""
    held = marks_of(connection, slug)
    _remove(connection, marks, slug, [key for key, mark in held.items() if new.get(key) != mark])
    rows = [{"source": slug, "origin_id": key, "mark": mark} for key, mark in new.items() if held.get(key) != mark]
    if rows:
        connection.execute(marks.insert(), rows)


def replace_set_aside(
    connection: Connection, slug: str, new: Sequence[SetAside], *, cleared: Sequence[str], at: datetime
) -> None:
    """Forget the reasons of the items `cleared`, and replace those of the items in `new`."""
    latest = {item.origin_id: item.reason for item in new}
    rows = connection.execute(select(set_aside.c.origin_id, set_aside.c.reason).where(set_aside.c.source == slug))
    held = {row.origin_id: row.reason for row in rows}
    stale = [key for key in {*cleared, *latest} if key in held and latest.get(key) != held[key]]
    _remove(connection, set_aside, slug, stale)
    fresh = [
        {"source": slug, "origin_id": key, "reason": reason, "at": at, "is_dropped": False}
        for key, reason in latest.items()
        if held.get(key) != reason
    ]
    if fresh:
        connection.execute(set_aside.insert(), fresh)


def all_set_aside(connection: Connection) -> list[tuple[str, SetAside]]:
    """Return (slug, what was set aside, why and since when), sorted; what was dropped is left out."""
    rows = connection.execute(select(set_aside).where(set_aside.c.is_dropped.is_(False)))
    found = [(row.source, SetAside(origin_id=row.origin_id, reason=row.reason, since=row.at)) for row in rows]
    return sorted(found, key=lambda pair: (pair[0], pair[1].origin_id))


def reconsider(connection: Connection, slug: str, origin_ids: Sequence[str]) -> None:
    """Forget why items were set aside, and have their source read whole at once, as if it had changed."""
    _remove(connection, set_aside, slug, origin_ids)
    _remove(connection, marks, slug, origin_ids)
    anew = {"etag": None, "last_modified": None, "due": None}  # as `asked_for` says
    connection.execute(update(sources).where(sources.c.slug == slug).values(anew))


def drop(connection: Connection, slug: str, origin_ids: Sequence[str]) -> None:
    """Tell of these items no more, as long as the reason stays the same."""
    for some in chunks(origin_ids):
        chosen = set_aside.c.source == slug, set_aside.c.origin_id.in_(some)
        connection.execute(update(set_aside).where(*chosen).values(is_dropped=True))


@as_written
def about_from(held: Mapping[str, Any]) -> About:
    """Return what a source says of itself from the JSON that `sources.about` holds."""
    updated = held.get("updated")
    return About(**{**held, "updated": datetime.fromisoformat(updated) if updated else None})


def _from_about(about: About) -> dict[str, Any]:
    return {**asdict(about), "updated": about.updated and about.updated.isoformat()}


def _state(row: Row[*tuple[Any, ...]]) -> SourceState:
    held = row._asdict()
    return SourceState(**{**held, "condition": Condition(row.condition), "about": about_from(row.about)})


def _remove(connection: Connection, of: Any, slug: str, origin_ids: Sequence[str]) -> None:  # noqa: ANN401
    for some in chunks(origin_ids):
        connection.execute(delete(of).where(of.c.source == slug, of.c.origin_id.in_(some)))
