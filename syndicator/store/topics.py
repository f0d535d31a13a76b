"""Which stories belong to which topic. Functions on a connection.

What belongs is decided elsewhere, from the texts; here is kept what was decided, and up to which change of the store.
So nothing is forgotten whatever crashes, and a story is looked at again only when it changed, or its topic did.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select, tuple_

from syndicator.model import Entry, Unsorted
from syndicator.store.connection import chunks, upsert
from syndicator.store.editions import TOPICS, completed, entries_query, mark_only, next_change
from syndicator.store.schema import entries, topic_entries, topics


def unsorted(connection: Connection, topic: str, definition: str, *, limit: int) -> list[Unsorted]:
    """Return stories that are to be sorted, those that changed first before others; see `ports.Store.unsorted`."""
    kept = connection.execute(select(topics).where(topics.c.slug == topic)).first()
    done = (kept.seq, kept.article_id) if kept is not None and kept.definition == definition else (-1, "")
    return changed_after(connection, done, limit=limit)


def changed_after(connection: Connection, done: tuple[int, str], *, limit: int) -> list[Unsorted]:
    """Return the stories that changed after a change, and after a story of it, those that changed first before."""
    place = (entries.c.seq, entries.c.article_id)
    query = select(*place).distinct().where(tuple_(*place) > done).order_by(*place).limit(limit)
    found = {row.article_id: row.seq for row in connection.execute(query)}  # its last change counts
    shown: dict[str, list[Entry]] = {story: [] for story in found}
    for some in chunks(found):
        of_these = entries_query().where(entries.c.article_id.in_(some), entries.c.is_shown)
        rows = connection.execute(of_these.order_by(entries.c.language)).mappings().all()
        for entry in completed(connection, rows):
            shown[entry.story].append(entry)
    return [
        Unsorted(story=story, seq=seq, entries=tuple(shown[story]))
        for seq, story in sorted((seq, story) for story, seq in found.items())
    ]


def save_sorted(
    connection: Connection, topic: str, definition: str, sorted_now: Sequence[tuple[Unsorted, bool]], *, at: datetime
) -> None:
    """Keep which stories belong and which do not; see `ports.Store.save_sorted`."""
    if not sorted_now:
        return
    touched: set[str] = set()
    for some in chunks(range(len(sorted_now))):
        touched |= _sort(connection, topic, [sorted_now[n] for n in some])
    if touched:
        seq = next_change(connection)
        mark_only(connection, {(language, TOPICS + topic) for language in touched}, seq=seq, at=at)
    last = sorted_now[-1][0]
    row = {"slug": topic, "definition": definition, "seq": last.seq, "article_id": last.story}
    upsert(connection, topics, row)


def _sort(connection: Connection, topic: str, some: Sequence[tuple[Unsorted, bool]]) -> set[str]:
    """Make the entries of these stories stand in the topic, or not; return the languages where that shows."""
    since = {one.story: one.seq for one, _ in some}
    belonging = {one.story for one, belongs in some if belongs}
    here = (topic_entries.c.topic == topic, topic_entries.c.article_id.in_(since))
    held = {(row.article_id, row.language) for row in connection.execute(select(topic_entries).where(*here))}
    new: list[dict[str, object]] = []
    touched: set[str] = set()
    for row in connection.execute(select(entries).where(entries.c.article_id.in_(since))):
        was, belongs = (row.article_id, row.language) in held, row.article_id in belonging
        if was != belongs or (belongs and row.seq >= since[row.article_id]):
            touched.add(row.language)
        if belongs and not was:
            new.append({"article_id": row.article_id, "language": row.language, "published": row.published})
    if new:
        connection.execute(topic_entries.insert(), [{"topic": topic, **row} for row in new])
    gone = {story for story, _ in held} - belonging
    if gone:
        of_gone = (topic_entries.c.topic == topic, topic_entries.c.article_id.in_(gone))
        connection.execute(delete(topic_entries).where(*of_gone))
    return touched
