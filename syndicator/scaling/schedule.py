"""Hand out what the store says is left to do and has no job: sources that are due, failures, jobs that were lost.

The store is asked, never a memory of what was handed out: the queue may be emptied at any time, and fills again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from syndicator import pipeline, policy
from syndicator.model import Source, SourceState, primary
from syndicator.scaling.jobs import Job, Pair, Queue, Task, publish_job, queue_of, read_job, side_job, translate_job
from syndicator.scaling.tasks import side_jobs
from syndicator.wiring import Desk

ENOUGH = 1000
"""Jobs in a queue that need no company: the store is asked for more when there are fewer."""
LOOK_AROUND_S = 60
"""Seconds between two looks at what the quick questions don't tell: files that are gone, sources never read."""


@dataclass(slots=True, kw_only=True)
class Sweep:
    """Finds what is to be handed out. Called by one thread at a time."""

    desk: Desk
    _owed: dict[str, Source] = field(default_factory=dict)
    """Sources that the store knows nothing of, or nothing of their present address."""
    _looked_around: datetime | None = None

    def left(self, waiting: Mapping[str, int], served: Collection[Pair]) -> list[Job]:
        """Return jobs for what is left to do, given how many wait by queue and which pairs somebody has models for."""
        now = self.desk.clock.now()
        is_time = self._looked_around is None or not 0 <= (now - self._looked_around).total_seconds() < LOOK_AROUND_S
        if is_time:
            self._looked_around = now
            self._find_owed()
        return [
            *self._reading(waiting, now, with_owed=is_time),
            *self._translating(waiting, served, now),
            *self._publishing(with_missing=is_time),
        ]

    def _find_owed(self) -> None:
        states = self.desk.store.source_states()
        self._owed = {
            source.slug: source
            for source in self.desk.sources
            if source.slug not in states or policy.remembered(source, states[source.slug]) != states[source.slug]
        }

    def _reading(self, waiting: Mapping[str, int], now: datetime, *, with_owed: bool) -> list[Job]:
        if waiting.get(Queue.READ, 0) >= ENOUGH:
            return []
        states = self.desk.store.source_states(due_by=now)
        if with_owed:
            states |= {slug: SourceState(slug=slug) for slug in self._owed}
        return [
            read_job(source)
            for source in self.desk.sources
            if (state := states.get(source.slug)) and policy.is_due(policy.remembered(source, state), now)
        ]

    def _translating(self, waiting: Mapping[str, int], served: Collection[Pair], now: datetime) -> list[Job]:
        wanted = {primary(language) for language in self.desk.settings.languages}
        pairs = [pair for pair in served if pair[1] in wanted and waiting.get(queue_of(pair), 0) < ENOUGH]
        return [
            translate_job(one.article_id, pair, published=one.published or now)
            for pair in sorted(pairs)
            for one in self.desk.store.waiting([pair[1]], pairs=[pair], now=now, limit=2 * ENOUGH)
        ]

    def _publishing(self, *, with_missing: bool) -> list[Job]:
        desk = self.desk
        jobs = []
        if with_missing or pipeline.is_outdated(store=desk.store, masthead=desk.masthead):
            jobs.append(publish_job(with_missing=with_missing))
        if desk.store.effects_due(now=desk.clock.now(), limit=1):
            jobs.append(side_job(Task.NOTIFY))
        if with_missing:
            jobs += side_jobs(desk)
        return jobs
