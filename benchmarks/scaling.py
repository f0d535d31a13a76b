#!/usr/bin/env python3
"""Measure how work spreads over workers on one PostgreSQL.

    .venv/bin/python benchmarks/scaling.py models [--workers 1,2,4] [--articles 400]
    .venv/bin/python benchmarks/scaling.py simulated [--workers 1,2,4,8,16,24] [--batches 8] [--cost 8]
    .venv/bin/python benchmarks/scaling.py batches [--words 20000]
    .venv/bin/python benchmarks/scaling.py reading [--sources 10000]

`models`: `syndicator worker` with the carried models, all workers on this machine: its cores limit what shows.
`simulated`: a translator that sleeps a fixed time for each batch of articles, one batch at a time as an engine would;
all else (queue, store, checks) is as it is. What counts is the rate between a tenth and nine tenths of the articles.
`batches`: one worker's words a second on many titles and on few long articles of as many words.
`reading`: one pass over sources of which 95 % answer 304, each on a host of its own (127.x.y.z), from an origin in a
process of its own. Database time is the CPU of all of PostgreSQL's processes: what it calls active includes waiting.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import psycopg
from support.desk import Desk, wait_until
from support.postgres import Server, new_server
from support.store import make_article, make_state

from syndicator import wiring
from syndicator.config import load
from syndicator.metrics import Metrics
from syndicator.model import Link, ModelRef, Rendering, Route
from syndicator.monitor.vitals import Vitals
from syndicator.scaling.dispatcher import QueueDispatcher
from syndicator.scaling.jobs import translate_job
from syndicator.scaling.queue import Jobs, make_app
from syndicator.scaling.schedule import ENOUGH
from syndicator.scaling.shift import Duties, working
from syndicator.store.sql import open_store

CAREFUL = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "autovacuum": "on"}
SENTENCE = "Министры {number} стран обсудили {other} вопросов торговли и культуры на встрече в столице."
BATCH = 16
"""Articles that the simulated translator takes for a fixed time."""
PORT = 18304
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class SleepingTranslator:
    """A `ports.Translator` that takes a fixed time for each call, one call at a time, and writes numbers down."""

    def __init__(self, cost_s: float) -> None:
        self._cost_s = cost_s
        self._engine = threading.Lock()

    def route(self, from_language: str, to_language: str) -> Route:
        """Return a route of one model."""
        model = ModelRef(from_language=from_language, to_language=to_language, version="0", digest="0" * 64)
        return Route(models=(model,))

    def pairs(self) -> frozenset[tuple[str, str]]:
        """Return the one pair."""
        return frozenset({("ru", "en")})

    def describe(self, route: Route) -> str:
        """Return what stands in the provenance."""
        return f"a simulation ({route})"

    def decoding(self) -> str:
        """Return what goes into memory keys."""
        return "simulated"

    def translate(
        self, texts: Sequence[str], _route: Route, *, effort: int = 0, linked: Collection[str] = ()
    ) -> list[Rendering | None]:
        """Sleep, and return as many sentences."""
        if effort == 0 and not linked - set(texts):
            with self._engine:
                time.sleep(self._cost_s)
        return [
            Rendering(text=f"Ministers met: {' '.join(filter(str.isdigit, text.split()))}.", links=(), score=-0.1)
            for text in texts
        ]

    def take_broken(self, _texts: Collection[str]) -> dict[str, str]:
        """Return nothing: none breaks it."""
        return {}

    def align(self, pairs: Sequence[tuple[str, str]], _route: Route) -> list[tuple[Link, ...]]:
        """Return no links."""
        return [() for _ in pairs]


def simulated_worker(config: Path, cost_s: float) -> None:
    """Work with a sleeping translator until SIGTERM."""
    settings = load(config)
    store = open_store(
        settings.database.url,
        authority="desk.example",
        clock=wiring.SystemClock(),
        dispatcher=QueueDispatcher(settings.languages),
    )

    async def work() -> None:
        over = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
        with wiring.fetching(settings) as fetcher:
            desk = wiring.Desk(
                settings=settings,
                sources=(),
                store=store,
                fetcher=fetcher,
                translator=SleepingTranslator(cost_s),
                clock=wiring.SystemClock(),
                masthead=wiring.make_masthead(settings, store),
                webhooks=(),
                mirror=None,
            )
            vitals = Vitals(Metrics(version=""), stuck_after=timedelta(hours=1), since=desk.clock.now())
            async with working(desk, Duties(queues=frozenset({"translate"}), name="simulated"), vitals):
                await over.wait()

    asyncio.run(work())


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["models", "simulated", "batches", "reading", "worker", "origin"])
    parser.add_argument("--workers", default=None, help="how many, with commas")
    parser.add_argument("--articles", type=int, default=400)
    parser.add_argument("--batches", type=int, default=8, help="for each worker")
    parser.add_argument("--cost", type=float, default=8.0, help="seconds a batch")
    parser.add_argument("--words", type=int, default=20_000)
    parser.add_argument("--sources", type=int, default=10_000)
    parser.add_argument("--config", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.what == "worker":
        simulated_worker(asked.config, asked.cost)
    elif asked.what == "origin":
        serve_origin()
    elif asked.what == "models":
        measure_models([int(number) for number in (asked.workers or "1,2,4").split(",")], asked.articles)
    elif asked.what == "simulated":
        counts = [int(number) for number in (asked.workers or "1,2,4,8,16,24").split(",")]
        measure_simulated(counts, batches=asked.batches, cost_s=asked.cost)
    elif asked.what == "batches":
        measure_batches(asked.words)
    else:
        measure_reading(asked.sources)


@contextmanager
def desk_on_postgres(sources: str = "", *, batch: int = 200) -> Iterator[tuple[Desk, str, Server]]:
    """Yield a desk, the URL of its database, and the server, which cares for its disk."""
    server = new_server(**CAREFUL)
    try:
        with tempfile.TemporaryDirectory() as folder:
            url = server.new_database()
            tables = f'[database]\nurl = "{url}"\n[translation]\nbatch_articles = {batch}\n'
            yield Desk.make(Path(folder) / "desk", sources + tables), url, server
    finally:
        server.stop()


def save_articles(url: str, texts: Sequence[tuple[str, str]]) -> None:
    """Save articles, (title, HTML), and leave it to the schedule to hand them out."""
    store = open_store(url, authority="desk.example", clock=wiring.SystemClock())
    articles = [
        make_article(number, source="press", title=title, html=html) for number, (title, html) in enumerate(texts)
    ]
    for start in range(0, len(articles), 500):
        store.save_reading(make_state("press"), articles[start : start + 500])
    store.close()


def short_texts(count: int) -> list[tuple[str, str]]:
    """Return titles without a text, each another."""
    return [(SENTENCE.format(number=number, other=number + 7), "") for number in range(count)]


def long_texts(count: int, *, sentences: int) -> list[tuple[str, str]]:
    """Return articles of so many sentences, each another."""
    numbers = iter(range(10_000, 10_000_000))
    return [
        (
            SENTENCE.format(number=next(numbers), other=number),
            "".join(f"<p>{SENTENCE.format(number=next(numbers), other=number)}</p>" for _ in range(sentences)),
        )
        for number in range(count)
    ]


def hand_out(desk: Desk) -> None:
    """Hand out all that waits, as the schedule does."""
    settings = load(desk.config)

    async def defer() -> None:
        app = make_app(settings.database.url)
        store = open_store(settings.database.url, authority="desk.example", clock=wiring.SystemClock())
        waiting = store.waiting(["en"], pairs={("ru", "en")}, now=datetime.now(UTC), limit=100 * ENOUGH)
        async with app.open_async():
            await Jobs(app).defer(
                translate_job(one.article_id, ("ru", "en"), published=one.published or NOW) for one in waiting
            )
        store.close()

    asyncio.run(defer())


def rate(url: str, *, from_share: float = 0.1, to_share: float = 0.9) -> float:
    """Return the articles a second between two shares of all."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT translated FROM translations ORDER BY translated").fetchall()
    moments = [moment if isinstance(moment, datetime) else datetime.fromisoformat(moment) for (moment,) in rows]
    first, last = int(len(moments) * from_share), int(len(moments) * to_share) - 1
    return (last - first) / max((moments[last] - moments[first]).total_seconds(), 0.001)


def translated(connection: "psycopg.Connection[tuple[int]]") -> int:
    """Return how many translations there are."""
    row = connection.execute("SELECT count(*) FROM translations").fetchone()
    return row[0] if row else 0


def cpu_ms(server: Server) -> float:
    """Return the milliseconds of CPU that a server took so far, sessions that ended included."""
    first = server.process.pid if server.process else 0
    children = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
    ticks = 0
    for pid in (str(first), *children):
        with suppress(FileNotFoundError):  # it ended meanwhile: then it counts below
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:13])) + (sum(map(int, fields[13:15])) if pid == str(first) else 0)
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def run_workers(
    desk: Desk, server: Server, *, count: int, start: Callable[[], subprocess.Popen[str]], wanted: int
) -> tuple[float, float]:
    """Have workers translate all; return the seconds from handing out on, and the database's milliseconds."""
    url = load(desk.config).database.url
    processes = [start() for _ in range(count)]
    try:
        time.sleep(min(5 + count, 20))  # until all are ready: what they do to start is not what is measured
        before, began = cpu_ms(server), time.perf_counter()
        hand_out(desk)
        with psycopg.connect(url, autocommit=True) as connection:
            while translated(connection) < wanted:
                time.sleep(0.2)
        return time.perf_counter() - began, cpu_ms(server) - before
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(60)


def measure_models(counts: Sequence[int], articles: int) -> None:
    """Print what so many workers with real models do."""
    print("workers | articles/s | words/s | ms of database time an article")
    for count in counts:
        with desk_on_postgres(batch=50) as (desk, url, server):
            texts = long_texts(articles, sentences=10)
            save_articles(url, texts)
            seconds, database = run_workers(
                desk,
                server,
                count=count,
                start=partial(desk.start, "worker", "--queues", "translate"),
                wanted=articles,
            )
            words = sum(len(f"{title} {html}".split()) for title, html in texts)
            print(f"{count} | {articles / seconds:.2f} | {words / seconds:.0f} | {database / articles:.2f}", flush=True)


def measure_simulated(counts: Sequence[int], *, batches: int, cost_s: float) -> None:
    """Print what so many workers with a sleeping translator do, and how far that is from a multiple of the first."""
    print("workers | articles/s | efficiency | ms of database time an article")
    first = None
    for count in counts:
        with desk_on_postgres(batch=BATCH) as (desk, url, server):
            articles = count * batches * BATCH
            save_articles(url, short_texts(articles))
            command = [sys.executable, __file__, "worker", "--config", str(desk.config), "--cost", str(cost_s)]
            start = partial(subprocess.Popen, command, text=True)
            _, database = run_workers(desk, server, count=count, start=start, wanted=articles)
            found = rate(url)
            first = first or found / count
            share = found / count / first
            print(f"{count} | {found:.2f} | {share:.2f} | {database / articles:.2f}", flush=True)


def measure_batches(words: int) -> None:
    """Print a worker's words a second on titles and on long articles."""
    title = len(SENTENCE.split())
    shapes = {
        "titles": short_texts(words // title),
        "articles of 40 sentences": long_texts(max(words // title // 41, 1), sentences=40),
    }
    rates = {}
    for shape, texts in shapes.items():
        with desk_on_postgres() as (desk, url, server):
            save_articles(url, texts)
            seconds, _ = run_workers(
                desk,
                server,
                count=1,
                start=partial(desk.start, "worker", "--queues", "translate"),
                wanted=len(texts),
            )
            rates[shape] = sum(len(f"{title} {html}".split()) for title, html in texts) / seconds
            print(f"{shape}: {len(texts)} in {seconds:.1f} s, {rates[shape]:.0f} words/s", flush=True)
    print(f"titles at {rates['titles'] / rates['articles of 40 sentences']:.2f} of the speed of long articles")


class _Answers(BaseHTTPRequestHandler):
    """Answers 304 to whoever knows the entity tag, but for every twentieth source, whose feed is another each time."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a feed, or that it is the same."""
        number = int(self.path.strip("/").partition(".")[0])
        if number % 20 and self.headers.get("If-None-Match"):
            self.send_response(304)
            self.send_header("ETag", '"1"')
            self.end_headers()
            return
        version = time.time_ns() if number % 20 == 0 else 1
        body = (
            '<?xml version="1.0"?><rss version="2.0"><channel><title>S</title><link>http://x.example/</link>'
            f"<description>d</description><item><guid>{number}-{version}</guid><title>Министры встретились в столице"
            f" {version}</title><description>Обсудили торговлю и культуру стран.</description></item></channel></rss>"
        ).encode()
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def serve_origin() -> None:
    """Serve until ended."""
    ThreadingHTTPServer.request_queue_size = 256
    ThreadingHTTPServer(("0.0.0.0", PORT), _Answers).serve_forever()  # noqa: S104 - all of 127/8


def measure_reading(count: int) -> None:
    """Print what a pass over so many sources takes, after a first one that brings all of them in."""
    addresses = [f"127.{1 + number // 60_000}.{number // 250 % 240}.{1 + number % 250}" for number in range(count)]
    tables = "".join(
        f'[[sources]]\nslug = "s{number}"\nfeed = "http://{address}:{PORT}/{number}.xml"\n'
        for number, address in enumerate(addresses)
    )
    origin = subprocess.Popen([sys.executable, __file__, "origin"])
    try:
        with desk_on_postgres(tables) as (desk, _, server):
            for number in (1, 2):  # the second is the one that counts
                measure_pass(desk, server, number, count)
    finally:
        origin.kill()
        origin.wait()


def measure_pass(desk: Desk, server: Server, number: int, count: int) -> None:
    """Print what it takes until no source is due."""
    url = load(desk.config).database.url
    open_store(url, authority="desk.example", clock=wiring.SystemClock()).close()  # for its tables
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE sources SET due = NULL")
        process = desk.start("daemon")
        try:
            wait_until(lambda: desk.log().count("daemon_started") >= number, seconds=300)
            before, began = cpu_ms(server), time.perf_counter()
            while connection.execute("SELECT count(*) FROM sources WHERE due IS NOT NULL").fetchone() != (count,):
                time.sleep(0.5)
            seconds, spent = time.perf_counter() - began, cpu_ms(server) - before
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    print(json.dumps({"pass": number, "seconds": round(seconds, 1), "ms_of_database_each": round(spent / count, 2)}))


if __name__ == "__main__":
    main()
