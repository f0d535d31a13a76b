"""Keep a process of our own program running beside this one: start it, start it again, end it with us.

What serves readers and what translates are two processes, so that neither waits for the other's interpreter lock and
neither takes the other down. Knows processes; refuses to know what the companion does.
"""

import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from syndicator import policy
from syndicator.errors import ServeError
from syndicator.log import logger

_PATIENCE_SECONDS = 9
"""From SIGTERM to SIGKILL: the companion lets go of its clients in less."""
_LOOK_SECONDS = 0.1
_STOPS = frozenset({signal.SIGTERM, signal.SIGINT})
_STEADY_SECONDS = 60
"""One that lived so long starts again at once when it ends; others wait, longer each time."""


class Companion:
    """A context in which a command runs. Its standard input stays open while we live: its end tells it to end, too.

    The command says by a line on standard output that it is ready. Raises `ServeError` if it ends before that the first
    time; what went wrong stands on standard error then. Where a signal to stop is blocked and pending, it is waited for
    no longer: the caller will see that signal first.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._first = threading.Event()
        self._is_ready = False
        self._watch = threading.Thread(target=self._keep, name="companion", daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        # Whoever blocks signals to wait for them later must not miss one here: a companion may never get ready.
        while not self._first.wait(_LOOK_SECONDS) and not signal.sigpending() & _STOPS:
            pass
        if self._first.is_set() and not self._is_ready:
            raise ServeError("nothing can be served, so the daemon has not begun either; the reason stands above.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_soon()
        with self._lock:
            process = self._process
        if process:
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self._watch.join(_PATIENCE_SECONDS)

    def end_soon(self) -> None:
        """Tell it to end, and do not wait."""
        self._is_over.set()
        self.send(signal.SIGTERM)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        with self._lock:
            if self._process:
                self._process.send_signal(number)

    def _keep(self) -> None:
        failures = 0
        while not self._is_over.is_set():
            started = time.monotonic()
            code = self._run()
            if self._is_over.is_set() or not self._is_ready:
                break
            failures = 1 if time.monotonic() - started > _STEADY_SECONDS else failures + 1
            logger().warning("companion_ended", exit_code=code, again_in=str(policy.rest(failures)))
            self._is_over.wait(policy.rest(failures).total_seconds())
        self._first.set()

    def _run(self) -> int | None:
        """Start it and wait until it ends; return its exit code, None if it could not be started."""
        try:
            process = subprocess.Popen(  # noqa: S603 - our own program
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # Ctrl-C in the terminal is for us; and the scheduler weighs it by itself
            )
        except OSError as error:
            logger().warning("companion_failed", reason=error.strerror)
            return None
        with self._lock:
            self._process = process
        if self._is_over.is_set():
            process.terminate()
        with process:
            if process.stdout and process.stdout.readline():
                self._is_ready = True
                self._first.set()
            code = process.wait()
        with self._lock:
            self._process = None
        return code
