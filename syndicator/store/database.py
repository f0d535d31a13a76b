"""What a database is to the rest of this package, whichever it is: transactions, a lock, an index to search by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from syndicator.model import Keys, Unsorted

T = TypeVar("T")
Position = TypeVar("Position")

Place = tuple[int, str]
"""A change of the store, and a story of that change."""
START: Place = (-1, "")


class SearchIndex(Protocol):
    """The index that stories are searched by, made from the store and nothing else; see `ports.Store`."""

    def place(self) -> Place:
        """Return up to where the store's changes are in it; `START` where it is new."""

    def save(self, stories: Sequence[tuple[Unsorted, Mapping[str, Keys]]]) -> None:
        """Take in what stories read now, by language; the last of them is the place that is reached."""

    def find(self, language: str, wanted: Sequence[Sequence[str]], *, first: int, count: int) -> tuple[int, list[str]]:
        """Return how many stories have, for each word wanted, one of its keys, and some of them."""


class Database(Protocol):
    """One database and the way into it. Thread-safe: each `with` has a connection of its own.

    Every transaction raises `Replaced` once another store stands in its place: what was read from the old one (an
    ETag, what is known) must not be written into the new one. Writing transactions of one store never overlap, those
    of other processes included: what one reads is still so when it writes, and a higher number of a change (`seq`) is
    never seen before a lower one.
    """

    @property
    def name(self) -> str:
        """Return what an operator knows it by: a file, or a URL without its password."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Yield a connection on which all statements see the same state of the store."""

    def writing(self) -> AbstractContextManager[Connection]:
        """Yield a connection in a write transaction: kept durably when the context ends, undone when it raises."""

    def daemon_lock(self) -> AbstractContextManager[None]:
        """See `ports.Store`."""

    def check(self) -> list[str]:
        """See `ports.Store`."""

    def index(self, rules: str) -> SearchIndex:
        """Return the index of texts that became keys by these rules."""

    def close(self) -> None:
        """Let go of all connections."""


def paged(database: Database, read: Callable[[Connection, Position | None], list[tuple[Position, T]]]) -> Iterator[T]:
    """Yield what `read` returns after a position, page by page, each in a transaction of its own.

    So a slow consumer keeps nobody waiting; what is saved meanwhile may come, too.
    """
    after: Position | None = None
    while True:
        with database.reading() as connection:
            page = read(connection, after)
        if not page:
            return
        for position, value in page:
            yield value
            after = position
