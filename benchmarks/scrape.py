#!/usr/bin/env python3
"""Measure what it costs the store to be looked at by Prometheus, against articles held and sources.

.venv/bin/python benchmarks/scrape.py [--articles 10000 100000] [--sources 50 2000] [--waiting 2000]
"""

import argparse
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from articles import ROOT
from sqlalchemy import insert

sys.path.insert(0, str(ROOT / "tests"))
from support.store import NOON, sqlite

from syndicator.store import schema
from syndicator.store.sql import SqlStore

LANGUAGES = ("ru", "en")
PIECE = 5000
ROUNDS = 5


def main() -> None:
    """Print the processor time of one look for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--sources", type=int, nargs="+", default=[50, 2_000])
    parser.add_argument("--waiting", type=int, default=2_000)
    asked = parser.parse_args()
    for articles in asked.articles:
        for sources in asked.sources:
            with tempfile.TemporaryDirectory() as name:
                store = sqlite(Path(name))()
                fill(store, articles=articles, sources=sources, waiting=min(articles, asked.waiting))
                print(f"{articles:>9,} articles {sources:>6,} sources {look(store):7.1f} ms")
                store.close()


def look(store: SqlStore) -> float:
    """Return the milliseconds of processor time that a look takes."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        store.standing(LANGUAGES)
        times.append(1000 * (time.process_time() - began))
    return statistics.median(times)


def fill(store: SqlStore, *, articles: int, sources: int, waiting: int) -> None:
    """Put Russian articles of 2.4 kB of text into a store, all but some in English, too; no text but that."""
    slugs = [f"source-{n}" for n in range(sources)]
    with store._database.writing() as connection:  # noqa: SLF001 - through the port it takes an hour
        state = {"condition": "ok", "about": {}, "failures": 0, "succeeded": NOON}
        connection.execute(insert(schema.sources), [{"slug": slug, **state} for slug in slugs])
        edition = {"created": NOON, "changed": 5, "published": 5, "announced": {}}
        keys = [{"language": language, "source": slug} for language in LANGUAGES for slug in ["", *slugs]]
        connection.execute(insert(schema.editions), [key | edition for key in keys])
        for start in range(0, articles, PIECE):
            numbers = range(start, min(articles, start + PIECE))
            rows = [_article(n, slugs[n % sources], is_translated=n < articles - waiting) for n in numbers]
            connection.execute(insert(schema.articles), rows)
            entries = [_entry(row, n, language) for n, row in zip(numbers, rows, strict=True) for language in LANGUAGES]
            connection.execute(insert(schema.entries), entries)


def _article(number: int, source: str, *, is_translated: bool) -> dict[str, object]:
    moment = NOON + timedelta(minutes=number)
    times = dict.fromkeys(("published", "updated", "first_seen"), moment)
    texts = {"title": "Новость", "html": "<p>" + "слово " * 400 + "</p>", "summary": "", "content_hash": str(number)}
    languages = {"language": "ru", "title_language": "ru", "primary_language": "ru"}
    lists: dict[str, list[str]] = {"authors": [], "categories": [], "enclosures": []}
    key = {"id": f"story{number}", "source": source, "origin_id": str(number), "version": 1}
    return {**key, **times, **texts, **languages, **lists, "translated_to": "en" if is_translated else ""}


def _entry(article: dict[str, object], number: int, language: str) -> dict[str, object]:
    ids = dict.fromkeys(("atom_id", "rss_id", "json_id"), f"tag:{number}/{language}")
    times = {key: article[key] for key in ("published", "updated")}
    key = {"article_id": article["id"], "language": language, "source": article["source"]}
    is_shown = language == "ru" or article["translated_to"] == "en"
    return {**key, **ids, **times, "seq": number, "is_shown": is_shown, "number": number}


if __name__ == "__main__":
    main()
