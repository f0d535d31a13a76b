#!/usr/bin/env python3
"""Measure the search over many articles: making the index, one new article, and asking through the server.

    .venv/bin/python benchmarks/search.py [--articles 10000] [--questions 300]

Half of the articles are Russian, half English, of some 200 words made of a vocabulary with the frequencies of language
(Zipf): rarer words and frequent ones are asked for, one to three at a time, one after the other over one connection.
"""

import argparse
import http
import http.client
import random
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from articles import ROOT
from processes import SYNDICATOR, clean_environment

from syndicator.model import Article, SourceState
from syndicator.store.sql import SqlStore, open_store
from syndicator.web.search import RULES, keys_of_entry

BATCH = 500
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


def main() -> None:
    """Make the store, index it, ask."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=300)
    asked = parser.parse_args()
    chance = random.Random(7)
    words = vocabulary()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        config = folder / "syndicator.toml"
        config.write_text('languages = ["en", "ru"]\n[database]\nurl = "sqlite:///data.db"\n', encoding="utf-8")
        store = open_store(f"sqlite:///{folder}/data.db", authority="example.org", clock=Clock())
        for start in range(0, asked.articles, BATCH):
            numbers = range(start, min(start + BATCH, asked.articles))
            store.save_reading(SourceState(slug="press"), [article(n, words, chance) for n in numbers])
        began = time.process_time()
        index(store)
        spent = time.process_time() - began
        size = (folder / "data-search.db").stat().st_size
        print(f"index of {asked.articles}: {spent:.1f} s of CPU, {size / 1e6:.0f} MB")
        store.save_reading(SourceState(slug="press"), [article(asked.articles, words, chance)])
        began = time.perf_counter()
        index(store)
        print(f"one new article: {(time.perf_counter() - began) * 1000:.1f} ms")
        store.close()
        ask(config, words, chance, asked.questions)


def vocabulary() -> dict[str, list[str]]:
    """Return real words by language, in a fixed order."""
    found = {}
    for language, file in (("ru", "ru"), ("en", "en")):
        texts = (ROOT / "tests" / "quality" / "titles.tsv").read_text(encoding="utf-8").split("\n")
        chosen = [line.partition("\t")[2] for line in texts if line.startswith(file + "\t")]
        found[language] = sorted({word for line in chosen for word in line.split() if word.isalpha()})
    return found


def article(number: int, words: dict[str, list[str]], chance: random.Random) -> Article:
    """Return an article of chance words."""
    language = ("ru", "en")[number % 2]
    moment = BEGAN + timedelta(minutes=number)
    body = " ".join(pick(words[language], chance) for _ in range(200))
    return Article(
        id=f"story{number:06}",
        source="press",
        origin_id=str(number),
        version=1,
        url=None,
        title=" ".join(pick(words[language], chance) for _ in range(8)),
        html=f"<p>{body}</p>",
        summary="",
        language=language,
        title_language=language,
        authors=(),
        published=moment,
        updated=moment,
        first_seen=moment,
        categories=(),
        enclosures=(),
        rights=None,
        credit=None,
        section=None,
        content_hash=str(number),
    )


def pick(words: list[str], chance: random.Random) -> str:
    """Return a word, the first ones most often."""
    return words[min(len(words) - 1, int(len(words) ** chance.random()) - 1)]


def index(store: SqlStore) -> None:
    """Bring the index up to date, as the server does."""
    while stories := store.unindexed(RULES, limit=50):
        store.save_indexed(RULES, [(one, {e.language: keys_of_entry(e) for e in one.entries}) for one in stories])


def ask(config: Path, words: dict[str, list[str]], chance: random.Random, count: int) -> None:
    """Ask the serving process; print the middle and the slowest."""
    command = [*SYNDICATOR, "serve", "--port", "0", "--config", config]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=clean_environment()) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            server = http.client.HTTPConnection("127.0.0.1", int(line.strip().rstrip("/").rpartition(":")[2]))
            spent = []
            for number in range(count + 5):
                language = ("ru", "en")[number % 2]
                question = " ".join(pick(words[language], chance) for _ in range(1 + number % 3))
                began = time.perf_counter()
                server.request("GET", f"/{language}/search?q={quote(question)}")
                reply = server.getresponse()
                reply.read()
                if reply.status != http.HTTPStatus.OK:
                    raise SystemExit(f"answered {reply.status}")
                spent.append((time.perf_counter() - began) * 1000)
        finally:
            process.terminate()
    cut = statistics.quantiles(spent[5:], n=100)
    print(f"{count} questions: p50 {cut[49]:.1f} ms, p99 {cut[98]:.1f} ms; the first, cold: {spent[0]:.0f} ms")


if __name__ == "__main__":
    main()
