"""One stretch of work under the same settings: workers of Procrastinate, and the schedule, on one event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from procrastinate import exceptions
from procrastinate.worker import Worker

from syndicator import policy
from syndicator.errors import Replaced, SyndicatorError
from syndicator.log import logger
from syndicator.model import primary
from syndicator.monitor.vitals import Vitals
from syndicator.scaling.jobs import Pair, Queue, Task, queue_of, read_job
from syndicator.scaling.queue import HEARTBEAT_S, STALLED_S, Jobs, Presence, make_app
from syndicator.scaling.schedule import Sweep
from syndicator.scaling.tasks import Crew, add_tasks
from syndicator.sources.inbox import watch_inboxes
from syndicator.wiring import Desk

TICK_S = 2.0
POLL_S = 1.0
"""How often a worker that has nothing to do looks for jobs: no connection is kept for being told."""
GRACE_S = 8.0
"""What is at hand gets so long to finish."""
_SCHEDULE = "schedule"
TAKE_OVER_S = 10.0
"""How often jobs of dead workers are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """What a worker does."""

    queues: frozenset[str] = frozenset({Task.READ, Task.TRANSLATE, Task.PUBLISH})
    """`read`, `inbox`, `translate`, `publish`."""
    routes: frozenset[Pair] | None = None
    """The pairs that it translates; None: those that it has models for."""
    name: str
    schedules: bool = False
    """Whether it finds out what is to be done, too."""


@asynccontextmanager
async def working(desk: Desk, duties: Duties, vitals: Vitals) -> AsyncIterator[Crew]:
    """Work in the background while the context lasts; at its end, finish what is at hand or give it back."""
    app = make_app(desk.settings.database.url)
    jobs = Jobs(app)
    crew = Crew(desk=desk, jobs=jobs, vitals=vitals)
    add_tasks(app, crew, desk.sources)
    async with app.open_async():
        parts = [asyncio.create_task(part) for part in _parts(crew, duties)]
        gathering = asyncio.create_task(crew.gatherer.run())
        try:
            yield crew
        finally:
            crew.halt.set()
            vitals.expect_ticks([])
            for part in parts:
                part.cancel()
            for part in [*parts, gathering]:
                await _ended(part)
            crew.close()


def _parts(crew: Crew, duties: Duties) -> list[Coroutine[Any, Any, None]]:
    """Return what goes on side by side, each for ever."""
    desk = crew.desk
    reading = sorted(duties.queues & {Queue.READ, Queue.INBOX})
    parts: list[Coroutine[Any, Any, None]] = []
    if reading:
        parts.append(_kept(lambda: _serve(crew, duties, reading, at_a_time=desk.settings.schedule.readers), "read"))
    if Task.PUBLISH in duties.queues:
        parts.append(_kept(lambda: _serve(crew, duties, [Queue.PUBLISH], at_a_time=2), "publish"))
    if Task.TRANSLATE in duties.queues:
        parts.append(_kept(lambda: _translate(crew, duties), "translate"))
    if duties.schedules:
        parts += [
            _kept(lambda: _schedule(crew), "schedule"),
            _kept(lambda: _take_over(crew), "take_over"),
            _kept(lambda: _watch(crew), "watch"),
        ]
    return parts


async def _kept(begin: Callable[[], Awaitable[None]], name: str) -> None:
    """Have something go on for ever: begin it again when it fails, later and later, and when it ends."""
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        began = loop.time()
        try:
            await begin()
        except (SyndicatorError, exceptions.ConnectorException) as error:  # the database is away: foreseen
            logger().error("job_failed", job=name, reason=str(error))
        except Exception:  # noqa: BLE001 - the job boundary
            logger().exception("job_failed", job=name)
        failures = 1 if loop.time() - began > policy.rest(failures + 1).total_seconds() else failures + 1
        await asyncio.sleep(policy.rest(failures).total_seconds())


async def _serve(crew: Crew, duties: Duties, queues: Collection[str], *, at_a_time: int) -> None:
    """Do the jobs of some queues until cancelled."""
    worker = Worker(
        crew.jobs.app,
        queues=sorted(queues),
        name=duties.name,
        concurrency=at_a_time,
        fetch_job_polling_interval=POLL_S,
        abort_job_polling_interval=60.0,
        shutdown_graceful_timeout=GRACE_S,
        listen_notify=False,
        delete_jobs="always",
        install_signal_handlers=False,
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=STALLED_S,
    )
    running = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]  # Procrastinate tells no type
    try:
        await asyncio.wait([running])
    finally:
        worker.stop()  # type: ignore[no-untyped-call]  # likewise
        await _over(running)
    running.result()


async def _translate(crew: Crew, duties: Duties) -> None:
    """Translate what there are models for, and begin anew when there are others."""
    desk = crew.desk
    # One batch with the engine, one on its way there.
    at_a_time = 2 * desk.settings.translation.batch_articles
    while True:
        pairs = await crew.within(crew.translators, lambda: _served(desk, duties))
        if not pairs:
            await asyncio.sleep(TICK_S)
            continue
        async with Presence(desk.settings.database.url, pairs) as presence:
            serving = asyncio.create_task(_serve(crew, duties, [queue_of(pair) for pair in pairs], at_a_time=at_a_time))
            try:
                while pairs == await crew.within(crew.translators, lambda: _served(desk, duties)):
                    await presence.renew()
                    done, _ = await asyncio.wait([serving], timeout=TICK_S)
                    if done:
                        return serving.result()
            finally:
                await _ended(serving)


async def _ended(task: asyncio.Task[Any]) -> None:
    """Cancel a task until it ends, whatever becomes of us: one wish may be lost.

    Before Python 3.12, `asyncio.wait_for`, which psycopg waits with, swallows it where the answer comes at that moment.
    """
    while not task.done():
        if not task.cancelling():
            task.cancel()
        await _over(task, within=1)
        task.cancel()  # of one that is done, this is nothing


async def _over(task: asyncio.Task[Any], *, within: float | None = None) -> None:
    """Wait for the end of a task, or so many seconds, though we are to end, too."""
    began = asyncio.get_running_loop().time()
    while not task.done() and (within is None or asyncio.get_running_loop().time() - began < within):
        with suppress(asyncio.CancelledError):
            await asyncio.wait([task], timeout=within)
    if task.done() and not task.cancelled():
        task.exception()  # what goes wrong while all ends is nobody's; unseen, asyncio would tell of it


def _served(desk: Desk, duties: Duties) -> frozenset[Pair]:
    wanted = {primary(language) for language in desk.settings.languages}
    possible = desk.translator.pairs()
    chosen = possible if duties.routes is None else possible & duties.routes
    return frozenset(pair for pair in chosen if pair[1] in wanted)


async def _schedule(crew: Crew) -> None:
    """Hand out what the store says is left to do, with every tick."""
    sweep = Sweep(desk=crew.desk)
    crew.vitals.expect_ticks([_SCHEDULE])
    while True:
        crew.vitals.ticked(_SCHEDULE)
        waiting, served = await crew.jobs.waiting(), await crew.jobs.served()
        try:
            left = await crew.within(crew.publishers, partial(sweep.left, waiting, served))
        except Replaced as error:
            logger().warning("store_lost", reason=str(error))
            crew.is_lost.set()
            return
        await crew.jobs.defer(left, only_if_idle=True)
        await asyncio.sleep(TICK_S)


async def _take_over(crew: Crew) -> None:
    """Have the jobs of dead workers done by others."""
    while True:
        for job in await crew.jobs.take_over():
            logger().warning("job_taken_over", job=job)
        await asyncio.sleep(TAKE_OVER_S)


async def _watch(crew: Crew) -> None:
    """Read an inbox as soon as something in it changes."""
    if not any(source.folder for source in crew.desk.sources):
        await asyncio.Event().wait()
    loop = asyncio.get_running_loop()

    def look() -> None:
        for source in watch_inboxes(crew.desk.sources, stop=crew.halt):
            asyncio.run_coroutine_threadsafe(crew.jobs.defer([read_job(source)]), loop)

    await asyncio.to_thread(look)
