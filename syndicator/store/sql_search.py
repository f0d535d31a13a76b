"""Searching, and what was done lately, as `ports.Store` wants them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from syndicator.model import Done, Found, Keys, Unsorted, primary
from syndicator.store import editions, progress, topics
from syndicator.store.database import Database
from syndicator.store.schema import entries


class SearchPart:
    """What `SqlStore` does for those who search; see `ports.Store`."""

    _database: Database

    def unindexed(self, rules: str, *, limit: int) -> list[Unsorted]:
        """See `ports.Store`."""
        place = self._database.index(rules).place()
        with self._database.reading() as connection:
            return topics.changed_after(connection, place, limit=limit)

    def save_indexed(self, rules: str, stories: Sequence[tuple[Unsorted, Mapping[str, Keys]]]) -> None:
        """See `ports.Store`."""
        if stories:
            self._database.index(rules).save(stories)

    def search(self, rules: str, language: str, wanted: Sequence[Sequence[str]], *, first: int, count: int) -> Found:
        """See `ports.Store`."""
        language = primary(language)
        total, stories = (
            self._database.index(rules).find(language, wanted, first=first, count=count) if wanted else (0, [])
        )
        query = editions.entries_query().where(
            entries.c.language == language, entries.c.is_shown, entries.c.article_id.in_(stories)
        )
        with self._database.reading() as connection:
            found = {
                one.story: one for one in editions.completed(connection, connection.execute(query).mappings().all())
            }
        return Found(total=total, entries=tuple(found[story] for story in stories if story in found))

    def lately(self, *, since: datetime) -> list[Done]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return progress.lately(connection, since=since)
