"""The jobs that tick, under one version of the settings. Knows threads; the work is done elsewhere.

Due times live in the store, so the scheduler holds nothing that a restart could lose: ticking jobs ask the store
what is left to do. A source is never read twice at a time, and there is one translator and one publisher.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from syndicator import pipeline, policy
from syndicator.errors import Replaced, SyndicatorError, TranslateError
from syndicator.log import logger
from syndicator.model import Source, SourceState
from syndicator.monitor.vitals import Vitals
from syndicator.sources.inbox import watch_inboxes
from syndicator.wiring import Desk, bench, gathering, receivers

TICK = timedelta(seconds=2)
LOOK_AT_FILES = timedelta(minutes=1)
"""How often editions whose files somebody deleted are looked for: with thousands of them that takes a second."""


class Shift:
    """One stretch of work under the same settings: `start`, `halt`, wait until it `is_over`. Never started again."""

    def __init__(self, desk: Desk, vitals: Vitals) -> None:
        self._desk = desk
        self._vitals = vitals
        self._halt = threading.Event()
        self._changed = threading.Condition()
        self._at_hand: set[str] = set()
        self._asked_for: set[str] = set()
        self._queues: dict[str, deque[Source]] = {}
        """By origin, what waits for its one reader; empty while that one reads the last."""
        self._random = Random()
        self._log = logger()
        self._rests: dict[str, tuple[int, float]] = {}
        """By job: how often in a row it went wrong, and until when (monotonic) it is left alone for that."""
        self._owed: set[str] = set()
        """Sources to be read whatever the store says: it knows nothing of them, or the last look came to nothing."""
        self._files_looked_at: float | None = None
        self._pictures_looked_at: tuple[float, list[int]] | None = None
        """When pictures were last looked for (monotonic), and what the editions' change counters said then."""
        self._mirroring = pipeline.Mirroring(desk.mirror, clock=desk.clock) if desk.mirror else None
        self.has_lost_its_store = False
        """Whether a job found the store restored, replaced or upgraded: nothing more can be done in this shift."""
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={
                "default": ThreadPoolExecutor(5),
                "readers": ThreadPoolExecutor(desk.settings.schedule.readers),
            },
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin ticking and watching the inboxes; return at once."""
        for name, job in self._jobs().items():
            self._scheduler.add_job(self._guarded, "interval", seconds=TICK.total_seconds(), args=[name, job], id=name)
        self._scheduler.start()
        self._vitals.expect_ticks(self._jobs())
        states = self._desk.store.source_states()
        self._owed = {
            source.slug
            for source in self._desk.sources
            if source.slug not in states or policy.remembered(source, states[source.slug]) != states[source.slug]
        }
        self._read_due()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def _jobs(self) -> dict[str, Callable[[], None]]:
        """Return what ticks, by name."""
        jobs = {"read": self._read_due, "translate": self._translate, "publish": self._publish, "notify": self._notify}
        jobs |= {"pictures": self._gather} if self._desk.masthead.has_copies else {}
        return jobs | ({"mirror": self._mirror} if self._mirroring else {})

    def halt(self) -> None:
        """Begin nothing more, and let the work at hand come to an end."""
        self._halt.set()
        self._vitals.expect_ticks([])
        with self._changed:
            self._changed.notify_all()
        self._scheduler.pause()

    def is_over(self, *, within: timedelta) -> bool:
        """Wait for the work at hand to finish; return whether all of it did in that time."""
        with self._changed:
            is_done = self._changed.wait_for(lambda: not self._at_hand, within.total_seconds())
        if is_done and self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        return is_done

    def mind_the_clock(self) -> None:
        """Have the ticks go on after the clock was set back: the scheduler would wait for the old time to come."""
        latest = datetime.now(UTC) + 2 * TICK
        for job in self._scheduler.get_jobs():
            if job.next_run_time and job.next_run_time > latest:
                with suppress(JobLookupError):  # it began meanwhile
                    job.modify(next_run_time=datetime.now(UTC))

    def at_hand(self) -> set[str]:
        """Return the names of the jobs that are running now."""
        with self._changed:
            return set(self._at_hand)

    def _guarded(self, name: str, job: Callable[[], None]) -> bool:
        """Run a job once it is not running elsewhere; nothing that goes wrong in it goes further.

        Return whether it was begun: not when it rests, or the shift ends.
        """
        self._vitals.ticked(name)
        with self._changed:
            self._changed.wait_for(lambda: name not in self._at_hand or self._halt.is_set())
            if self._halt.is_set() or self._is_resting(name):
                return False
            self._at_hand.add(name)
        try:
            with self._vitals.at_hand(name):
                job()
        except Replaced as error:
            self._leave_the_store(error)
        except SyndicatorError as error:
            self._rest(name)
            self._log.error("job_failed", job=name, reason=str(error))  # foreseen: no traceback
        except Exception:  # noqa: BLE001  # the job boundary: log, go on, try again later
            self._rest(name)
            self._log.exception("job_failed", job=name)
        else:
            self._rests.pop(name, None)
        finally:
            with self._changed:
                self._at_hand.discard(name)
                self._changed.notify_all()
        return True

    def _leave_the_store(self, error: Replaced) -> None:
        """Have the main thread begin anew: this store is no longer the one at its place."""
        self._log.warning("store_lost", reason=str(error))
        with self._changed:
            is_first = not self.has_lost_its_store
            self.has_lost_its_store = True
        if is_first:
            os.kill(os.getpid(), signal.SIGHUP)  # it waits for signals, and only for these

    def _is_resting(self, name: str) -> bool:
        return time.monotonic() < self._rests.get(name, (0, 0.0))[1]

    def _rest(self, name: str) -> None:
        """Leave a job alone for a while: with every tick it would fail again, fill the log, and knock at an origin."""
        failures = self._rests.get(name, (0, 0.0))[0] + 1
        self._rests[name] = (failures, time.monotonic() + policy.rest(failures).total_seconds())

    def _read_due(self) -> None:
        desk = self._desk
        now = desk.clock.now()
        states = desk.store.source_states(due_by=now)
        at_hand = self.at_hand()
        for source in desk.sources:
            state = SourceState(slug=source.slug) if source.slug in self._owed else states.get(source.slug)
            if state and policy.is_due(policy.remembered(source, state), now) and f"read {source.slug}" not in at_hand:
                self._begin_reading(source)

    def _begin_reading(self, source: Source) -> None:
        """Hand a source to a reader, unless it is waiting for one; if one has it already, it is read once more."""
        with self._changed:
            if self._halt.is_set() or source.slug in self._asked_for or self._is_resting(f"read {source.slug}"):
                return
            self._asked_for.add(source.slug)
            origin = policy.origin(source)
            is_first = origin not in self._queues
            self._queues.setdefault(origin, deque()).append(source)
        if is_first:
            self._scheduler.add_job(self._read_one_by_one, args=[origin], executor="readers")

    def _read_one_by_one(self, origin: str) -> None:
        """Read the sources of one origin, and those that are asked for meanwhile, until there are none."""
        while True:
            with self._changed:
                if not self._queues[origin]:
                    del self._queues[origin]
                    return
                source = self._queues[origin].popleft()
            self._read(source)

    def _read(self, source: Source) -> None:
        def look() -> None:
            with self._changed:
                self._asked_for.discard(source.slug)
            self._owed.add(source.slug)  # what the look was for (a file just dropped) may be told only once
            self._look_at(source)

        if not self._guarded(f"read {source.slug}", look):
            with self._changed:  # or it could never be asked for again
                self._asked_for.discard(source.slug)

    def _look_at(self, source: Source) -> None:
        desk = self._desk
        report = pipeline.read(
            source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=self._random.random()
        )
        self._owed.discard(source.slug)
        self._vitals.looked(report)
        if report.error:
            self._log.warning("source_failed", source=report.slug, reason=report.error)
        elif report.new or report.changed or report.set_aside:
            self._log.info(
                "source_read",
                source=report.slug,
                new=report.new,
                changed=report.changed,
                undetermined=report.undetermined,
                set_aside=report.set_aside,
            )

    def _translate(self) -> None:
        desk = self._desk
        pairs = desk.translator.pairs()
        errors: list[str] = []
        should_stop = self._vitals.beating("translate", self._halt.is_set)
        while not self._halt.is_set():
            waiting = desk.store.waiting(
                desk.settings.languages,
                pairs=pairs,
                now=desk.clock.now(),
                limit=desk.settings.translation.batch_articles,
            )
            if not waiting:
                break
            report = pipeline.translate(waiting, bench=bench(desk), should_stop=should_stop)
            self._vitals.translated(report)
            if report.translated or report.failed:
                self._log.info(
                    "translated",
                    articles=report.translated,
                    held=report.held,
                    failed=report.failed,
                    segments=report.segments,
                )
            errors += [report.error] if report.error else []
            if not (report.translated or report.failed or report.impossible):
                break
            pairs -= report.impossible  # a damaged model must not hold up what others can do
        if errors:
            raise TranslateError("; ".join(errors))

    def _publish(self) -> None:
        now, began = time.monotonic(), self._desk.clock.now()
        is_time = self._files_looked_at is None or now - self._files_looked_at > LOOK_AT_FILES.total_seconds()
        desk = self._desk
        report = pipeline.publish(
            store=desk.store, masthead=desk.masthead, with_missing=is_time, webhooks=desk.webhooks
        )
        if is_time:
            self._files_looked_at = now
        if report.written:
            self._log.info("published", editions=report.editions, files=len(report.written))
            self._vitals.published(report, self._desk.store, began=began, ended=self._desk.clock.now())
            if self._mirroring:
                self._mirroring.owe()

    def _gather(self) -> None:
        """Fetch pictures when something was published or changed since the last look, and once a minute what failed."""
        now = time.monotonic()
        changed = [one.changed for one in self._desk.store.editions()]
        if self._pictures_looked_at:
            before, what = self._pictures_looked_at
            if what == changed and now - before < LOOK_AT_FILES.total_seconds():
                return
        report = pipeline.gather(gathering(self._desk), should_stop=self._halt.is_set)
        self._pictures_looked_at = (now, changed) if report.is_complete else None
        if report.fetched or report.failed:
            self._log.info("pictures_fetched", fetched=report.fetched, failed=report.failed)

    def _mirror(self) -> None:
        report = self._mirroring.tick(self._halt.is_set) if self._mirroring else None
        if report and (report.put or report.removed):
            self._log.info("mirrored", put=report.put, removed=report.removed)

    def _notify(self) -> None:
        desk = self._desk
        reports = pipeline.notify(receivers(desk), store=desk.store, clock=desk.clock, should_stop=self._halt.is_set)
        for kind, report in reports.items():
            name = pipeline.KINDS[kind]
            self._vitals.told(name, report)
            if report.told:
                self._log.info("effects_told", kind=name, count=report.told)
            for reason in report.errors:
                self._log.warning("effect_failed", kind=name, reason=reason)

    def _watch(self) -> None:
        """Read an inbox as soon as something in it changes."""
        try:
            for source in watch_inboxes(self._desk.sources, stop=self._halt):
                self._begin_reading(source)
        except SyndicatorError as error:
            self._log.warning("job_failed", job="watch", reason=str(error))
        except Exception:  # noqa: BLE001  # the job boundary; the schedule still reads the inboxes
            self._log.exception("job_failed", job="watch")
