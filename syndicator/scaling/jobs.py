"""Which jobs there are: their queues, what locks them against each other, what goes first. Knows no database."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from syndicator import policy
from syndicator.model import Source

Pair = tuple[str, str]
"""(from, to), as primary language subtags."""

SETTLING = timedelta(seconds=2)
"""A publisher waits so long after a change: what is saved right after it is published with it."""
_MINUTE = 60


class Task(StrEnum):
    """What is done; the first words of all locks, too."""

    READ = "read"
    TRANSLATE = "translate"
    PUBLISH = "publish"
    NOTIFY = "notify"
    PICTURES = "pictures"
    MIRROR = "mirror"


class Queue(StrEnum):
    """Where jobs wait, those to translate aside: `queue_of` names their queues, one for each pair."""

    READ = "read"
    INBOX = "inbox"
    """Sources that are folders: read only where that folder is."""
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be done by some worker. Doing it twice, or when nothing is left to do, changes nothing."""

    task: Task
    queue: str
    args: Mapping[str, Any] = field(default_factory=dict)
    lock: str | None = None
    """No two jobs with the same run at a time."""
    queueing_lock: str
    """No two jobs with the same wait at a time: deferring the second changes nothing."""
    priority: int = 0
    """Higher ones of a queue go first, then those deferred first."""
    delay_s: float = 0
    """Seconds before it may begin."""

    def row(self) -> dict[str, Any]:
        """Return what `queue` hands to the database."""
        return asdict(self)


def queue_of(pair: Pair) -> str:
    """Return the queue of what is to be translated from one language into another."""
    return f"{Task.TRANSLATE}:{pair[0]}-{pair[1]}"


def read_job(source: Source, *, tries: int = 0) -> Job:
    """Return the job of reading a source. Sources of one host are read one after another, by whatever machine."""
    return Job(
        task=Task.READ,
        queue=Queue.INBOX if source.folder else Queue.READ,
        args={"source": source.slug, "tries": tries},
        lock=f"{Task.READ}:{policy.origin(source)}",
        queueing_lock=f"{Task.READ}:{source.slug}",
        delay_s=_rest(tries),
    )


def translate_job(article_id: str, pair: Pair, *, published: datetime, tries: int = 0) -> Job:
    """Return the job of translating an article: the newest go first, so that a backlog never holds up the news."""
    name = f"{Task.TRANSLATE}:{article_id}:{pair[1]}"
    return Job(
        task=Task.TRANSLATE,
        queue=queue_of(pair),
        args={
            "article": article_id,
            "from_language": pair[0],
            "to_language": pair[1],
            "published": published.isoformat(),
            "tries": tries,
        },
        lock=name,
        queueing_lock=name,
        priority=int(published.timestamp() // _MINUTE),
        delay_s=_rest(tries),
    )


def publish_job(*, with_missing: bool = False, tries: int = 0) -> Job:
    """Return the job of publishing what changed. One machine at a time: all editions share lists and front page."""
    return Job(
        task=Task.PUBLISH,
        queue=Queue.PUBLISH,
        args={"with_missing": with_missing, "tries": tries},
        lock=Task.PUBLISH,
        queueing_lock=Task.PUBLISH,
        delay_s=max(SETTLING.total_seconds(), _rest(tries)),
    )


def side_job(task: Task, *, tries: int = 0) -> Job:
    """Return a job that goes with publishing: `NOTIFY` does what waits in the outbox, `PICTURES` fetches copies."""
    return Job(
        task=task,
        queue=Queue.PUBLISH,
        args={"tries": tries},
        lock=task,
        queueing_lock=task,
        delay_s=_rest(tries),
    )


def pairs_between(own: str, languages: Collection[str], served: Collection[Pair]) -> list[Pair]:
    """Return the pairs from one language into each other wanted one that somebody has the models for."""
    return [(own, to) for to in languages if to != own and (own, to) in served]


def _rest(tries: int) -> float:
    """Return how many seconds a job is left alone that went wrong so often in a row."""
    return policy.rest(tries).total_seconds() if tries else 0
