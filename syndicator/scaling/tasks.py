"""What each job does, and what becomes of one that could not be done. The job boundary on PostgreSQL.

A job that went wrong is deferred anew, later and later as `policy.rest` says, unless it waits already; one that the
end of a worker broke off is deferred anew at once. So no job needs Procrastinate's own retries.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import TypeVar

from procrastinate import App

from syndicator import pipeline
from syndicator.errors import Replaced, SyndicatorError, TranslateError
from syndicator.log import logger
from syndicator.model import Source
from syndicator.monitor.vitals import Vitals
from syndicator.scaling.gathering import Gatherer, Outcome
from syndicator.scaling.jobs import Job, Pair, Task, publish_job, read_job, side_job, translate_job
from syndicator.scaling.queue import Jobs
from syndicator.wiring import Desk, bench, gathering, receivers

T = TypeVar("T")


class BrokenOffError(Exception):
    """The worker ends before this job was done."""


@dataclass(slots=True, kw_only=True)
class Crew:
    """What the jobs of one worker share: threads, and the wish to end. Call in the event loop's thread."""

    desk: Desk
    jobs: Jobs
    vitals: Vitals
    halt: threading.Event = field(default_factory=threading.Event)
    is_lost: asyncio.Event = field(default_factory=asyncio.Event)
    """Whether a job found that the store was restored or replaced, or that another daemon has the lock."""
    readers: Executor = field(init=False)
    translators: Executor = field(init=False)
    publishers: Executor = field(init=False)
    gatherer: Gatherer = field(init=False)
    _threads: set[object] = field(default_factory=set)
    _random: Random = field(default_factory=Random)
    _batches: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        settings = self.desk.settings
        self.readers = ThreadPoolExecutor(settings.schedule.readers, thread_name_prefix="read")
        self.translators = ThreadPoolExecutor(4, thread_name_prefix="translate")
        self.publishers = ThreadPoolExecutor(3, thread_name_prefix="publish")
        self.gatherer = Gatherer(self._translate, size=settings.translation.batch_articles)

    def close(self) -> None:
        """Begin nothing more; what hangs is left alone."""
        for executor in (self.readers, self.translators, self.publishers):
            executor.shutdown(wait=False, cancel_futures=True)

    async def read(self, source: Source) -> None:
        """Look at a source."""
        desk = self.desk
        report = await self.within(
            self.readers,
            lambda: pipeline.read(
                source, store=desk.store, fetcher=desk.fetcher, clock=desk.clock, chance=self._random.random()
            ),
            job=f"read {source.slug}",
        )
        self.vitals.looked(report)
        if report.error:
            logger().warning("source_failed", source=report.slug, reason=report.error)
        elif report.new or report.changed or report.set_aside:
            logger().info(
                "source_read",
                source=report.slug,
                new=report.new,
                changed=report.changed,
                undetermined=report.undetermined,
                set_aside=report.set_aside,
            )

    async def publish(self, *, with_missing: bool) -> None:
        """Write what changed."""
        desk = self.desk

        def publish() -> bool:
            began = desk.clock.now()
            report = pipeline.publish(
                store=desk.store, masthead=desk.masthead, with_missing=with_missing, webhooks=desk.webhooks
            )
            if report.written:
                logger().info("published", editions=report.editions, files=len(report.written))
                self.vitals.published(report, desk.store, began=began, ended=desk.clock.now())
            return bool(report.written)

        if await self.within(self.publishers, publish, job=Task.PUBLISH):
            await self.jobs.defer(side_jobs(desk))

    async def notify(self) -> None:
        """Send what waits in the outbox."""
        desk, should_stop = self.desk, self.halt.is_set
        reports = await self.within(
            self.publishers,
            lambda: pipeline.notify(receivers(desk), store=desk.store, clock=desk.clock, should_stop=should_stop),
            job=Task.NOTIFY,
        )
        for kind, report in reports.items():
            name = pipeline.KINDS[kind]
            self.vitals.told(name, report)
            if report.told:
                logger().info("effects_told", kind=name, count=report.told)
            for reason in report.errors:
                logger().warning("effect_failed", kind=name, reason=reason)

    async def gather_pictures(self) -> None:
        """Fetch the pictures that pages are to show copies of, until none is left but what failed."""

        def gather() -> None:
            while not self.halt.is_set():
                report = pipeline.gather(gathering(self.desk), should_stop=self.halt.is_set)
                if report.fetched or report.failed:
                    logger().info("pictures_fetched", fetched=report.fetched, failed=report.failed)
                if report.is_complete or not report.fetched:
                    return

        await self.within(self.publishers, gather, job=Task.PICTURES)

    async def mirror(self) -> None:
        """Make the mirror what the folder of feeds is."""
        if (mirror := self.desk.mirror) is None:
            return
        report = await self.within(
            self.publishers,
            lambda: pipeline.mirror(mirror, clock=self.desk.clock, should_stop=self.halt.is_set),
            job=Task.MIRROR,
        )
        if report.put or report.removed:
            logger().info("mirrored", put=report.put, removed=report.removed)

    async def _translate(self, pair: Pair, article_ids: list[str]) -> Outcome:
        return await self.within(
            self.translators,
            lambda: _translate(self, pair, article_ids),
            job=f"translate {pair[0]}-{pair[1]} {next(self._batches)}",
        )

    async def within(self, executor: Executor, work: Callable[[], T], *, job: str | None = None) -> T:
        """Do some work in a thread, watched as the `job` that it is."""

        def tracked() -> T:
            mark = object()
            self._threads.add(mark)
            try:
                with self.vitals.at_hand(job) if job else nullcontext():
                    return work()
            finally:
                self._threads.discard(mark)

        return await asyncio.get_running_loop().run_in_executor(executor, tracked)

    def is_busy(self) -> bool:
        """Say whether a thread is at work still, perhaps for a job that was given back."""
        return bool(self._threads)

    def at_hand(self) -> list[str]:
        """Return the steps that are being done now."""
        return sorted(self.vitals.ages())

    def tries(self, before: int) -> int:
        """Return how often a job that is deferred anew has gone wrong: that its worker ends is not its fault."""
        return before if self.halt.is_set() else before + 1

    async def do(self, name: str, work: Awaitable[None], again: Callable[[], Job]) -> None:
        """Do a job; where that fails, defer what `again` says. Raises CancelledError and nothing else of a job's."""
        try:
            await work
        except (asyncio.CancelledError, BrokenOffError) as end:
            await self.jobs.defer([again()])
            if isinstance(end, asyncio.CancelledError):
                raise
        except Replaced as error:
            logger().warning("store_lost", reason=str(error))
            self.is_lost.set()
        except SyndicatorError as error:
            logger().error("job_failed", job=name, reason=str(error))  # foreseen: no traceback
            await self.jobs.defer([again()])
        except Exception:  # noqa: BLE001 - the job boundary: log, go on, try again later
            logger().exception("job_failed", job=name)
            await self.jobs.defer([again()])


def add_tasks(app: App, crew: Crew, sources: Sequence[Source]) -> None:
    """Have an app know how the jobs are done."""
    by_slug = {source.slug: source for source in sources}

    @app.task(name=Task.READ)
    async def read(source: str, tries: int) -> None:
        if (found := by_slug.get(source)) is not None:  # else it was removed from the config
            await crew.do(f"read {source}", crew.read(found), lambda: read_job(found, tries=crew.tries(tries)))

    @app.task(name=Task.TRANSLATE)
    async def translate(article: str, from_language: str, to_language: str, published: str, tries: int) -> None:
        pair = (from_language, to_language)

        def again() -> Job:
            moment = datetime.fromisoformat(published)
            return translate_job(article, pair, published=moment, tries=crew.tries(tries))

        await crew.do(f"translate {article} {to_language}", crew.gatherer.translated(article, pair), again)

    @app.task(name=Task.PUBLISH)
    async def publish(tries: int, *, with_missing: bool) -> None:
        def again() -> Job:
            return publish_job(with_missing=with_missing, tries=crew.tries(tries))

        await crew.do("publish", crew.publish(with_missing=with_missing), again)

    def add(task: Task, work: Callable[[], Awaitable[None]]) -> None:
        @app.task(name=task)
        async def do(tries: int) -> None:
            await crew.do(task, work(), lambda: side_job(task, tries=crew.tries(tries)))

    add(Task.NOTIFY, crew.notify)
    add(Task.PICTURES, crew.gather_pictures)
    add(Task.MIRROR, crew.mirror)


def side_jobs(desk: Desk) -> list[Job]:
    """Return what is to be done once files were written."""
    wanted = {Task.PICTURES: desk.masthead.has_copies, Task.MIRROR: desk.mirror is not None}
    return [side_job(task) for task, is_wanted in wanted.items() if is_wanted]


def _translate(crew: Crew, pair: Pair, article_ids: list[str]) -> Outcome:
    """Translate what of these articles still waits for it; return what came of the jobs."""
    desk, halt = crew.desk, crew.halt
    report = None
    if waiting := desk.store.still_waiting(article_ids, pair, now=desk.clock.now()):
        report = pipeline.translate(waiting, bench=bench(desk), should_stop=halt.is_set)
    if report is None:
        return {}
    crew.vitals.translated(report)
    if report.translated or report.failed:
        logger().info(
            "translated",
            articles=report.translated,
            held=report.held,
            failed=report.failed,
            segments=report.segments,
        )
    left = [one.article_id for one in desk.store.still_waiting(article_ids, pair, now=desk.clock.now())]
    if halt.is_set():
        return dict.fromkeys(left, BrokenOffError())
    reason = report.error or "nothing came of it, and nobody said why: please report this"
    return dict.fromkeys(left, TranslateError(reason))
