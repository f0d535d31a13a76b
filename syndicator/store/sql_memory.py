"""The memory, corrections and parked segments as `ports.Store` wants them."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import islice

from syndicator.model import (
    Correction,
    Parked,
    Remembered,
    Rendering,
    Similar,
    primary,
)
from syndicator.ports import Clock
from syndicator.store import (
    corrected,
    corrections,
    memory,
    waiting,
)
from syndicator.store.database import Database, paged
from syndicator.store.similar import similar


class MemoryPart:
    """What `SqlStore` says of the memory; see `ports.Store`."""

    _database: Database
    _clock: Clock

    def recall(self, keys: Collection[str]) -> dict[str, Rendering]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return memory.recall(connection, keys)

    def remember(self, segments: Sequence[Remembered]) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            memory.remember(connection, segments, at=self._clock.now())

    def corrections(self, texts: Collection[str], from_language: str, to_language: str) -> dict[str, str]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return corrections.find(connection, texts, (primary(from_language), primary(to_language)))

    def save_corrections(self, new: Sequence[Correction]) -> int:
        """See `ports.Store`."""
        now = self._clock.now()
        with self._database.writing() as connection:
            count = corrections.save(connection, new, at=now)
            if count:
                waiting.bring_forward(connection, {one.to_language for one in new}, at=now)
            return count

    def mark_corrected(self, from_language: str, to_language: str, *, since: datetime, text: str | None = None) -> int:
        """See `ports.Store`."""
        pair = (primary(from_language), primary(to_language))
        rest = paged(self._database, partial(corrected.page, pair=pair, text=text))
        marked: set[str] = set()
        while found := list(islice(rest, corrected.PAGE)):
            with self._database.reading() as connection:
                articles = corrected.differing(connection, found, pair=pair, since=since)
            if articles:
                with self._database.writing() as connection:
                    corrected.mark(connection, articles, language=pair[1])
            marked.update(articles)
        with self._database.writing() as connection:
            found = corrected.held_back(connection, pair=pair)
            articles = corrected.differing(connection, found, pair=pair, since=since)
            corrected.mark_held(connection, articles, language=pair[1])
        return len(marked.union(articles))

    def all_corrections(self, from_language: str | None = None, to_language: str | None = None) -> Iterator[Correction]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            pairs = corrections.pairs(connection, from_language, to_language)
        for pair in pairs:
            yield from paged(self._database, partial(corrections.page, pair=pair))

    def memories(self, from_language: str, to_language: str) -> Iterator[Remembered]:
        """See `ports.Store`."""
        pair = (primary(from_language), primary(to_language))
        return paged(self._database, partial(memory.page, pair=pair))

    def similar(self, text: str, from_language: str, to_language: str, *, limit: int) -> list[Similar]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return similar(connection, text, (primary(from_language), primary(to_language)), limit=limit)

    def park(self, parked: Sequence[Parked]) -> None:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            memory.park(connection, parked)

    def parked(self, keys: Collection[str] | None = None) -> list[Parked]:
        """See `ports.Store`."""
        with self._database.reading() as connection:
            return memory.all_parked(connection, keys)

    def unpark(self) -> int:
        """See `ports.Store`."""
        with self._database.writing() as connection:
            waiting.bring_forward(connection, None, at=self._clock.now())
            return memory.unpark(connection)
