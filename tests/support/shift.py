"""The work of a daemon, done in the tests' own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from support.desk import Desk

from syndicator.config import load
from syndicator.daemon.shift import Shift
from syndicator.wiring import open_desk


@contextmanager
def working(desk: Desk) -> Iterator[None]:
    """Do in this process, while the block lasts, what a daemon does: quicker by what it takes to start one."""
    with open_desk(load(desk.config)) as opened:
        shift = Shift(opened)
        shift.start()
        try:
            yield
        finally:
            shift.halt()
            assert shift.is_over(within=timedelta(seconds=60))
