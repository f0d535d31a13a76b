"""Keep one child process: start it, ask it, end it. Knows pipes and deadlines; refuses to know what is asked."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

from syndicator.errors import ModelError
from syndicator.log import logger
from syndicator.model import Route
from syndicator.translation import wire
from syndicator.translation.halving import Broke

Answer = TypeVar("Answer")

CHUNK_BYTES = 1 << 20
"""As much as a pipe holds, so that one reading empties it."""
MOST_SAID_BYTES = 4096
"""Of what the child writes to standard error, the last is kept."""
LONGEST_LEAVE_SECONDS = 3
"""From closing its pipe until it has ended by itself."""
LONGEST_DEATH_SECONDS = 10
"""From SIGKILL until it is gone; a process that waits for a broken disk takes for ever, and is left behind."""
ALLOCATOR = {"MALLOC_ARENA_MAX": "2"}
"""Of glibc, unless the operator says otherwise: each thread's arena would keep what its largest batch took."""
SECRETS = "SYNDICATOR_"
"""Variables that begin like this are our settings, of no use to the child, and may hold a password."""


class Child:
    """A running child. For one thread at a time, but for `end`.

    It is killed when the thread that made it ends, which the kernel takes for the end of the process.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        module: str = "syndicator.translation.child_main",
        descriptors: Sequence[int] = (),
    ) -> None:
        """Start it; raise `OSError` if there is no such program or no room for a process.

        `module` is what it runs; it keeps these `descriptors` beside its pipes.
        """
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-X", "faulthandler", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            pass_fds=descriptors,
            start_new_session=True,  # Ctrl-C in the terminal is for the parent alone
            env=ALLOCATOR | {name: value for name, value in os.environ.items() if not name.startswith(SECRETS)},
        )
        process = self._process
        self._requests, self._replies, self._errors = filter(None, (process.stdin, process.stdout, process.stderr))
        for stream in (self._requests, self._replies, self._errors):
            os.set_blocking(stream.fileno(), False)
        self._said = b""
        self.loaded: set[Route] = set()
        """What its owner knows to be loaded in it."""

    @property
    def pid(self) -> int:
        """Return its process id."""
        return self._process.pid

    @property
    def said(self) -> str:
        """Return the last line that it wrote to standard error; empty if it wrote nothing."""
        lines = self._said.decode(errors="replace").split("\n")
        return next(("".join(filter(str.isprintable, line)) for line in reversed(lines) if line.strip()), "")[:200]

    def ask(self, message: wire.Message, read: Callable[[wire.Message], Answer], *, within: timedelta) -> Answer:
        """Send a message, wait for the reply, and return what `read` makes of it.

        Raises `ModelError` as the child did, and `Broke` where no answer, or none that makes sense, came in that time:
        then the child is ended. `read` raises `ValueError` for what makes no sense.
        """
        try:
            reply = self._exchange(wire.pack(message), time.monotonic() + within.total_seconds())
            if not (error := wire.error_in(reply)):
                return read(reply)
        except TimeoutError:
            broke = Broke(f"gave no answer within {within.total_seconds():.0f} s")
        except EOFError:
            broke = Broke(self._ending())
        except ValueError:
            broke = Broke("gave a senseless answer")
        else:
            if isinstance(error, ModelError):
                raise error
            broke = error
        self.end()
        raise broke

    def end(self) -> None:
        """End it, whatever it is doing; safe to call again and from any thread."""
        self._process.kill()
        try:
            self._process.wait(LONGEST_DEATH_SECONDS)
        except subprocess.TimeoutExpired:
            logger().warning("translation_child_stays", pid=self.pid)

    def close(self) -> None:
        """End it and let go of its pipes."""
        self.end()
        self._hear()
        if self._said:
            logger().debug("translation_child_said", pid=self.pid, text=self._said.decode(errors="replace"))
        for stream in (self._requests, self._replies, self._errors):
            stream.close()

    def _exchange(self, request: bytes, deadline: float) -> wire.Message:
        """Write and read at the same time, or each could wait for the other with full pipes."""
        unsent = memoryview(request)
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._requests, selectors.EVENT_WRITE)
            selector.register(self._replies, selectors.EVENT_READ)
            selector.register(self._errors, selectors.EVENT_READ)
            while (reply := wire.unpack(received)) is None:
                left = deadline - time.monotonic()
                ready = [key.fileobj for key, _ in selector.select(max(0, left))]
                if left <= 0 and self._replies not in ready:
                    raise TimeoutError
                if self._requests in ready:
                    unsent = unsent[self._send(unsent) :]
                    if not unsent:
                        selector.unregister(self._requests)
                if self._errors in ready and not self._hear():
                    selector.unregister(self._errors)
                if self._replies in ready:
                    chunk = os.read(self._replies.fileno(), CHUNK_BYTES)
                    if not chunk:
                        raise EOFError
                    received += chunk
        return reply

    def _send(self, unsent: memoryview) -> int:
        """Write what there is room for; return how much of it needs no sending any more."""
        try:
            return os.write(self._requests.fileno(), unsent)
        except BrokenPipeError:  # it is gone, and the end of its replies will tell
            return len(unsent)

    def _hear(self) -> bool:
        """Take in what is there of standard error; return whether there may be more."""
        try:
            chunk = os.read(self._errors.fileno(), CHUNK_BYTES)
        except BlockingIOError:
            return True
        self._said = (self._said + chunk)[-MOST_SAID_BYTES:]
        return bool(chunk)

    def _ending(self) -> str:
        """Say how it ended by itself; end it if it has only closed its pipe."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LONGEST_LEAVE_SECONDS)
        self.end()
        code = self._process.returncode
        if code is not None and code < 0:
            with suppress(ValueError):  # a real-time signal has no name
                return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}"
