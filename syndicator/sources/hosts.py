"""Take turns at hosts: so many requests at a time, none while a host wants rest, none for a while where it is silent.

Knows hosts by `name:port`; refuses to know what they are asked. What is remembered ends with the process.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from syndicator.errors import Unavailable

MOST_SILENCES = 2
"""Time-outs in a row; then a host is left alone, or each of its documents would hold a reader for all its time."""
AFTER_SILENCE = timedelta(minutes=5)
_MOST_HOSTS = 10_000
"""Remembered; a feed may link to any number of them."""


@dataclass(slots=True)
class _Host:
    slots: threading.BoundedSemaphore
    users: int = 0
    silences: int = 0
    rests_until: float = 0.0
    why: str = ""
    is_asked: bool = field(default=False)
    """It asked to be left alone itself."""


class Hosts:
    """What is going on at each host. Thread-safe; `monotonic` tells the time in seconds."""

    def __init__(self, per_host: int, *, monotonic: Callable[[], float]) -> None:
        self._per_host = per_host
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._by_name: dict[str, _Host] = {}

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until fewer than so many requests are going on at a host; raise `Unavailable` while it is to rest."""
        with self._lock:
            self._make_room()
            host = self._by_name.setdefault(name, _Host(threading.BoundedSemaphore(self._per_host)))
            host.users += 1
        try:
            with host.slots:  # looked at inside: those before us may have learned that it is silent
                self._refuse_while_resting(host)
                yield
        finally:
            with self._lock:
                host.users -= 1

    def heard(self, name: str) -> None:
        """Note that a host answered."""
        with self._lock:
            if host := self._by_name.get(name):
                host.silences = 0

    def silent(self, name: str) -> None:
        """Note that a host took all the time that it had and gave no answer."""
        with self._lock:
            if host := self._by_name.get(name):
                host.silences += 1
                if host.silences >= MOST_SILENCES:
                    self._rest(host, AFTER_SILENCE, f"{name} did not answer in time, several times in a row")

    def rest(self, name: str, wait: timedelta) -> None:
        """Leave a host alone that asked for it."""
        with self._lock:
            if host := self._by_name.get(name):
                self._rest(host, wait, f"{name} asked to be left alone for a while")
                host.is_asked = True

    def _rest(self, host: _Host, wait: timedelta, why: str) -> None:
        host.rests_until = max(host.rests_until, self._monotonic() + wait.total_seconds())
        host.why, host.silences, host.is_asked = why, 0, False

    def _refuse_while_resting(self, host: _Host) -> None:
        with self._lock:
            seconds = host.rests_until - self._monotonic()
            why, is_asked = host.why, host.is_asked
        if seconds > 0:
            raise Unavailable(
                f"{why}: not asked again for {_rounded(seconds)}",
                retry_after=timedelta(seconds=seconds) if is_asked else None,
            )

    def _make_room(self) -> None:
        """Forget hosts of which nothing need be known, once there are many."""
        if len(self._by_name) >= _MOST_HOSTS:
            now = self._monotonic()
            self._by_name = {name: host for name, host in self._by_name.items() if host.users or host.rests_until > now}


def _rounded(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - minutes, where they tell enough
