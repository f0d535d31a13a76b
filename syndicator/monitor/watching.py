"""Be watched while we work: answer at the metrics address, and give signs of life to systemd."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from syndicator.log import logger
from syndicator.metrics import Metrics
from syndicator.monitor.figures import figures
from syndicator.monitor.readiness import Readiness
from syndicator.monitor.server import Answers, answering
from syndicator.monitor.vitals import Vitals
from syndicator.systemd import Notifier
from syndicator.wiring import Desk


@contextmanager
def watched(desk: Desk, metrics: Metrics, notifier: Notifier) -> Iterator[Vitals]:
    """Have all that is known of a desk's work be seen while the context lasts; yield what the work is to be told to.

    For whatever process does some of the three jobs: a daemon, a worker. Raises `ServeError` if [metrics] listen can't
    be had.
    """
    vitals = Vitals(
        metrics,
        stuck_after=desk.settings.schedule.stuck,
        since=desk.clock.now(),
        per_source=desk.settings.metrics.per_source,
    )
    with ExitStack() as closing:
        if address := desk.settings.metrics.address:
            metrics.look_up = lambda: figures(desk, vitals)
            closing.callback(setattr, metrics, "look_up", dict)  # the desk is about to be closed
            answers = Answers(
                metrics=metrics.exposed,
                health=vitals.complaint,
                readiness=Readiness(desk, vitals).complaint,
            )
            url = closing.enter_context(answering(address, answers))
            logger().info("monitor_listens", address=url)
        if notifier.watchdog:
            closing.enter_context(_giving_signs(vitals, notifier, every=notifier.watchdog / 2))
        yield vitals


@contextmanager
def _giving_signs(vitals: Vitals, notifier: Notifier, *, every: timedelta) -> Iterator[None]:
    """Give systemd signs of life for as long as there is nothing to complain about."""
    is_over = threading.Event()

    def go_on() -> None:
        is_well = True
        while not is_over.is_set():
            complaint = vitals.complaint()
            if complaint is None:
                notifier.alive()
            elif is_well:
                logger().error("work_stands_still", reason=complaint)
                notifier.status(complaint)
            is_well = complaint is None
            is_over.wait(every.total_seconds())

    thread = threading.Thread(target=go_on, name="signs of life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
