"""See what another process tries to connect to, and let none of it happen. Linux only; see `isolation`."""

import array
import fcntl
import json
import os
import select
import socket
import struct
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Self

from syndicator.translation.isolated_main import CONTROL
from syndicator.translation.isolation import KINDS

RECEIVE, SEND = 0xC0502100, 0xC0182101
"""SECCOMP_IOCTL_NOTIF_RECV and _SEND."""
NOTIFICATION = struct.Struct("QIIiIQ6Q")
RESPONSE = struct.Struct("QqiI")
GO_ON = 1
"""SECCOMP_USER_NOTIF_FLAG_CONTINUE."""
UNREACHABLE = -101
"""ENETUNREACH."""
MOST_SEEN = 1000
FAMILIES = {2: "IPv4", 10: "IPv6", 17: "packet"}


class Witness:
    """Watches one process, from before it starts until the block ends. `child_end` is what that process is given.

    `attempts` are what it tried, in order, each once; `problems` are what kept it from being isolated or watched.
    """

    def __init__(self) -> None:
        self._ours, self.child_end = socket.socketpair()
        self._lock = Lock()
        self._seen: dict[str, None] = {}
        self._has_seen_control = False
        self.problems: dict[str, str] = {}
        self.is_watching = Event()
        """Set once the attempt that is made on purpose was seen."""
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="witness", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.child_end.close()
        self._thread.join()
        self._ours.close()

    def attempts(self) -> list[str]:
        """Return what was tried so far."""
        with self._lock:
            return list(self._seen)

    def _watch(self) -> None:
        listener = self._called()
        if listener is None:
            return
        try:
            self._listen(listener)
        finally:
            os.close(listener)

    def _called(self) -> int | None:
        """Hear what the process could do about itself; return the descriptor to watch it by, None if there is none."""
        received = b""
        while not self._stopping.is_set():
            if not select.select([self._ours], [], [], 0.1)[0]:
                continue
            text, passed, *_ = self._ours.recvmsg(4096, socket.CMSG_LEN(4))
            received += text
            for line in received.split(b"\n")[:-1]:
                self.problems.update({key: reason for key, reason in json.loads(line).items() if reason})
            for level, kind, data in passed:
                if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                    return array.array("i", data[:4])[0]
            if not text or "filter" in self.problems:
                return None
            received = received.rpartition(b"\n")[2]
        return None

    def _listen(self, listener: int) -> None:
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        while not self._stopping.is_set():
            for _, event in poll.poll(100):
                if not event & select.POLLIN:  # the process has ended
                    return
                with suppress(OSError):  # the caller was killed meanwhile
                    self._judge(listener)

    def _judge(self, listener: int) -> None:
        """Note one attempt and refuse it; a socket may be made, since nothing can come of it alone."""
        notice = bytearray(NOTIFICATION.size)
        fcntl.ioctl(listener, RECEIVE, notice)
        number, thread, _, call, architecture, _, first, second, third, *_ = NOTIFICATION.unpack(notice)
        is_connect = any(kind.connect == call and kind.audit == architecture for kind in KINDS.values())
        said = (
            _address(thread, second, third) if is_connect else f"a socket of {FAMILIES.get(first, f'family {first}')}"
        )
        if said is not None:
            self._note(said)
        is_allowed = said is None or (not is_connect and "namespace" not in self.problems)
        verdict = (0, GO_ON) if is_allowed else (UNREACHABLE, 0)
        fcntl.ioctl(listener, SEND, RESPONSE.pack(number, 0, *verdict))

    def _note(self, said: str) -> None:
        with self._lock:
            if not self._has_seen_control:
                # The attempt made on purpose: its socket, then its connection.
                is_last = said == _shown(*CONTROL) or "namespace" in self.problems
                if is_last:
                    self._has_seen_control = True
                    self.is_watching.set()
            elif len(self._seen) < MOST_SEEN:
                self._seen[said] = None


def _address(thread: int, at: int, size: int) -> str | None:
    """Return where a `connect` goes, read from the caller's memory; None for what stays on this machine (Unix)."""
    try:
        with Path(f"/proc/{thread}/mem").open("rb", buffering=0) as memory:
            memory.seek(at)
            raw = memory.read(min(size, 128))
        family, port = struct.unpack_from("=H", raw)[0], struct.unpack_from("!H", raw, 2)[0]
        if family in {socket.AF_UNIX, socket.AF_UNSPEC}:
            return None
        if family == socket.AF_INET:
            return _shown(str(ip_address(raw[4:8])), port)
        if family == socket.AF_INET6:
            return _shown(str(ip_address(raw[8:24])), port)
    except (OSError, struct.error, ValueError):
        return "a connection to an address that could not be read"
    return f"a connection of family {family}"


def _shown(address: str, port: int) -> str:
    return f"a connection to {address} port {port}"
