"""The daemon: on a schedule, at once for an inbox, and obedient to signals."""

import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import Desk, Process, stop, wait_until
from support.origin import Origin

from syndicator.config import load
from syndicator.daemon.shift import Shift
from syndicator.metrics import Metrics
from syndicator.monitor.vitals import Vitals
from syndicator.wiring import open_desk

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'


def vitals() -> Vitals:
    """Return what a shift tells how it goes."""
    return Vitals(Metrics(version=""), stuck_after=timedelta(minutes=1), since=datetime.now(UTC))


@contextmanager
def running(desk: Desk) -> Iterator[Process]:
    """Run a daemon and wait until it works; end it for sure."""
    process = desk.start("daemon")
    try:
        wait_until(lambda: "daemon_started" in desk.log() or process.poll() is not None)
        assert process.poll() is None, desk.log()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def titles(desk: Desk, language: str) -> list[str]:
    return [one.title for one in feedparser.parse(str(desk.feeds / language / "atom.xml")).entries]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.make(tmp_path / "desk", INBOX)


def test_a_dropped_file_is_published_in_both_languages_without_a_command(desk: Desk) -> None:
    """The daemon notices a new file by itself, long before the source's interval is over, and stops when told."""
    with running(desk) as process:
        desk.drop("a.txt", samples.PRESS_RU)
        wait_until(lambda: titles(desk, "ru") and titles(desk, "en"))
        assert titles(desk, "ru") == ["В столице прошла встреча министров культуры"]
        started = time.monotonic()
        assert stop(process) == 0
        assert time.monotonic() - started < 10
    assert "daemon_stopped" in desk.log()


def test_a_file_that_is_still_being_written_is_waited_for(desk: Desk) -> None:
    """A half-written file is left alone; once it rests, it is read whole."""
    with running(desk) as process:
        path = desk.drop("a.txt", "Открыта выставка картин\n\nВыставка работает", age_seconds=0)
        with path.open("a", encoding="utf-8") as file:
            for word in (" каждый", " день", " кроме", " понедельника.\n"):
                time.sleep(0.4)  # somebody types
                file.write(word)
                file.flush()
        wait_until(lambda: titles(desk, "ru"))
        stop(process)
    entry = feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries[0]
    assert "кроме понедельника." in entry.content[0].value
    with closing(sqlite3.connect(desk.folder / "data/syndicator.db")) as store:
        assert store.execute("select version from articles").fetchall() == [(1,)]


def test_a_second_daemon_is_refused(desk: Desk) -> None:
    """On one store there is one daemon; another one, or a `run`, is told who holds it. To look is allowed."""
    with running(desk) as process:
        for command in ("daemon", "run"):
            refused = desk.call(command, code=4)
            assert str(process.pid) in refused.stderr
        assert desk.json("sources", "list")[0]["slug"] == "press"
        assert desk.json("status")["sources"][0]["slug"] == "press"
        stop(process)


def test_sighup_takes_a_new_config_and_refuses_a_broken_one(desk: Desk) -> None:
    """A new source is read after SIGHUP; a broken file is logged and changes nothing."""
    with Origin() as origin, running(desk) as process:
        origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
        desk.write_config("[[sources]\n")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "config_refused" in desk.log())
        desk.write_config(INBOX + f'[[sources]]\nslug = "science"\nfeed = "{origin.url("/en.atom")}"\n')
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: titles(desk, "en"))
        assert process.poll() is None
        assert stop(process, by=signal.SIGINT) == 0


def test_it_stops_within_ten_seconds_though_an_origin_hangs(desk: Desk) -> None:
    """A fetch that would take its whole 30 seconds does not hold up the end, and nothing is recorded as failed.

    Not even where SIGHUP came before, and new settings wait for the fetch.
    """
    with Origin() as origin:
        origin.raw("/slow", lambda _asked, _connection: bool(origin.stopping.wait(60)) and None)
        desk.write_config(f'[[sources]]\nslug = "slow"\nfeed = "{origin.url("/slow")}"\n')
        with running(desk) as process:
            wait_until(lambda: origin.requests)
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: "SIGHUP" in desk.log())
            started = time.monotonic()
            assert stop(process) == 0
            assert time.monotonic() - started < 10
        with closing(sqlite3.connect(desk.folder / "data/syndicator.db")) as store:
            assert store.execute("select * from sources").fetchall() == []


def test_a_restart_keeps_due_times(desk: Desk) -> None:
    """A source that was just read is not read again because the daemon starts anew."""
    with Origin() as origin:
        origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
        desk.write_config(INBOX + f'[[sources]]\nslug = "science"\nfeed = "{origin.url("/en.atom")}"\n')
        for _ in range(2):
            with running(desk) as process:
                wait_until(lambda: titles(desk, "ru"))
                stop(process)
        assert len(origin.requests) == 1


def test_a_due_source_is_read_on_the_schedule(desk: Desk) -> None:
    """When its time has come, a source is read again and its new article published."""
    with Origin() as origin:
        origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
        desk.write_config(f'[[sources]]\nslug = "science"\nfeed = "{origin.url("/en.atom")}"\n')
        desk.call("run")
        newer = samples.ATOM_EN.replace("2026:1", "2026:2").replace("/1", "/2").replace("floor", "shore")
        origin.add("/en.atom", body=newer.encode(), headers={"Content-Type": "application/atom+xml"})
        with running(desk) as process:
            wait_until(lambda: process.poll() is None)
            with closing(sqlite3.connect(desk.folder / "data/syndicator.db", timeout=10)) as store, store:
                store.execute("update sources set due = checked")
            wait_until(lambda: len(titles(desk, "en")) == 2)
            stop(process)


def test_a_reload_waits_for_an_origin_that_hangs_and_then_goes_on(desk: Desk) -> None:
    """SIGHUP during a fetch neither ends the daemon nor breaks the fetch off: both configs are worked through."""
    answer = threading.Event()
    with Origin() as origin:
        origin.add("/en.atom", body=samples.ATOM_EN.encode(), headers={"Content-Type": "application/atom+xml"})
        origin.raw("/slow", lambda _asked, _connection: bool(answer.wait(25)) and None)
        slow = f'[[sources]]\nslug = "slow"\nfeed = "{origin.url("/slow")}"\n'
        desk.write_config(slow)
        with running(desk) as process:
            wait_until(lambda: origin.requests)
            fast = f'[[sources]]\nslug = "science"\nfeed = "{origin.url("/en.atom")}"\n'
            desk.write_config(slow + fast, head='languages = ["en"]\nfeeds.directory = "../elsewhere"\n')
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: "SIGHUP" in desk.log())
            time.sleep(9)  # longer than what is at hand gets before a stop
            assert process.poll() is None
            answer.set()
            wait_until((desk.folder / "elsewhere/en/science/atom.xml").is_file)
            assert stop(process) == 0


def test_what_can_t_be_published_is_published_once_it_can(desk: Desk) -> None:
    """A file where the feeds should be stops neither the daemon nor its other work, and is told in one line."""
    desk.feeds.write_text("in the way")
    with running(desk) as process:
        desk.drop("a.txt", samples.PRESS_RU)
        wait_until(lambda: "can't be written" in desk.log())
        assert "Traceback" not in desk.log()
        desk.feeds.unlink()
        wait_until(lambda: titles(desk, "ru") and titles(desk, "en"))
        assert stop(process) == 0


def test_two_sources_may_share_an_inbox(desk: Desk) -> None:
    """A file that is dropped there is noticed for both."""
    desk.write_config(INBOX + '[[sources]]\nslug = "other"\ninbox = "inbox"\n')
    with running(desk) as process:
        desk.drop("a.txt", samples.PRESS_RU)
        for slug in ("press", "other"):
            wait_until(lambda path=desk.feeds / "ru" / slug / "atom.xml": path.is_file())  # type: ignore[misc]
        stop(process)


def test_ticks_go_on_after_the_clock_was_set_back(desk: Desk) -> None:
    """A job that the scheduler would begin tomorrow, by the clock of now, is begun at once."""
    with open_desk(load(desk.config)) as opened:
        shift = Shift(opened, vitals())
        shift.start()
        tick = next(job for job in shift._scheduler.get_jobs() if job.id == "publish")
        tick.modify(next_run_time=datetime.now(UTC) + timedelta(days=1))
        shift.mind_the_clock()
        wait_until((desk.feeds / "index.html").is_file)
        shift.halt()
        assert shift.is_over(within=timedelta(seconds=20))


def test_a_source_that_rests_can_be_asked_for_again(desk: Desk) -> None:
    """A look that was queued when the one before it went wrong is dropped, and does not bar the source for ever."""
    with open_desk(load(desk.config)) as parts:
        shift = Shift(parts, vitals())
        (source,) = parts.sources
        shift._asked_for.add(source.slug)
        shift._rest(f"read {source.slug}")
        shift._read(source)
        assert source.slug not in shift._asked_for
