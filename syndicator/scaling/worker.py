"""`syndicator worker`, and `syndicator daemon` on PostgreSQL: settings, signals, standing by, the end.

Knows when to begin, to begin anew and to end; what is done meanwhile, `shift` knows.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import replace
from typing import NoReturn

from syndicator import __version__, policy
from syndicator.companion import Companion
from syndicator.config import Settings
from syndicator.errors import Busy, ConfigError, ConfigProblem, StoreError, SyndicatorError
from syndicator.log import logger
from syndicator.metrics import Metrics
from syndicator.monitor.watching import watched
from syndicator.ports import Store
from syndicator.scaling.dispatcher import QueueDispatcher
from syndicator.scaling.jobs import Queue, Task
from syndicator.scaling.queue import is_possible
from syndicator.scaling.shift import TICK_S, Duties, working
from syndicator.scaling.tasks import Crew
from syndicator.systemd import Notifier
from syndicator.wiring import open_desk

STANDBY_S = 5.0
"""How often a daemon that stands by tries whether it is its turn."""

Load = Callable[[], Settings]
Orders = asyncio.Queue[signal.Signals]


def default_name() -> str:
    """Return what a worker is called that was given no name."""
    return f"{socket.gethostname()}-{os.getpid()}"


def parse_duties(queues: str, routes: str | None, *, name: str) -> Duties:
    """Return what a worker is to do, from a command line; raise `ConfigError`."""
    wanted = frozenset(word.strip() for word in queues.split(",") if word.strip())
    possible = {Task.READ, Task.TRANSLATE, Task.PUBLISH, Queue.INBOX}
    if strange := sorted(wanted - possible) or ([] if wanted else [queues]):
        raise _wrong("--queues", f"there is no queue {strange[0]!r}", f"write some of {', '.join(sorted(possible))}")
    if routes is None:
        return Duties(queues=wanted, name=name)
    pairs = set()
    for word in routes.split(","):
        parts = tuple(word.strip().split("-"))
        if len(parts) != len(("from", "to")) or not all(part.isalpha() and part.islower() for part in parts):
            raise _wrong("--routes", f"{word.strip()!r} is no pair of languages", "write them as ru-en,en-ru")
        pairs.add((parts[0], parts[1]))
    return Duties(queues=wanted, routes=frozenset(pairs), name=name)


def _wrong(option: str, message: str, suggestion: str) -> ConfigError:
    return ConfigError([ConfigProblem(file=None, line=None, key=option, message=message, suggestion=suggestion)])


def run_worker(load: Load, duties: Duties) -> None:
    """Do jobs until SIGTERM or SIGINT; SIGHUP takes new settings from `load`, unless they are broken.

    Call in the main thread. Raises `StoreError` where the store is not on PostgreSQL, and what `load` raises at the
    start. What does not end in time is given back, and the process exits here.
    """
    settings = load()
    if not is_possible(settings.database.url):
        raise StoreError(
            f"workers need PostgreSQL, and the store is {settings.database.url}: move it there with "
            "`syndicator store migrate --to postgresql://user@host/name`, and write that URL under [database]"
        )
    asyncio.run(_to_the_end(_Run(load=load, settings=settings, duties=duties)))


def run_scheduler(load: Load, *, beside: Sequence[str] | None = None, name: str | None = None) -> None:
    """Schedule and work until SIGTERM or SIGINT, once no other daemon does: until then, stand by.

    `beside` is a command to keep running meanwhile, standing by or not; SIGHUP goes on to it. As `run_worker` else.
    """
    duties = Duties(name=name or default_name(), schedules=True)
    duties = replace(duties, queues=duties.queues | {Queue.INBOX})
    settings = load()
    with Companion(beside) if beside else nullcontext() as companion:
        asyncio.run(_to_the_end(_Run(load=load, settings=settings, duties=duties, companion=companion)))


class _Run:
    """A worker from its first settings to its end."""

    def __init__(self, *, load: Load, settings: Settings, duties: Duties, companion: Companion | None = None) -> None:
        self.load = load
        self.settings = settings
        self.duties = duties
        self.companion = companion
        self.metrics = Metrics(version=__version__)
        self.notifier = Notifier.of(os.environ)
        self.is_renewed = False
        """Whether it stopped standing by for the sake of other settings."""
        self.orders: Orders = asyncio.Queue()
        self.kind = "daemon" if duties.schedules else "worker"


async def _to_the_end(run: _Run) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(each, run.orders.put_nowait, each)
    is_first, failures = True, 0
    while True:
        try:
            goes_on = await _once(run)
            is_first, failures = False, 0
        except SyndicatorError as error:
            if is_first:
                raise
            failures += 1
            logger().error("job_failed", job=run.kind, reason=str(error))
            goes_on = await _pause(run, policy.rest(failures).total_seconds())
        if not goes_on:
            break
    if run.companion:
        run.companion.end_soon()
    _tell_of_end(run)


async def _once(run: _Run) -> bool:
    """Work under the present settings; return whether to go on, under others or with another store."""
    with ExitStack() as closing:
        desk = closing.enter_context(open_desk(run.settings, dispatcher=QueueDispatcher(run.settings.languages)))
        if run.duties.schedules and not await _has_its_turn(run, desk.store, closing):
            return run.is_renewed
        vitals = closing.enter_context(watched(desk, run.metrics, run.notifier))
        async with working(desk, run.duties, vitals) as crew:
            _tell_of_start(run, sources=len(desk.sources))
            run.notifier.ready(f"{run.duties.name}: {', '.join(sorted(run.duties.queues))}")
            goes_on = await _orders_or_loss(run, crew)
        while goes_on and crew.is_busy():  # other settings wait for what is at hand; nobody else does
            goes_on = await _pause(run, TICK_S)
        if crew.is_busy():
            _leave(run, crew.at_hand())
    return goes_on


def _tell_of_start(run: _Run, *, sources: int) -> None:
    languages = list(run.settings.languages)
    if run.duties.schedules:
        logger().info("daemon_started", pid=os.getpid(), sources=sources, languages=languages)
    else:
        logger().info("worker_started", pid=os.getpid(), name=run.duties.name, languages=languages)


def _tell_of_end(run: _Run) -> None:
    if run.duties.schedules:
        logger().info("daemon_stopped")
    else:
        logger().info("worker_stopped")


async def _has_its_turn(run: _Run, store: Store, closing: ExitStack) -> bool:
    """Wait for the daemon's lock and hold it until `closing`; return False if an order came instead."""
    run.is_renewed = False
    is_told = False
    while True:
        try:
            closing.enter_context(store.daemon_lock())
        except Busy as error:
            if not is_told:
                logger().info("daemon_stands_by", pid=os.getpid(), reason=str(error))
                run.notifier.ready("stands by: another daemon is at work")
            is_told = True
        else:
            return True
        settings = run.settings
        if not await _pause(run, STANDBY_S):
            return False
        if run.settings is not settings:
            run.is_renewed = True
            return False


async def _orders_or_loss(run: _Run, crew: Crew) -> bool:
    """Wait until there is a reason to end this shift; return whether another follows."""
    while True:
        order = asyncio.create_task(run.orders.get())
        lost = asyncio.create_task(crew.is_lost.wait())
        await asyncio.wait([order, lost], return_when=asyncio.FIRST_COMPLETED)
        lost.cancel()
        if not order.done():
            order.cancel()
            logger().info("store_replaced")
            return True
        if order.result() != signal.SIGHUP:
            run.notifier.stopping()
            return False
        run.notifier.reloading()
        if _takes_settings(run):
            return True
        run.notifier.ready("the new settings were refused: the log says why")


async def _pause(run: _Run, seconds: float) -> bool:
    """Wait so long, or for an order; return whether to go on."""
    with suppress(TimeoutError):
        order = await asyncio.wait_for(run.orders.get(), seconds)
        if order != signal.SIGHUP:
            return False
        _takes_settings(run)
    return True


def _takes_settings(run: _Run) -> bool:
    """Load the settings anew; return whether there are others. Broken ones are refused and change nothing."""
    logger().info("signal_received", signal="SIGHUP")
    try:
        settings = run.load()
    except ConfigError as error:
        logger().warning("config_refused", problems=[str(problem) for problem in error.problems])
        return False
    if settings.database.url != run.settings.database.url:
        logger().warning("config_refused", problems=["database.url: to change the store, stop this process first"])
        return False
    run.settings = settings
    if run.companion:
        run.companion.send(signal.SIGHUP)
    return True


def _leave(run: _Run, at_hand: list[str]) -> NoReturn:
    """End the process: a fetch may hang for longer than a stop may take, and the interpreter would wait for it."""
    if run.duties.schedules:
        logger().warning("daemon_left_work", at_hand=at_hand)
    else:
        logger().warning("worker_left_work", at_hand=at_hand)
    if run.companion:
        run.companion.end_soon()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
