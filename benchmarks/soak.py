#!/usr/bin/env python3
"""Have a daemon work for an hour as if for months, and see that memory, file handles, threads and log stay as they are.

    .venv/bin/python benchmarks/soak.py [--minutes 60] [--sources 60]          make soak

Sources of a server on loopback change all the time and are asked once a minute each; articles are translated with the
carried models, published and served; settings are read anew once a minute. Every ten seconds all processes of the
daemon are looked at. At the end a line is fitted to the second half of each series: what grows by more than `LIMITS`
an hour fails, and so does a desk that stopped working. Needs no network. Linux only.
"""

import argparse
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.desk import Desk, stop, wait_until
from support.origin import Answer, Asked, Origin

EVERY_S = 10
RENEW_S = 60
"""How often settings are read anew."""
LIMITS = {"rss_mb": 24.0, "handles": 4.0, "threads": 4.0, "wal_mb": 8.0}
"""By figure, how much more of it may be there after an hour: far below what one leak an article would come to."""
MEGABYTE = 1_000_000
WORDS = ("министр", "договор", "встреча", "торговля", "город", "культура", "выставка", "поезд", "школа", "закон")
HEAD = """
[schedule]
interval = "1m"
[web]
port = {port}
[feeds]
window = 50
"""


def main() -> None:
    """Work, look, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--sources", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Origin() as origin:
        desk = make_desk(Path(folder) / "desk", origin, asked.sources)
        process = desk.start("daemon", "--serve")
        try:
            wait_until((desk.feeds / "en" / "atom.xml").exists, seconds=300)
            samples = list(watch(desk, process.pid, process, minutes=asked.minutes))
        finally:
            stop(process)
        found = judge(samples) + look(desk)
    for problem in found:
        print(problem)
    sys.exit(1 if found else 0)


def make_desk(folder: Path, origin: Origin, sources: int) -> Desk:
    """Return a desk whose sources have something new each time they are asked after a while."""
    began = time.monotonic()

    def feed(request: Asked) -> Answer:
        number = int((time.monotonic() - began) / 20)
        chance = random.Random(f"{request.path} {number}")
        items = "".join(item(request.path, number - back, chance) for back in range(min(number, 9) + 1))
        body = f'<rss version="2.0"><channel><title>{request.path[1:]}</title><link>https://example.org/</link>{items}</channel></rss>'
        return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml", "ETag": f'"{number}"'})

    tables = ""
    for number in range(sources):
        origin.respond(f"/s{number}", feed)
        tables += f'[[sources]]\nslug = "s{number}"\nfeed = "{origin.url(f"/s{number}")}"\n'
    return Desk.make(folder, tables + HEAD.format(port=0))


def item(path: str, number: int, chance: random.Random) -> str:
    """Return an item of a feed."""
    title = f"{chance.choice(WORDS).capitalize()} {number}: {chance.choice(WORDS)}"
    text = ". ".join(" ".join(chance.choices(WORDS, k=8)).capitalize() for _ in range(5))
    return f"<item><guid>{path}-{number}</guid><title>{title}</title><description>{text}.</description></item>"


def watch(desk: Desk, pid: int, process: object, *, minutes: float) -> Iterator[tuple[float, dict[str, float]]]:
    """Yield (seconds, figures) as long as the daemon works; have it read its settings anew once a minute."""
    began = time.monotonic()
    renewed = began
    while time.monotonic() - began < 60 * minutes:
        time.sleep(EVERY_S)
        now = time.monotonic()
        figures = look_at(desk, pid)
        told = "  ".join(f"{name} {value:.1f}" for name, value in sorted(figures.items()))
        print(f"{now - began:6.0f} s  {told}", flush=True)
        yield now - began, figures
        if now - renewed > RENEW_S:
            process.send_signal(signal.SIGHUP)  # type: ignore[attr-defined]
            renewed = now


def look_at(desk: Desk, pid: int) -> dict[str, float]:
    """Return the figures of a daemon and of what it started."""
    figures: dict[str, float] = defaultdict(float)
    for one in tree(pid):
        try:
            command = Path(f"/proc/{one}/cmdline").read_text()
            status = Path(f"/proc/{one}/status").read_text()
            handles = len(list(Path(f"/proc/{one}/fd").iterdir()))
        except OSError:
            continue  # it ended meanwhile
        role = "child" if "child_main" in command else "server" if "serve" in command and one != pid else "daemon"
        resident = re.search(r"VmRSS:\s+(\d+)", status)
        threads = re.search(r"Threads:\s+(\d+)", status)
        figures[f"{role} rss_mb"] += int(resident[1]) * 1024 / MEGABYTE if resident else 0
        figures[f"{role} threads"] += int(threads[1]) if threads else 0
        figures[f"{role} handles"] += handles
    log = desk.folder / "data" / "syndicator.db-wal"
    figures["store wal_mb"] = log.stat().st_size / MEGABYTE if log.exists() else 0
    return dict(figures)


def tree(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for one in found:
        try:
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except OSError:
            continue
    return found


def judge(samples: list[tuple[float, dict[str, float]]]) -> list[str]:
    """Return which figures grow."""
    second_half = samples[len(samples) // 2 :]
    problems = []
    for name in sorted({name for _, figures in second_half for name in figures}):
        series = [(at, figures[name]) for at, figures in second_half if name in figures]
        if len(series) < len(second_half) // 2:
            continue  # the translating process comes and goes
        slope, _ = statistics.linear_regression(*zip(*series, strict=True))
        limit = LIMITS[name.split()[1]]
        median = statistics.median(value for _, value in series)
        print(f"{name:16} median {median:8.1f}   {slope * 3600:+8.2f} an hour (at most {limit:+.0f})")
        problems += [f"{name} grows by {slope * 3600:.1f} an hour"] if slope * 3600 > limit else []
    return problems


def look(desk: Desk) -> list[str]:
    """Return what is wrong with what was done."""
    status = desk.json("status")
    articles = status["counts"]["articles"]
    print(f"{articles} articles, {status['counts']['translations']} translations, {status['counts']['failed']} failed")
    return [] if status["counts"]["translations"] >= 0.8 * articles > 0 else ["the desk does not keep up"]


if __name__ == "__main__":
    main()
