"""Signs of life of the jobs of this process, and what they came to. Knows threads and time; does no work itself."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from syndicator.metrics import Metrics
from syndicator.pipeline import NotifyReport, PublishReport, ReadReport, TranslateReport
from syndicator.ports import Store

TICKS_WITHIN = timedelta(minutes=1)
"""A job that ticks every two seconds, and neither runs nor began for so long, has a scheduler that stands still."""
BACKLOG = timedelta(days=1)
"""What was older than this when we first saw it came from a backlog: its delay counts from then."""


class Vitals:
    """What is known of one stretch of work. Thread-safe.

    A job is called by its step (`translate`), or by that and what it is done to (`read agency`).
    """

    def __init__(
        self,
        metrics: Metrics,
        *,
        stuck_after: timedelta,
        since: datetime,
        per_source: bool = True,
        ticks_within: timedelta = TICKS_WITHIN,
    ) -> None:
        """Count in `metrics`; take a job for stuck that gave no sign of life for `stuck_after`.

        Translations made before `since` count as published already. Without `per_source`, all sources are counted as
        one.
        """
        self.metrics = metrics
        self._stuck_after = stuck_after
        self._since = since
        self._per_source = per_source
        self._ticks_within = ticks_within
        self._lock = threading.Lock()
        self._began: dict[str, float] = {}
        """The jobs at hand; times are of the monotonic clock."""
        self._signs: dict[str, float] = {}
        self._ticks: dict[str, float] = {}

    def expect_ticks(self, steps: Iterable[str]) -> None:
        """Expect these to tick from now on; none, once the ticks are to end."""
        with self._lock:
            self._ticks = dict.fromkeys(steps, time.monotonic())
            for step in self._ticks:
                self.metrics.add("syndicator_step_failures_total", 0, step)  # so that the first one is seen as one more

    def ticked(self, job: str) -> None:
        """Tell that it was this job's turn, whether it was begun or not."""
        with self._lock:
            if job in self._ticks:
                self._ticks[job] = time.monotonic()

    @contextmanager
    def at_hand(self, job: str) -> Iterator[None]:
        """Tell that a job runs while the context lasts; what it raises counts as its failure and goes on."""
        step = job.partition(" ")[0]
        began = time.monotonic()
        with self._lock:
            self._began[job] = self._signs[job] = began
        try:
            yield
        except BaseException:
            self.metrics.add("syndicator_step_failures_total", 1, step)
            raise
        else:
            self.metrics.set("syndicator_step_last_success_timestamp_seconds", time.time(), step)
        finally:
            with self._lock:
                del self._began[job], self._signs[job]
                if job in self._ticks:
                    self._ticks[job] = time.monotonic()
            self.metrics.observe("syndicator_step_seconds", time.monotonic() - began, step)

    def beating(self, job: str, should_stop: Callable[[], bool]) -> Callable[[], bool]:
        """Return `should_stop` so that each time a job asks is a sign of its life."""

        def asked() -> bool:
            with self._lock:
                if job in self._signs:
                    self._signs[job] = time.monotonic()
            return should_stop()

        return asked

    def complaint(self) -> str | None:
        """Return in words what stands still; None while all goes on."""
        now = time.monotonic()
        with self._lock:
            for job, sign in self._signs.items():
                if now - sign > self._stuck_after.total_seconds():
                    return f"the job {job!r} has given no sign of life for {now - sign:.0f} s"
            for job, tick in self._ticks.items():
                if job not in self._signs and now - tick > self._ticks_within.total_seconds():
                    return f"{job} has not had its turn for {now - tick:.0f} s"
        return None

    def is_at_hand(self, step: str) -> bool:
        """Tell whether a step is being done now."""
        return step in self.ages()

    def ages(self) -> dict[str, float]:
        """Return by step for how many seconds its job at hand, or the longest of several, has run."""
        now = time.monotonic()
        ages: dict[str, float] = {}
        with self._lock:
            for job, began in self._began.items():
                step = job.partition(" ")[0]
                ages[step] = max(ages.get(step, 0.0), now - began)
        return ages

    def looked(self, report: ReadReport) -> None:
        """Count a look at a source."""
        source = report.slug if self._per_source else ""
        self.metrics.add("syndicator_fetches_total", 1, source, report.result)
        for change, number in (("new", report.new), ("changed", report.changed)):
            if number:
                self.metrics.add("syndicator_articles_read_total", number, source, change)

    def translated(self, report: TranslateReport) -> None:
        """Count a round of translating."""
        for tally in report.tallies:
            pair = tally.pair
            outcomes = {"published": tally.published, "held": tally.held, "failed": tally.failed}
            for outcome, number in outcomes.items():
                self.metrics.add("syndicator_translations_total", number, *pair, outcome)
            self.metrics.add("syndicator_segments_total", tally.segments, *pair)
            self.metrics.add("syndicator_segments_recalled_total", tally.recalled, *pair)
            self.metrics.add("syndicator_segments_marked_total", tally.marked, *pair)
            self.metrics.add("syndicator_words_total", tally.words, *pair)
            self.metrics.add("syndicator_engine_seconds_total", tally.seconds, *pair)

    def published(self, report: PublishReport, store: Store, *, began: datetime, ended: datetime) -> None:
        """Count what was written between two moments, and how long the translations that it brought had taken."""
        done = [one for one in store.lately(since=self._since) if one.translated < began]
        self._since = began
        self.metrics.add("syndicator_editions_written_total", report.editions)
        self.metrics.add("syndicator_files_written_total", len(report.written))
        for one in done:
            if one.is_first_version:
                came = one.published if one.first_seen - one.published <= BACKLOG else one.first_seen
                seconds = max(0.0, (ended - came).total_seconds())
                self.metrics.observe("syndicator_delay_seconds", seconds, one.from_language, one.language)
                source = one.source if self._per_source else ""
                self.metrics.observe("syndicator_source_delay_seconds", seconds, source)

    def told(self, kind: str, report: NotifyReport) -> None:
        """Count what others were told: pings of hubs, messages to webhooks."""
        self.metrics.add("syndicator_effects_total", report.told, kind, "taken")
        self.metrics.add("syndicator_effects_total", report.failed, kind, "failed")
