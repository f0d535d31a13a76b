"""How the desk is doing, in numbers: what waits, how quickly it is done. Pure but for the store that is asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from syndicator.model import Done
from syndicator.ports import Store

HOUR = timedelta(hours=1)
HOURS = 24
"""How far back delays are shown."""
_BACKLOG = timedelta(days=1)
"""What was older than this when we first saw it came from a backlog: its delay counts from then."""
COUNTED = ("articles", "translations", "failed", "held", "set_aside", "parked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long articles took from their source into an edition."""

    language: str
    count: int
    middle: timedelta
    slow: timedelta
    """Nine of ten took no longer."""
    by_hour: tuple[timedelta | None, ...]
    """The middle of each of the last `HOURS`, oldest first; None where nothing was done."""


def figures(store: Store, languages: Sequence[str], *, now: datetime) -> dict[str, float]:
    """Return what changes while a run goes on, by name."""
    counts = store.counts()
    return {
        "waiting": sum(store.waiting_counts(languages).values()),
        **{name: counts[name] for name in COUNTED},
        "words": words_a_second(store.lately(since=now - HOUR)),
    }


def words_a_second(done: Iterable[Done]) -> float:
    """Return the words of what was translated in an hour by its seconds."""
    return round(sum(one.words for one in done) / HOUR.total_seconds(), 1)


def delays(done: Sequence[Done], *, now: datetime) -> list[Delay]:
    """Return the delays of each language, sorted; of first versions alone."""
    by_language: dict[str, list[tuple[int, timedelta]]] = {}
    for one in done:
        hour = HOURS - 1 - (now - one.translated) // HOUR
        if one.is_first_version and 0 <= hour < HOURS:
            by_language.setdefault(one.language, []).append((hour, _delay(one)))
    return [_summed(language, found) for language, found in sorted(by_language.items())]


def _delay(one: Done) -> timedelta:
    began = one.published if one.first_seen - one.published <= _BACKLOG else one.first_seen
    return max(timedelta(), one.translated - began)


def _summed(language: str, found: Sequence[tuple[int, timedelta]]) -> Delay:
    every = sorted(delay for _, delay in found)
    hours = [[delay for at, delay in found if at == hour] for hour in range(HOURS)]
    return Delay(
        language=language,
        count=len(every),
        middle=_middle(every),
        slow=every[min(len(every) - 1, len(every) * 9 // 10)],
        by_hour=tuple(_middle(each) if each else None for each in hours),
    )


def _middle(delays_found: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=median(one.total_seconds() for one in delays_found))
