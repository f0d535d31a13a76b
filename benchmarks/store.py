#!/usr/bin/env python3
"""Measure what the store costs for a source that answers 304 and for a translation that is saved.

.venv/bin/python benchmarks/store.py [--url URL] [--rounds 300]

Without a URL, a PostgreSQL of its own is started with its usual care for the disk (fsync). Times are medians on the
wall; beside them is the time of CPU that this process took, and, of a server of its own, the server.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.postgres import Server, new_server
from support.store import StoppedClock, make_article, make_segment, make_state, make_translation, save

from syndicator.store.sql import open_store

SENTENCES = 40
CAREFUL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def main() -> None:
    """Prepare, measure, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default=None, help="of an empty database; by default one on a server of its own")
    parser.add_argument("--rounds", type=int, default=300)
    asked = parser.parse_args()
    server = None if asked.url else new_server(**CAREFUL)
    store = open_store(asked.url or server.new_database(), authority="bench.example", clock=StoppedClock())
    segments = tuple(make_segment(f"Предложение {number}.", f"Sentence {number}.") for number in range(SENTENCES))
    articles = [make_article(number, html="<p>Текст статьи.</p>" * 150) for number in range(asked.rounds)]
    save(store, *articles)
    try:
        states = [make_state(f"source{number:05}", etag="1") for number in range(asked.rounds)]
        for state in states:
            store.save_source_state(state)
        measure(
            "a source that answers 304", lambda number: store.save_source_state(states[number]), asked.rounds, server
        )
        measure(
            "a translation of 40 sentences",
            lambda number: store.save_translation(make_translation(articles[number], segments=segments)),
            asked.rounds,
            server,
        )
    finally:
        store.close()
        if server is not None:
            server.stop()


def measure(what: str, step: Callable[[int], object], rounds: int, server: Server | None) -> None:
    """Do a step again and again, and print what one took."""
    times = []
    own, others = time.process_time(), _cpu_of(server)
    for number in range(rounds):
        began = time.perf_counter()
        step(number)
        times.append((time.perf_counter() - began) * 1000)
    own, others = (time.process_time() - own) * 1000 / rounds, (_cpu_of(server) - others) * 1000 / rounds
    told = f"{what}: {statistics.median(times):.2f} ms, least {min(times):.2f} ms; CPU {own:.2f} ms here"
    print(told + (f", {others:.2f} ms in the server" if server else ""))


def _cpu_of(server: Server | None) -> float:
    """Return the seconds of CPU that a server's living processes took so far."""
    if server is None or server.process is None:
        return 0.0
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text(encoding="ascii")
    ticks = 0
    for pid in (str(server.process.pid), *children.split()):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
