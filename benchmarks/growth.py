#!/usr/bin/env python3
"""Measure what grows with the number of stored articles, and draw it.

.venv/bin/python benchmarks/growth.py [--articles 1000 10000 100000 1000000] [--rounds 5] [--directory FOLDER]
    [--url DATABASE_URL] [--plot docs/growth.svg]

One store is filled step by step with Russian articles of 200 sources, each translated into English, by inserting rows
as the program writes them (an article and its translation come from a pattern; dates, ids, places in the order and
words differ). At each size articles come one by one, and the median is taken of what each step costs:

- poll: a look at a feed that has one new item (fetched over HTTP on loopback, parsed, cleaned, recognised, kept)
- unchanged: a look at a feed that answers 304, what waits for translation, and finding that nothing is to be published
- translation: keeping a translation that was made (no model is needed)
- publish: all that one new article makes old: 12 feeds, 4 front pages, stories, site maps, lists
- front page: reading the newest entries of a language and rendering its front page

The old stories' pages and archives are there as empty files. The slope is that of a line through all sizes, both scales
logarithmic: 0 is flat, 1 means ten times the time for ten times the articles.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil, floor, log10
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sqlalchemy import insert
from support.store import make_article, make_segment, make_translation

from syndicator.config_tables import NetworkSettings
from syndicator.model import VOLUME, Article, EditionKey, Source, SourceKind, Translation, primary
from syndicator.pipeline import publish, read
from syndicator.publishing import archive
from syndicator.publishing.edition import Masthead
from syndicator.publishing.pages import render_edition_pages
from syndicator.publishing.sitemap import sitemap_path
from syndicator.sources.http import HttpFetcher
from syndicator.store import editions, schema, translations
from syndicator.store.sql import SqlStore, open_store

SOURCES = 200
START = datetime(2006, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=10)
"""Between two articles: a million reach back 19 years."""
ROWS = 5000
"""Inserted in one transaction."""
WORDS = ("министр", "город", "договор", "суд", "река", "завод", "бюджет", "школа", "выборы", "театр", "порт", "урожай")
LANGUAGES = ("en", "ru")
STEPS = ("poll", "unchanged", "translation", "publish", "front page")
"""What is measured, in this order."""


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a step took, in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the measurement works on."""

    store: SqlStore
    masthead: Masthead
    fetcher: HttpFetcher
    origin: "Origin"


class Origin:
    """A feed on loopback with one item; asked with its ETag, it says that nothing changed."""

    def __init__(self) -> None:
        self.item = ""
        self.etag = ""
        origin = self

        class Handler(BaseHTTPRequestHandler):
            """Answers for the origin."""

            def do_GET(self) -> None:
                """Answer with the feed, or 304."""
                is_known = self.headers.get("If-None-Match") == origin.etag
                body = b"" if is_known else origin.feed()
                self.send_response(304 if is_known else 200)
                self.send_header("ETag", origin.etag)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Return the address of the feed."""
        return f"http://127.0.0.1:{self.server.server_port}/feed.xml"

    def tell(self, article: Article) -> None:
        """Have this article be the item."""
        self.etag = f'"{article.id}"'
        self.item = (
            f"<item><title>{article.title}</title><link>{article.url}</link><guid>{article.origin_id}</guid>"
            f"<pubDate>{article.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<description><![CDATA[{article.html}]]></description></item>"
        )

    def feed(self) -> bytes:
        """Return the feed."""
        head = "<title>Источник</title><link>https://origin.example/</link><language>ru</language>"
        return f'<rss version="2.0"><channel>{head}{self.item}</channel></rss>'.encode()


def main() -> None:
    """Fill, measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--directory", type=Path, default=None, help="where to work; a temporary folder by default")
    parser.add_argument("--url", default=None, help="of an empty database; SQLite in the working folder by default")
    parser.add_argument("--plot", type=Path, default=None, help="the SVG file to write")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory) as name, opened(Path(name), asked.url) as desk:
        found: dict[int, dict[str, Cost]] = {}
        held = 0
        for size in sorted(asked.articles):
            began = time.process_time()
            fill(desk, range(held, size))
            print(f"{size:,} articles: filled in {time.process_time() - began:.0f} s of CPU", flush=True)
            found[size] = measure(desk, first=size, rounds=asked.rounds)
            held = size + asked.rounds + 1
            for step in STEPS:
                cost = found[size][step]
                print(f"  {step:12} {1000 * cost.cpu:8.1f} ms of CPU {1000 * cost.wall:8.1f} ms", flush=True)
    for step in STEPS:
        slopes = [
            slope({size: getattr(costs[step], kind) for size, costs in found.items()}) for kind in ("cpu", "wall")
        ]
        print(f"slope of {step:12} {slopes[0]:+.3f} (CPU) {slopes[1]:+.3f} (wall)")
    if asked.plot:
        asked.plot.write_text(plot({step: {n: costs[step].cpu for n, costs in found.items()} for step in STEPS}))


@contextmanager
def opened(folder: Path, url: str | None) -> Iterator[Desk]:
    """Yield an empty desk in a folder."""
    origin = Origin()
    store = open_store(url or f"sqlite:///{folder}/syndicator.db", authority="example.org", clock=Clock())
    masthead = Masthead(
        publisher="The Example Wire",
        rights=None,
        contact=None,
        directory=folder / "feeds",
        base_url="https://news.example/feeds/",
        languages=LANGUAGES,
        window=100,
        tag_prefix=store.tag_prefix(),
    )
    fetcher = HttpFetcher(NetworkSettings(allow_private=["127.0.0.0/8"]), user_agent="benchmark")
    try:
        yield Desk(store=store, masthead=masthead, fetcher=fetcher, origin=origin)
    finally:
        origin.server.shutdown()
        fetcher.close()
        store.close()


def source_of(number: int) -> str:
    """Return the slug of the source that article `number` comes from: each in turn."""
    return f"source{number % SOURCES:03}"


def new_article(number: int) -> Article:
    """Return article `number`."""
    dice, moment = Random(number), START + number * APART
    words = " ".join(dice.choices(WORDS, k=24))
    return make_article(
        number,
        id=f"story{number:08}",
        source=source_of(number),
        title=f"{dice.choice(WORDS).capitalize()}: {' '.join(dice.choices(WORDS, k=5))}",
        html=f"<p>{words.capitalize()}.</p><p>Сообщает источник № {number}.</p>",
        published=moment,
        updated=moment,
        first_seen=moment,
    )


def new_translation(article: Article) -> Translation:
    """Return its translation."""
    return make_translation(article, html=article.html, segments=(make_segment(),) * 3)


def fill(desk: Desk, numbers: range) -> None:
    """Keep articles with their translations and entries, as rows, and have all count as published."""
    if numbers.start == 0:
        save_first(desk)
        numbers = range(SOURCES, numbers.stop)
    tag = desk.store.tag_prefix()
    place = {language: desk.store.last_number(language) + 1 for language in LANGUAGES}
    seq = max(edition.changed for edition in desk.store.editions())
    for start in range(numbers.start, numbers.stop, ROWS):
        some = [new_article(number) for number in range(start, min(start + ROWS, numbers.stop))]
        with desk.store._database.writing() as connection:  # noqa: SLF001 - rows that the store would write one by one
            connection.execute(insert(schema.articles), [article_row(one) for one in some])
            connection.execute(insert(schema.translations), [translation_row(one) for one in some])
            for language in LANGUAGES:
                rows = [
                    entry_row(one, language, number=place[language] + n, seq=seq, tag=tag) for n, one in enumerate(some)
                ]
                connection.execute(insert(schema.entries), rows)
                place[language] += len(rows)
    make_files(desk)
    publish(store=desk.store, masthead=desk.masthead)


def save_first(desk: Desk) -> None:
    """Read the first article of each source as the program does, so that all states and editions are there."""
    for number in range(SOURCES):
        poll(desk, new_article(number))
        desk.store.save_translation(waiting(desk))
    publish(store=desk.store, masthead=desk.masthead)


def poll(desk: Desk, article: Article) -> None:
    """Look at the source of an article, which has that one and no other."""
    source = Source(slug=article.source, kind=SourceKind.FEED, url=desk.origin.url)
    desk.origin.tell(article)
    report = read(source, store=desk.store, fetcher=desk.fetcher, clock=Clock(), chance=0.5)
    if report.error or report.set_aside:
        raise RuntimeError(report)


def waiting(desk: Desk) -> Translation:
    """Return the translation of the one article that waits for it."""
    (one,) = desk.store.waiting(LANGUAGES, pairs={("ru", "en")}, now=Clock().now(), limit=2)
    return new_translation(desk.store.article(one.article_id))


def article_row(article: Article) -> dict[str, Any]:
    """Return an article's row, translated."""
    return {**asdict(article), "primary_language": primary(article.language), "translated_to": "en"}


def translation_row(article: Article) -> dict[str, Any]:
    """Return the row of its translation."""
    translation = new_translation(article)
    return {
        **translations._values(translation),  # noqa: SLF001 - as the store makes them
        "tag": "en",
        "from_language": "ru",
        "source": article.source,
        "published": article.published,
        "is_current": True,
        "is_marked": False,
    }


def entry_row(article: Article, language: str, *, number: int, seq: int, tag: str) -> dict[str, Any]:
    """Return the row of its entry in a language."""
    identifier = f"{tag}{article.id}/{language}"
    return {
        **editions._seed(article, language, updated=article.updated),  # noqa: SLF001 - likewise
        "atom_id": identifier,
        "rss_id": f"{identifier}/rss",
        "json_id": f"{identifier}/json",
        "seq": seq,
        "number": number,
        "volume": number // VOLUME,
    }


def make_files(desk: Desk) -> None:
    """Make an empty file of all that was published before the newest: pages, archives, site maps."""
    for language in LANGUAGES:
        folder = desk.masthead.directory / language
        (folder / archive.FOLDER).mkdir(exist_ok=True)
        last = desk.store.last_number(language)
        for number in range((last + 1) // archive.SIZE):
            (desk.masthead.directory / archive.archive_path(EditionKey(language=language), number + 1)).touch()
        for number in range(last // VOLUME + 1):
            (desk.masthead.directory / sitemap_path(language, number)).touch()
        for number in range(last + 1):
            os.close(os.open(f"{folder}/stories/story{number:08}.html", os.O_CREAT | os.O_WRONLY, 0o644))


def measure(desk: Desk, *, first: int, rounds: int) -> dict[str, Cost]:
    """Have articles come one by one; return the median of what each step took, but for the first, which warms up."""
    taken: dict[str, list[Cost]] = {step: [] for step in STEPS}
    for number in range(first, first + rounds + 1):
        for step, cost in one_round(desk, number).items():
            taken[step] += [cost] if number > first else []
    return {
        step: Cost(wall=statistics.median(one.wall for one in costs), cpu=statistics.median(one.cpu for one in costs))
        for step, costs in taken.items()
    }


def one_round(desk: Desk, number: int) -> dict[str, Cost]:
    """Have article `number` come; return what each step took."""
    store, masthead = desk.store, desk.masthead
    article = new_article(number)

    def unchanged() -> None:
        poll(desk, article)
        store.waiting(LANGUAGES, pairs={("ru", "en"), ("en", "ru")}, now=Clock().now(), limit=100)
        store.waiting_counts(LANGUAGES)
        publish(store=store, masthead=masthead, with_missing=False)

    def front_page() -> None:
        key = EditionKey(language="en")
        render_edition_pages(key, store.entries(key, limit=masthead.window), masthead=masthead, created=START)

    costs = {"poll": timed(lambda: poll(desk, article))}
    translation = waiting(desk)
    costs["translation"] = timed(lambda: store.save_translation(translation))
    costs["publish"] = timed(lambda: publish(store=store, masthead=masthead))
    costs["unchanged"] = timed(unchanged)
    costs["front page"] = timed(front_page)
    return costs


def timed(work: Callable[[], object]) -> Cost:
    """Return what a step takes, all threads of this process together."""
    began, worked = time.perf_counter(), time.process_time()
    work()
    return Cost(wall=time.perf_counter() - began, cpu=time.process_time() - worked)


def slope(costs: dict[int, float]) -> float:
    """Return the slope of the line that fits best, both scales logarithmic."""
    if len(costs) < 2:  # noqa: PLR2004 - a line needs two points
        return 0.0
    return statistics.linear_regression([log10(n) for n in costs], [log10(max(t, 1e-6)) for t in costs.values()]).slope


def plot(costs: dict[str, dict[int, float]]) -> str:
    """Return a drawing of milliseconds by articles, both scales logarithmic; lines are told apart by their names."""
    width, height, left, right, top, bottom = 640, 360, 60, 510, 20, 310
    sizes = sorted({n for line in costs.values() for n in line})
    seconds = [taken for line in costs.values() for taken in line.values()]
    least, most = floor(log10(1000 * min(seconds))), ceil(log10(1000 * max(seconds)))

    def x(n: int) -> float:
        return left + (right - left) * (log10(n / sizes[0]) / max(log10(sizes[-1] / sizes[0]), 1e-9))

    def y(ms: float) -> float:
        return bottom - (bottom - top) * (log10(ms) - least) / (most - least)

    drawn = [
        f'<line x1="{left}" x2="{right}" y1="{y(10**e):.1f}" y2="{y(10**e):.1f}" stroke="#bbb"/>'
        f'<text x="{left - 8}" y="{y(10**e) + 4:.1f}" text-anchor="end">{10**e:g} ms</text>'
        for e in range(least, most + 1)
    ]
    drawn += [f'<text x="{x(n):.1f}" y="{bottom + 20}" text-anchor="middle">{n:,}</text>' for n in sizes]
    drawn.append(f'<text x="{(left + right) / 2}" y="{bottom + 40}" text-anchor="middle">stored articles</text>')
    for number, (step, line) in enumerate(costs.items()):
        points = " ".join(f"{x(n):.1f},{y(1000 * taken):.1f}" for n, taken in sorted(line.items()))
        dashes = f' stroke-dasharray="{number * 3} 3"' if number else ""
        drawn.append(f'<polyline points="{points}" fill="none" stroke="#036" stroke-width="2"{dashes}/>')
        drawn.append(f'<text x="{right + 8}" y="{y(1000 * line[sizes[-1]]) + 4:.1f}">{step}</text>')
    view = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {view}>'
    return "\n".join([head, '<rect width="100%" height="100%" fill="#fff"/>', *drawn, "</svg>", ""])


if __name__ == "__main__":
    main()
