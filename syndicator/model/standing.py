"""How things stand in the store, as who operates it watches them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from syndicator.model.sources import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    """How a source is doing."""

    condition: Condition
    failures: int
    """In a row."""
    succeeded: datetime | None
    newest: datetime | None
    """When its newest article was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The translations from one language to another that are missing or outdated; the one or other may have failed."""

    count: int
    oldest: datetime | None
    """When the article was first seen that has waited longest for its first try, of the thousand published first; None
    where all have been tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What waits, what failed, what is old. A pair is (from, to), in primary language subtags."""

    sources: Mapping[str, SourceStanding]
    """By slug: all that were ever looked at."""
    queues: Mapping[tuple[str, str], Queue]
    failed: Mapping[tuple[str, str], int]
    """Translations of current article versions that failed and are tried again."""
    held: int
    parked: int
    set_aside: int
    effects: Mapping[str, int]
    """In the outbox, by kind."""
    unpublished: int
    """Editions that are older than their entries."""
