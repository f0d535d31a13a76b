"""Run a program and measure it with all its children: seconds, seconds of CPU, memory. Linux only."""

import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

SYNDICATOR = (sys.executable, "-c", "from syndicator.cli import main; main()")
LOOK_S = 0.05
"""How often the memory is looked at."""
ENGINE = "libctranslate2"
"""The library that a process has in its memory when it translates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a program took, and said."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    """Resident memory, of all processes at the same moment; pages that they share count once for each."""
    parent_mb: float
    """Of that process alone, at most."""
    children_mb: float
    """Of all that it started together, at most."""
    processes: int
    """The most that ran at the same moment."""
    has_engine: bool
    """Whether any of them loaded CTranslate2, and so could load a model."""
    stdout: str


def measure(
    command: Sequence[str | Path], *, stdin: str = "", environment: Mapping[str, str] | None = None
) -> Measured:
    """Run a program to its end; give up, with what it wrote, when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = perf_counter()
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=clean_environment() | dict(environment or {}),
    ) as process:
        watch = _MemoryWatch(process.pid)
        watch.start()
        stdout, stderr = process.communicate(stdin)
        wall_s = perf_counter() - began
        watch.stop()
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{stderr[-3000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(
        wall_s=wall_s,
        cpu_s=cpu_s,
        peak_mb=watch.peak_kb / 1024,
        parent_mb=watch.parent_peak_kb / 1024,
        children_mb=watch.children_peak_kb / 1024,
        processes=watch.most_processes,
        has_engine=watch.has_engine,
        stdout=stdout,
    )


def clean_environment() -> dict[str, str]:
    """Return our environment, but with Python keeping bytecode, as it does where a package was installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class _MemoryWatch(threading.Thread):
    """Looks at a process and its children again and again, until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak_kb = self.parent_peak_kb = self.children_peak_kb = 0
        self.most_processes = 0
        self.has_engine = False

    def run(self) -> None:
        while not self._ended.wait(LOOK_S):
            there = list(tree(self._pid))
            self.has_engine = self.has_engine or any(ENGINE in _read(pid, "maps") for pid in there)
            sizes = [_resident_kb(pid) for pid in there]
            self.peak_kb = max(self.peak_kb, sum(sizes))
            self.parent_peak_kb = max(self.parent_peak_kb, sizes[0])
            self.children_peak_kb = max(self.children_peak_kb, sum(sizes[1:]))
            self.most_processes = max(self.most_processes, sum(size > 0 for size in sizes))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all that it started, and that they did."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read_text(children).split():
            yield from tree(int(child))


def _resident_kb(pid: int) -> int:
    lines = _read(pid, "status").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def _read(pid: int, name: str) -> str:
    return _read_text(Path(f"/proc/{pid}/{name}"))


def _read_text(path: Path) -> str:
    """Return what the kernel says of a process; nothing of one that has ended."""
    try:
        return path.read_text()
    except OSError:
        return ""
