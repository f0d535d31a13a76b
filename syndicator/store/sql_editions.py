"""Editions and entries as `ports.Store` wants them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from syndicator.model import (
    EditionKey,
    EditionState,
    EffectKey,
    Entry,
    Lead,
    Listed,
    Unsorted,
    Volume,
)
from syndicator.ports import Clock
from syndicator.store import (
    editions,
    leads,
    listing,
    neighbours,
    outbox,
    topics,
    volumes,
)
from syndicator.store.database import Database


class EditionsPart:
    """What `SqlStore` says of editions; see `ports.Store`."""

    _database: Database
    _clock: Clock

    def editions(self, *, outdated_under: str | None = None) -> list[EditionState]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return editions.all_editions(connection, outdated_under=outdated_under)

    def entries(
        self, key: EditionKey, *, limit: int, changed_after: int | None = None, with_pairs: bool = False
    ) -> list[Entry]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return editions.window(connection, key, limit=limit, changed_after=changed_after, with_pairs=with_pairs)

    def listing(
        self,
        key: EditionKey,
        *,
        limit: int,
        after: tuple[datetime, str] | None = None,
        since: datetime | None = None,
    ) -> list[Entry]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return listing.listing(connection, key, limit=limit, after=after, since=since)

    def story(self, identifier: str) -> list[Entry]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return listing.story(connection, identifier)

    def unsorted(self, topic: str, definition: str, *, limit: int) -> list[Unsorted]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return topics.unsorted(connection, topic, definition, limit=limit)

    def save_sorted(self, topic: str, definition: str, sorted_now: Sequence[tuple[Unsorted, bool]]) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            topics.save_sorted(connection, topic, definition, sorted_now, at=self._clock.now())

    def touch(self, stories: Collection[str]) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            number = editions.next_change(connection)
            changed = editions.follow_looks(connection, stories, seq=number)
            editions.mark(connection, changed, seq=number, at=self._clock.now())

    def leads(self) -> dict[EditionKey, Lead]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return leads.leads(connection)

    def last_number(self, language: str) -> int:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return editions.last_number(connection, language)

    def volumes(self, language: str) -> list[Volume]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return volumes.volumes(connection, language)

    def changed_parts(self, language: str, *, changed_after: int, size: int) -> list[int]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return volumes.changed_parts(connection, language, changed_after=changed_after, size=size)

    def numbered(self, language: str, *, first: int, count: int, with_pairs: bool = False) -> list[Entry]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return volumes.numbered(connection, language, first=first, count=count, with_pairs=with_pairs)

    def changed_stories(self, language: str, *, changed_after: int, first: int, count: int) -> list[Entry]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return neighbours.changed_stories(
                connection, language, changed_after=changed_after, first=first, count=count
            )

    def hidden_stories(self, language: str, *, changed_after: int | None, first: int, count: int) -> list[str]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return volumes.hidden_stories(connection, language, changed_after=changed_after, first=first, count=count)

    def listed(self, language: str, *, first: int, count: int) -> list[Listed]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return volumes.listed(connection, language, first=first, count=count)

    def save_published(
        self,
        key: EditionKey,
        *,
        changed: int,
        fingerprint: str,
        announced: Mapping[str, str] | None = None,
        effects: Collection[EffectKey] = (),
    ) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            editions.save_published(
                connection, key, changed=changed, fingerprint=fingerprint, announced=announced or {}
            )
            if effects:
                number = editions.next_change(connection)
                outbox.want(connection, effects, number=number, at=self._clock.now())
