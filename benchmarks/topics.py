#!/usr/bin/env python3
"""Measure what topics and bilingual editions cost where 100,000 articles are stored and published.

.venv/bin/python benchmarks/topics.py [--articles 100000] [--rounds 5] [--directory FOLDER]

The desk is that of `publish_one.py`. Two topics are added, one that takes every hundredth story and one that takes
every story; all stories are sorted into them, and all editions published with them. Then articles come one by one,
each is translated (by hand), and each time what is due is sorted and published.
"""

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from publish_one import make_desk, new_article
from support.store import make_segment, make_translation

from syndicator.model import EditionKey, Topic
from syndicator.pipeline import publish
from syndicator.pipeline.topics import sort_into_topics
from syndicator.publishing.edition import fingerprint

FEW = Topic(slug="few", name="Few", sources=("source007",), words=("слово",))
ALL = Topic(slug="all", name="All", words=("слово", "Совет Безопасности", "budget"))
FORMATS = 3


def main() -> None:
    """Prepare, measure, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--directory", type=Path, default=None, help="where to work; a temporary folder by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory) as name:
        desk = make_desk(Path(name), articles=asked.articles, sources=100)
        store, masthead = desk.store, replace(desk.masthead, topics=(FEW, ALL), has_bilingual=True)
        for topic in masthead.topics:
            began = time.process_time()
            sort_into_topics([topic], store)
            seconds = time.process_time() - began
            print(f"sorting {asked.articles:,} stories into {topic.slug!r}: {seconds:.1f} s of CPU")
        for state in store.editions():  # their files are there, under settings without topics
            if state.published >= 0:
                store.save_published(state.key, changed=state.changed, fingerprint=fingerprint(masthead))
        publish(store=store, masthead=masthead)
        for slug in ("few", "all"):
            key = EditionKey(language="en", topic=slug)
            began = time.process_time()
            found = store.entries(key, limit=masthead.window)
            print(f"the newest {len(found)} of {slug!r}: {1000 * (time.process_time() - began):.0f} ms of CPU")
        sorting, publishing, walls, files = [], [], [], 0
        for number in range(asked.articles + 7, asked.articles + 7 + 100 * asked.rounds, 100):
            new = new_article(desk, number)
            store.save_reading(store.source_state(new.source), [new])
            store.save_translation(make_translation(new, html=new.html, segments=(make_segment(),) * 40))
            began, worked = time.perf_counter(), time.process_time()
            sort_into_topics(masthead.topics, store)
            sorting.append(time.process_time() - worked)
            report = publish(store=store, masthead=masthead)
            publishing.append(time.process_time() - worked)
            walls.append(time.perf_counter() - began)
            files = len(report.written)
        editions = 2 * 5  # the language's, its source's, bilingual, two topics
        print(f"sorting one new article into two topics: {1000 * statistics.median(sorting):.1f} ms of CPU")
        whole = statistics.median(publishing)
        each = f"{whole / editions / FORMATS:.3f} s of CPU and {statistics.median(walls) / editions / FORMATS:.3f} s"
        print(f"publishing it: {whole:.2f} s of CPU, {files} files; {each} a touched feed of {editions * FORMATS}")
        began = time.process_time()
        sort_into_topics(masthead.topics, store)
        print(f"where nothing changed: {1000 * (time.process_time() - began):.1f} ms")
        store.close()


if __name__ == "__main__":
    main()
