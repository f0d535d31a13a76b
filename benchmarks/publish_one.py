#!/usr/bin/env python3
"""Measure what it costs to publish one new article where 100,000 are stored and published.

.venv/bin/python benchmarks/publish_one.py [--articles 100000] [--sources 100] [--rounds 5] [--directory FOLDER]

The store is a real SQLite store. Its Russian articles are kept as any reading is; their English translations and
entries are copied in the database, as their rows would be. Feeds and site maps are published by the program; the pages
of old stories and the archives are empty files, since nothing here reads them. Then articles come one by one, each is
translated (by hand), and each time everything that is due is published. Times are of `pipeline.publish` alone.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from sqlalchemy import text
from support.store import make_article, make_segment, make_state, make_translation

from syndicator.model import About, Article, EditionState
from syndicator.pipeline import publish
from syndicator.pipeline.history import publish_history, publish_map_index, publish_maps
from syndicator.publishing import archive
from syndicator.publishing.edition import Masthead, fingerprint, publish_edition, publish_index
from syndicator.publishing.opml import Outline
from syndicator.store.sql import SqlStore, open_store

START = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=7)
"""Between two articles: 412 in the two days that a news site map reaches back."""
BODY = "".join(f"<p>{'Слово за словом, и так далее. ' * 4}</p>" for _ in range(17))
"""About 2,000 characters, 4 kB in UTF-8, as press articles are."""

COPYING = (
    """
    INSERT INTO translations (article_id, language, source, published, tag, article_version, title, html, summary,
        enclosure_titles, category_labels, route, engine, marks, translated, made_with,
        from_language, is_marked, is_current, segments,
        is_reviewed)
    SELECT a.id, 'en', a.source, a.published, t.tag, t.article_version, t.title, t.html, t.summary,
        t.enclosure_titles, t.category_labels, t.route, t.engine, t.marks, t.translated,
        t.made_with, t.from_language, t.is_marked,
        t.is_current, t.segments, t.is_reviewed
    FROM articles a JOIN translations t ON t.article_id = :pattern WHERE a.id <> :pattern
    """,
    "DELETE FROM entries WHERE language = 'en'",
    """
    INSERT INTO entries (article_id, language, source, atom_id, rss_id, json_id, published, updated, seq, is_shown,
        number, volume)
    SELECT article_id, 'en', source, atom_id || 'en', rss_id || 'en', json_id || 'en', published, updated, seq,
        is_shown, number, volume
    FROM entries WHERE language = 'ru'
    """,
    "UPDATE articles SET translated_to = 'en'",
    """
    INSERT INTO editions (language, source, created, changed, published, fingerprint)
    SELECT 'en', source, created, changed, published, fingerprint FROM editions
    WHERE language = 'ru' AND source NOT IN (SELECT source FROM editions WHERE language = 'en')
    """,
)
"""Make the translations of all articles like that of one, and their entries and editions like the Russian ones."""


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the measurement works on."""

    store: SqlStore
    masthead: Masthead
    sources: int


def main() -> None:
    """Prepare, measure, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--sources", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--directory", type=Path, default=None, help="where to work; a temporary folder by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.directory) as name:
        desk = make_desk(Path(name), articles=asked.articles, sources=asked.sources)
        before = stamps(desk.masthead.directory)
        print(f"{asked.articles:,} articles, {len(before):,} files, {size(Path(name)) / 1e6:.0f} MB in all")
        measure(desk, first=asked.articles, rounds=asked.rounds)
        desk.store.close()


def make_desk(folder: Path, *, articles: int, sources: int) -> Desk:
    """Fill a store and publish what it holds."""
    store = open_store(f"sqlite:///{folder}/syndicator.db", authority="example.org", clock=Clock())
    directory = folder / "feeds"
    masthead = Masthead(
        publisher="The Example Wire",
        rights="Each text belongs to its source.",
        contact="desk@news.example",
        directory=directory,
        base_url="https://news.example/feeds/",
        languages=("en", "ru"),
        window=100,
        tag_prefix=store.tag_prefix(),
    )
    desk = Desk(store=store, masthead=masthead, sources=sources)
    for source in range(sources):
        state = make_state(f"source{source:03}", about=About(name=f"Источник {source}", language="ru"))
        store.save_reading(state, [new_article(desk, number) for number in range(source, articles, sources)])
    translate_all(store)
    publish_all(desk)
    return desk


def new_article(desk: Desk, number: int) -> Article:
    """Return article `number`; they come from each source in turn."""
    moment = START + number * APART
    return make_article(
        number,
        id=f"story{number:07}",
        source=f"source{number % desk.sources:03}",
        html=BODY,
        summary="Коротко о том, что случилось.",
        published=moment,
        updated=moment,
        first_seen=moment,
    )


def translate_all(store: SqlStore) -> None:
    """Give every article a translation: one as the program makes it, the others as copies of its row."""
    pattern = store.article("story0000000")
    store.save_translation(make_translation(pattern, html=BODY, segments=(make_segment(),) * 40))
    with store._database.writing() as connection:  # noqa: SLF001 - rows are copied that the store would write one by one
        for statement in COPYING:
            connection.execute(text(statement), {"pattern": pattern.id} if ":pattern" in statement else {})


def publish_all(desk: Desk) -> None:
    """Publish all editions but for the texts of old pages, and have the store know that they are."""
    settings = fingerprint(desk.masthead)
    for edition in desk.store.editions():
        if edition.key.source is None:
            make_files(desk, edition)
        newest = desk.store.entries(edition.key, limit=desk.masthead.window)
        entries, _ = publish_history(edition, newest, store=desk.store, masthead=desk.masthead, after=0)
        publish_edition(edition.key, entries, [], masthead=desk.masthead, created=edition.created)
        if edition.key.source is None:
            publish_maps(edition.key, newest, store=desk.store, masthead=desk.masthead, after=None)
        desk.store.save_published(edition.key, changed=edition.changed, fingerprint=settings)
    outlines = [Outline(key=one.key, title="", updated=one.created) for one in desk.store.editions()]
    publish_index(outlines, masthead=desk.masthead)
    publish_map_index(store=desk.store, masthead=desk.masthead)
    publish(store=desk.store, masthead=desk.masthead)


def make_files(desk: Desk, edition: EditionState) -> None:
    """Make an empty page for every story, and every archive document, empty, too."""
    folder = desk.masthead.directory / edition.key.language / "stories"
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / archive.FOLDER).mkdir()
    count = desk.store.last_number(edition.key.language) + 1
    for number in range(count // archive.SIZE):
        (desk.masthead.directory / archive.archive_path(edition.key, number + 1)).touch()
    for first in range(0, count, 10_000):
        for story in desk.store.listed(edition.key.language, first=first, count=10_000):
            (folder / f"{story.story}.html").touch()


def measure(desk: Desk, *, first: int, rounds: int) -> None:
    """Have articles come one by one, and print what publishing each took and wrote."""
    walls, processors, written = [], [], 0
    for number in range(first, first + rounds):
        new = new_article(desk, number)
        desk.store.save_reading(desk.store.source_state(new.source), [new])
        desk.store.save_translation(make_translation(new, html=BODY, segments=(make_segment(),) * 40))
        before = stamps(desk.masthead.directory)
        began, worked = time.perf_counter(), time.process_time()
        report = publish(store=desk.store, masthead=desk.masthead)
        walls.append(time.perf_counter() - began)
        processors.append(time.process_time() - worked)
        after = stamps(desk.masthead.directory)
        touched = {path for path, stamp in after.items() if before.get(path) != stamp}
        if touched != {str(path) for path in report.written}:
            print(f"written and not told, or told and not written: {touched ^ {str(path) for path in report.written}}")
        written = len(touched)
        if number == first:
            print("written:", *sorted(os.path.relpath(path, desk.masthead.directory) for path in touched), sep="\n  ")
    feeds = 4 * 3
    wall, processor = statistics.median(walls), statistics.median(processors)
    print(f"publishing one new article: {wall:.2f} s, {processor:.2f} s of CPU, {written} files written")
    each = f"{wall / feeds:.3f} s, {processor / feeds:.3f} s of CPU"
    print(f"a touched feed (of {feeds}): {each}; longest round {max(walls):.2f} s")


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return file number and time of change of all files, by path: both change when a file is replaced."""
    return {entry.path: (entry.inode(), entry.stat().st_mtime_ns) for entry in _files(str(folder))}


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            else:
                yield entry


def size(folder: Path) -> int:
    """Return how many bytes all files of a folder hold."""
    return sum(entry.stat().st_size for entry in _files(str(folder)))


if __name__ == "__main__":
    main()
