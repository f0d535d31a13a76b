"""Our command line in processes of its own that begin where imports end: forks of one that has imported everything.

To start Python and import us takes a second or two of processor time, which is more than most commands do. Whoever runs
this file gets a process that forks another for each line on standard input; `Warm` is the side that writes those lines.
What a start itself does, or what depends on the environment it finds, is tested with a start of its own.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

ALONE = ("syndicator.store.migrations", "syndicator.translation.child_main", "syndicator.translation.trial")
"""Modules that are programs, or another program's to import."""
LAZY = (
    "feedgen.feed",
    "lxml.html",
    "nh3",
    "numpy",
    "py3langid.langid",
    "pymorphy3",
    "razdel",
    "sentencex",
    "sqlalchemy.dialects.sqlite",
    "truststore",
)
"""What commands import as they need it."""


@dataclass(slots=True)
class Forked:
    """A process that `Warm` started, to be handled as a `subprocess.Popen` is."""

    pid: int
    _warm: "Warm"
    _watch: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, minus the signal that ended it; None while it runs."""
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end and return the exit code; raise `subprocess.TimeoutExpired` after `timeout` seconds."""
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._watch, number)

    def kill(self) -> None:
        """Send SIGKILL unless it has ended."""
        self.send_signal(signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._watch], [], [], timeout)[0]:
            self.returncode = self._warm.ask({"ended": self.pid})
            os.close(self._watch)
        return self.returncode


class Warm:
    """The process that forks, started with some environment; ends when this one does."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the tests
        )
        self._lock = Lock()

    def ask(self, request: Mapping[str, object]) -> int:
        """Send a line and return the number that comes back."""
        assert self._process.stdin
        assert self._process.stdout
        with self._lock:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def start(self, words: Sequence[str], *, cwd: Path, out: Path, told: Path) -> Forked:
        """Start a command; what it prints is appended to `out`, what it prints on standard error to `told`."""
        pid = self.ask({"words": words, "cwd": str(cwd), "out": str(out), "told": str(told)})
        return Forked(pid, self, os.pidfd_open(pid))


@cache
def warm(environment: tuple[tuple[str, str], ...]) -> Warm:
    """Return the one process that forks for an environment."""
    return Warm(dict(environment))


def main() -> None:
    """Fork for each line that asks for it, and tell the codes of those that ended."""
    _import_all()
    gc.freeze()  # what is here stays: no fork looks through it again, and so copies it
    replies = os.dup(1)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        if ended := asked.get("ended"):
            number = os.waitstatus_to_exitcode(os.waitpid(ended, 0)[1])
        else:
            number = os.fork()
            if not number:
                os.close(replies)
                return _run(asked)  # outside of the loop, to end as any Python does
        os.write(replies, f"{number}\n".encode())
    return None


def _run(asked: Mapping[str, Any]) -> None:
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, asked["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND),
        (2, asked["told"], os.O_WRONLY | os.O_CREAT | os.O_APPEND),
    ):
        file = os.open(path, flags, 0o666)
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["cwd"])
    sys.argv = ["-c", *asked["words"]]
    importlib.import_module("syndicator.cli").main()


def _import_all() -> None:
    import syndicator  # noqa: PLC0415 - the side that asks has no need of it

    for module in pkgutil.walk_packages(syndicator.__path__, "syndicator."):
        if not module.name.startswith(ALONE):
            importlib.import_module(module.name)
    for name in LAZY:
        importlib.import_module(name)


if __name__ == "__main__":
    main()
