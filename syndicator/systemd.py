"""Tell systemd how it goes with us (sd_notify(3)): ready, reloading, stopping, alive. Knows the protocol alone."""

import os
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta

_PATIENCE_SECONDS = 2
"""For the receiver to make room; who waits for it has work to do."""


class Notifier:
    """The way to whoever supervises us; says nothing where there is nobody."""

    def __init__(self, address: str | None = None, *, watchdog: timedelta | None = None) -> None:
        """Tell a datagram socket by its path; "@" stands for the abstract namespace (unix(7))."""
        self._address = "\0" + address[1:] if address and address.startswith("@") else address
        self.watchdog = watchdog
        """Within this time it wants a sign of life, else it ends us."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Notifier":
        """Return the one that the environment names (sd_notify(3), sd_watchdog_enabled(3))."""
        address = environment.get("NOTIFY_SOCKET")
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        wanted = timedelta(microseconds=int(microseconds)) if microseconds.isdecimal() and is_ours else None
        return cls(address if address and address[0] in "/@" else None, watchdog=wanted or None)

    def ready(self, status: str) -> None:
        """Say that the work goes on, with this state in words."""
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Say that settings are being read anew; `ready` ends that."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", "STATUS=reading the settings")

    def stopping(self) -> None:
        """Say that we are about to end."""
        self._tell("STOPPING=1", "STATUS=finishing what is at hand")

    def alive(self) -> None:
        """Give a sign of life."""
        self._tell("WATCHDOG=1")

    def status(self, words: str) -> None:
        """Say in a line how it goes."""
        self._tell(f"STATUS={words}")

    def _tell(self, *lines: str) -> None:
        if self._address is None:
            return
        message = "\n".join(line.replace("\n", " ") for line in lines)
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
            way.settimeout(_PATIENCE_SECONDS)
            way.sendto(message.encode(errors="backslashreplace"), self._address)
