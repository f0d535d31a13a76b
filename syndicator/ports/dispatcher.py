"""How work is handed out to other processes: what the store tells, in the transaction that gives the reason for it."""

from collections.abc import Sequence
from typing import Protocol

from syndicator.model import Article


class Dispatcher(Protocol):
    """Hands out the work that new data calls for. Thread-safe.

    Each method is called inside the store's write transaction, with the database driver's own connection: what it
    writes there is kept or undone with the data. It must neither commit nor keep the connection. Handing out a second
    time what waits to be begun changes nothing. It is no promise that all is handed out: what remains to be done is
    read from the store, and whoever schedules hands out the rest.
    """

    def articles_saved(self, transaction: object, articles: Sequence[Article]) -> None:
        """Have these new or changed articles translated, those of unknown language aside."""

    def editions_changed(self, transaction: object) -> None:
        """Have the editions published that are older than their entries."""

    def effects_wanted(self, transaction: object) -> None:
        """Have done what waits in the outbox."""
