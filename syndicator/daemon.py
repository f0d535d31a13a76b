"""Run the three jobs on a schedule until told to stop. Knows threads and signals; the work is done elsewhere.

Due times live in the store, so the scheduler holds nothing that a restart could lose: three ticking jobs ask the store
what is left to do. A source is never read twice at a time, and there is one translator and one publisher.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, timedelta
from random import Random

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from syndicator import pipeline, policy
from syndicator.config import Settings
from syndicator.errors import ConfigError
from syndicator.log import logger
from syndicator.model import Source, SourceState
from syndicator.sources.inbox import watch
from syndicator.wiring import Desk, open_desk, opened_store

TICK = timedelta(seconds=2)
GRACE = timedelta(seconds=8)
"""What is at hand gets this long to finish; then the process ends all the same, since a crash loses nothing."""
SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})


def run_daemon(load: Callable[[], Settings]) -> None:
    """Work until SIGTERM or SIGINT; SIGHUP takes new settings from `load`, unless they are broken.

    Call in the main thread. Raises `Busy` if another daemon holds the store, and what `load` raises at the start. If
    a job does not end within `GRACE` of the signal to stop, the process exits here.
    """
    log = logger()
    # Blocked in all threads, so that `sigwait` below is the one place where a signal arrives.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    settings = load()
    with opened_store(settings) as store, store.daemon_lock():
        _keep_house(settings, load)
    log.info("daemon_stopped")


def _keep_house(settings: Settings, load: Callable[[], Settings]) -> None:
    """Work under the store's daemon lock until a signal to stop."""
    log = logger()
    while True:
        with open_desk(settings) as desk:
            shift = Shift(desk)
            shift.start()
            log.info("daemon_started", pid=os.getpid(), sources=len(desk.sources), languages=list(settings.languages))
            following = _await_orders(settings, load)
            if not shift.end():
                log.warning("daemon_left_work", at_hand=sorted(shift.at_hand()))
                sys.stderr.flush()
                os._exit(0)  # a fetch may hang for longer than a stop may take; interpreter exit would wait for it
        if following is None:
            return
        settings = following


def _await_orders(settings: Settings, load: Callable[[], Settings]) -> Settings | None:
    """Wait for a signal; return new settings to go on with, or None to stop."""
    log = logger()
    while True:
        received = signal.sigwait(SIGNALS)
        log.info("signal_received", signal=signal.Signals(received).name)
        if received != signal.SIGHUP:
            return None
        try:
            following = load()
        except ConfigError as error:
            log.warning("config_refused", problems=[str(problem) for problem in error.problems])
            continue
        if following.database.url != settings.database.url:
            log.warning("config_refused", problems=["database.url: the daemon must be restarted to change its store"])
            continue
        return following


class Shift:
    """One stretch of work under the same settings. `start`, then `end`; not to be started again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._halt = threading.Event()
        self._changed = threading.Condition()
        self._at_hand: set[str] = set()
        self._asked_for: set[str] = set()
        self._random = Random()
        self._log = logger()
        self._last_error: str | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={
                "default": ThreadPoolExecutor(3),
                "readers": ThreadPoolExecutor(desk.settings.schedule.readers),
            },
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """Begin ticking and watching the inboxes; return at once."""
        for name, job in (("read", self._read_due), ("translate", self._translate), ("publish", self._publish)):
            self._scheduler.add_job(self._guarded, "interval", seconds=TICK.total_seconds(), args=[name, job], id=name)
        self._scheduler.start()
        self._read_due()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def end(self) -> bool:
        """Let the work at hand finish, as far as it does within `GRACE`; return whether all of it did."""
        self._halt.set()
        with self._changed:
            self._changed.notify_all()
        self._scheduler.pause()
        deadline = time.monotonic() + GRACE.total_seconds()
        with self._changed:
            while self._at_hand and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            is_done = not self._at_hand
        self._scheduler.shutdown(wait=False)
        return is_done

    def at_hand(self) -> set[str]:
        """Return the names of the jobs that are running now."""
        with self._changed:
            return set(self._at_hand)

    def _guarded(self, name: str, job: Callable[[], None]) -> None:
        """Run a job once it is not running elsewhere; nothing that goes wrong in it goes further."""
        with self._changed:
            self._changed.wait_for(lambda: name not in self._at_hand or self._halt.is_set())
            if self._halt.is_set():
                return
            self._at_hand.add(name)
        try:
            job()
        except Exception:  # noqa: BLE001  # the job boundary: log, go on, try again at the next tick
            self._log.exception("job_failed", job=name)
        finally:
            with self._changed:
                self._at_hand.discard(name)
                self._changed.notify_all()

    def _read_due(self) -> None:
        desk = self._desk
        states = desk.store.source_states()
        now = desk.clock.now()
        at_hand = self.at_hand()
        for source in desk.sources:
            is_due = policy.is_due(states.get(source.slug) or SourceState(slug=source.slug), now)
            if is_due and f"read {source.slug}" not in at_hand:
                self._begin_reading(source)

    def _begin_reading(self, source: Source) -> None:
        """Hand a source to a reader, unless it is waiting for one; if one has it already, it is read once more."""
        with self._changed:
            if self._halt.is_set() or source.slug in self._asked_for:
                return
            self._asked_for.add(source.slug)
        self._scheduler.add_job(self._read, args=[source], executor="readers")

    def _read(self, source: Source) -> None:
        def look() -> None:
            with self._changed:
                self._asked_for.discard(source.slug)
            self._look_at(source)

        self._guarded(f"read {source.slug}", look)

    def _look_at(self, source: Source) -> None:
        desk = self._desk
        report = pipeline.read(
            source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=self._random.random()
        )
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
        while not self._halt.is_set():
            waiting = desk.store.waiting(
                desk.settings.languages,
                pairs=desk.translator.pairs(),
                now=desk.clock.now(),
                limit=desk.settings.translation.batch_articles,
            )
            if not waiting:
                return
            report = pipeline.translate(
                waiting,
                store=desk.store,
                translator=desk.translator,
                clock=desk.clock,
                retry=desk.settings.translation.retry,
                should_stop=self._halt.is_set,
            )
            if report.translated or report.failed:
                self._log.info("translated", articles=report.translated, failed=report.failed, segments=report.segments)
            if report.error and report.error != self._last_error:
                self._log.error("translation_impossible", reason=report.error)
            self._last_error = report.error
            if not (report.translated or report.failed):
                return

    def _publish(self) -> None:
        report = pipeline.publish(store=self._desk.store, masthead=self._desk.masthead)
        if report.written:
            self._log.info("published", editions=report.editions, files=len(report.written))

    def _watch(self) -> None:
        """Read an inbox as soon as something in it changes."""
        inboxes = {source.folder: source for source in self._desk.sources if source.folder}
        if not inboxes:
            return
        try:
            for changed in watch(list(inboxes), stop=self._halt):
                for folder in changed:
                    self._begin_reading(inboxes[folder])
        except Exception:  # noqa: BLE001  # the job boundary; the schedule still reads the inboxes
            self._log.exception("job_failed", job="watch")
