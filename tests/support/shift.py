"""The work of a daemon, done in the tests' own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from support.desk import Desk

from syndicator.config import load
from syndicator.daemon.shift import Shift
from syndicator.metrics import Metrics
from syndicator.monitor.vitals import Vitals
from syndicator.wiring import open_desk


def vitals() -> Vitals:
    """Return signs of life that nobody looks at."""
    return Vitals(Metrics(version=""), stuck_after=timedelta(minutes=5), since=datetime.now(UTC))


@contextmanager
def working(desk: Desk) -> Iterator[None]:
    """Do in this process, while the block lasts, what a daemon does: quicker by what it takes to start one."""
    with open_desk(load(desk.config)) as opened:
        shift = Shift(opened, vitals())
        shift.start()
        try:
            yield
        finally:
            shift.halt()
            assert shift.is_over(within=timedelta(seconds=60))
