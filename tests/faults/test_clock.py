"""A clock that jumps by years, or goes through a change to summer time: nothing is lost, doubled or waits for ever."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import Desk
from support.store import NOON, PAIRS, StoppedClock, make_article, make_failure, save, sqlite
from support.thorough import IS_LONG

from syndicator import pipeline
from syndicator.config import load
from syndicator.store.sql import open_store
from syndicator.wiring import Desk as Parts
from syndicator.wiring import bench, make_masthead, open_desk

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
HEAD = 'languages = ["en", "ru"]\nfeeds.base_url = "https://desk.example/"\n'
AUTUMN = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)
"""A second before Berlin sets its clocks back from 3:00 to 2:00."""


@contextmanager
def at_work(desk: Desk, clock: StoppedClock) -> Iterator[Parts]:
    """Open a desk that goes by this clock."""
    settings = load(desk.config)
    store = open_store(settings.database.url, authority="desk.example", clock=clock)
    with closing(store), open_desk(settings) as parts:
        yield replace(parts, store=store, clock=clock, masthead=make_masthead(settings, store))


def one_pass(parts: Parts) -> None:
    """Read what is due, translate and publish."""
    now = parts.clock.now()
    states = parts.store.source_states(due_by=now)
    known = parts.store.source_states()
    for source in parts.sources:
        if source.slug in states or source.slug not in known:
            report = pipeline.read(source, store=parts.store, fetcher=parts.fetcher, clock=parts.clock, chance=0.5)
            assert report.error is None
    waiting = parts.store.waiting(["en", "ru"], pairs=parts.translator.pairs(), now=now, limit=100)
    assert not pipeline.translate(waiting, bench=bench(parts)).failed
    pipeline.publish(store=parts.store, masthead=parts.masthead)


def ids(desk: Desk) -> dict[str, set[tuple[str, str]]]:
    """Return the id and the date of every entry by language."""
    feeds = {language: feedparser.parse(str(desk.feeds / language / "atom.xml")) for language in ("en", "ru")}
    return {language: {(one.id, one.published) for one in feed.entries} for language, feed in feeds.items()}


def test_years_forth_and_back(tmp_path: Path) -> None:
    """Ten years ahead and twenty back: each article once, under its first id and date; a new one comes in each time."""
    desk = Desk.make(tmp_path / "desk", INBOX, head=HEAD)
    clock = StoppedClock(datetime.now(UTC))
    seen: dict[str, set[tuple[str, str]]] = {"en": set(), "ru": set()}
    with at_work(desk, clock) as parts:
        for number, years in enumerate((0, 10, -20, 1, 9)):
            clock.advance(timedelta(days=365 * years, hours=1))
            desk.drop(f"{number}.txt", samples.PRESS_RU.replace("\n", f" {number}\n", 1))
            one_pass(parts)
            now = ids(desk)
            for language, before in seen.items():
                assert before <= now[language]
                assert len(now[language]) == number + 1
            seen = now


@pytest.mark.skipif(not IS_LONG, reason="with `make faults`")
def test_summer_time_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the hour that comes twice, a desk in Berlin publishes what one in UTC does, to the byte."""
    made = []
    for zone in ("UTC", "Europe/Berlin"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        desk = Desk.make(tmp_path / zone.replace("/", "-"), INBOX, head=HEAD)
        clock = StoppedClock(AUTUMN)
        with at_work(desk, clock) as parts:
            for name in "ab":
                file = desk.drop(f"{name}.txt", samples.PRESS_RU.replace("\n", f" {name}\n", 1))
                os.utime(file, (clock.moment.timestamp() - 60,) * 2)
                one_pass(parts)
                clock.advance(timedelta(hours=1, seconds=2))
        assert len(ids(desk)["ru"]) == 2
        made.append(desk.files())
    monkeypatch.undo()
    time.tzset()
    assert made[0] == made[1]


def test_a_failure_of_the_future(tmp_path: Path) -> None:
    """A translation that failed while the clock was years ahead is tried again once the clock is right."""
    maker = sqlite(tmp_path)
    store = maker()
    save(store, make_article(1))
    store.save_failure(make_failure(make_article(1), due=NOON + timedelta(hours=23)))
    assert not store.waiting(["en"], pairs=PAIRS, now=NOON, limit=9)
    store.save_failure(make_failure(make_article(1), due=NOON + timedelta(days=3650)))
    assert [one.article_id for one in store.waiting(["en"], pairs=PAIRS, now=NOON, limit=9)] == ["story00001"]
    maker.close()
