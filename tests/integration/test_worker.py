"""Several workers on one PostgreSQL: who does what, what a dead one leaves, and that the feeds are the same."""

import asyncio
import gc
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from support import samples
from support.desk import Desk, stop, wait_until
from support.postgres import shared_server
from support.shift import vitals
from support.store import StoppedClock, make_article, save

from syndicator import pipeline, wiring
from syndicator.config import load
from syndicator.errors import ConfigError
from syndicator.model import Source, SourceKind
from syndicator.ports import Store
from syndicator.scaling.dispatcher import QueueDispatcher
from syndicator.scaling.gathering import Gatherer, Outcome
from syndicator.scaling.jobs import Job, Pair, publish_job, queue_of, read_job, translate_job
from syndicator.scaling.queue import Jobs, Presence, conninfo, make_app
from syndicator.scaling.schedule import Sweep
from syndicator.scaling.shift import Duties, working
from syndicator.scaling.worker import parse_duties
from syndicator.store.sql import open_store

INBOX = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'
PAIR = ("ru", "en")


@pytest.fixture
def url() -> str:
    """Return the URL of an empty database."""
    return shared_server().new_database()


@pytest.fixture
def desk(tmp_path: Path, url: str) -> Desk:
    """Return a desk on PostgreSQL with an inbox."""
    return Desk.make(tmp_path / "desk", f'{INBOX}[database]\nurl = "{url}"\n')


def source(slug: str, host: str) -> Source:
    return Source(slug=slug, kind=SourceKind.FEED, url=f"https://{host}/{slug}.xml")


def taken(url: str, queues: list[str], *deferred: Job) -> list[str]:
    """Defer jobs and have two workers take what they can; return what they took, in order."""

    async def take() -> list[str]:
        app = make_app(url)
        async with app.open_async():
            await Jobs(app).defer(deferred)
            manager = app.job_manager
            workers = [await manager.register_worker() for _ in range(2)]
            found = [await manager.fetch_job(queues, workers[turn % 2]) for turn in range(len(deferred))]
        return [job.queueing_lock or "" for job in found if job]

    return asyncio.run(take())


def test_a_host_is_asked_by_one_reader_at_a_time(url: str) -> None:
    """Whichever machines they are on; sources of other hosts are not held up by that."""
    wanted = [read_job(source("a", "one.example")), read_job(source("b", "one.example"))]
    assert taken(url, ["read"], *wanted, read_job(source("c", "two.example"))) == ["read:a", "read:c"]


def test_there_is_one_publisher(url: str) -> None:
    """Feeds, lists and front page are written by one at a time; what changes meanwhile waits for the next."""

    async def publishers() -> list[bool]:
        app = make_app(url)
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            found = []
            for _ in range(2):
                await Jobs(app).defer([publish_job()])
                await app.connector.execute_query_async("UPDATE procrastinate_jobs SET scheduled_at = NULL")
                found.append(bool(await app.job_manager.fetch_job(["publish"], worker)))
        return found

    assert asyncio.run(publishers()) == [True, False]


def test_jobs_of_a_dead_worker_are_done_again(url: str) -> None:
    """Once; where the same waits already, that is enough."""

    async def take_over() -> tuple[list[str], list[str]]:
        app = make_app(url)
        jobs = Jobs(app)
        wanted = [translate_job(each, PAIR, published=StoppedClock().now()) for each in ("a", "b")]
        async with app.open_async():
            worker = await app.job_manager.register_worker()
            await jobs.defer(wanted)
            for _ in wanted:
                assert await app.job_manager.fetch_job([queue_of(PAIR)], worker)
            assert await jobs.take_over() == []
            await jobs.defer(wanted[:1])
            await app.connector.execute_query_async(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '30 seconds'"
            )
            over = await jobs.take_over()
            rows = await app.connector.execute_query_all_async(
                "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' ORDER BY 1"
            )
        return sorted(over), [row["queueing_lock"] for row in rows]

    both = ["translate:a:en", "translate:b:en"]
    assert asyncio.run(take_over()) == (both, both)


def test_articles_are_gathered_into_full_batches() -> None:
    """Each pair for itself; what fails is told to its own job alone."""
    batches: list[tuple[Pair, int]] = []

    async def work(pair: Pair, article_ids: list[str]) -> Outcome:
        batches.append((pair, len(article_ids)))
        return {article_id: ValueError(article_id) for article_id in article_ids if article_id == "3"}

    async def gather() -> list[BaseException | None]:
        gatherer = Gatherer(work, size=4)
        running = asyncio.create_task(gatherer.run())
        wanted = [gatherer.translated(str(number), PAIR) for number in range(8)]
        found = await asyncio.gather(*wanted, gatherer.translated("x", ("en", "ru")), return_exceptions=True)
        running.cancel()
        return found

    found = asyncio.run(gather())
    assert [number for number, error in enumerate(found) if error] == [3]
    assert sorted(batches) == [(("en", "ru"), 1), (PAIR, 4), (PAIR, 4)]


def test_the_schedule_hands_out_what_has_no_job(desk: Desk) -> None:
    """Whatever became of the jobs: a source never read, an article without its translation, an edition that changed."""
    with wiring.open_desk(load(desk.config)) as opened:
        save(opened.store, make_article(1, source="press"))
        sweep = Sweep(desk=opened)
        first = {job.queueing_lock for job in sweep.left({}, {PAIR})}
        assert first >= {"translate:story00001:en", "publish"}
        again = {job.queueing_lock for job in sweep.left({}, {PAIR})}
        assert again >= {"translate:story00001:en", "publish"}
        assert not [job for job in sweep.left({queue_of(PAIR): 1000}, {PAIR}) if job.task == "translate"]
        assert not [job for job in sweep.left({}, set()) if job.task == "translate"]


def run_shifts(desks: list[wiring.Desk], is_done: Callable[[], bool]) -> None:
    """Have a daemon and workers, one for each desk, work until it is done."""

    async def work() -> None:
        duties = [Duties(name=f"w{number}", schedules=not number) for number in range(len(desks))]
        everything = frozenset({"read", "inbox", "translate", "publish"})
        duties[0] = Duties(name="daemon", schedules=True, queues=everything)
        async with asyncio.timeout(300), asyncio.TaskGroup() as group:
            over = asyncio.Event()

            async def shift(of: wiring.Desk, its: Duties) -> None:
                async with working(of, its, vitals()):
                    await over.wait()

            for of, its in zip(desks, duties, strict=True):
                group.create_task(shift(of, its))
            await asyncio.to_thread(wait_until, is_done, seconds=240)
            over.set()

    asyncio.run(work())


@contextmanager
def stopped(desk: Desk, *, is_handed_out: bool) -> Iterator[wiring.Desk]:
    """Yield a desk whose clock stands still, so that what it makes depends on nothing else."""
    settings = load(desk.config)
    clock = StoppedClock()
    dispatcher = QueueDispatcher(settings.languages) if is_handed_out else None
    store = open_store(settings.database.url, authority="desk.example", clock=clock, dispatcher=dispatcher)
    with wiring.fetching(settings) as fetcher, wiring.translating(settings) as translator:
        yield wiring.Desk(
            settings=settings,
            sources=settings.source_list(),
            store=store,
            fetcher=fetcher,
            translator=translator,
            clock=clock,
            masthead=wiring.make_masthead(settings, store),
            webhooks=(),
            mirror=None,
        )
    store.close()


def feeds(desk: Desk) -> dict[str, bytes]:
    return {name: content for name, content in desk.files().items() if name.endswith(("atom.xml", "rss.xml", ".json"))}


def test_many_workers_publish_what_one_process_does(desk: Desk, tmp_path: Path) -> None:
    """Byte for byte, with every article in both languages once."""
    alone = Desk.make(tmp_path / "alone", INBOX)
    for number in range(3):
        for each in (desk, alone):
            each.drop(f"{number}.txt", samples.PRESS_RU.replace("столице", f"столице {number}"))
    with stopped(alone, is_handed_out=False) as one:
        pipeline.read(one.sources[0], store=one.store, fetcher=one.fetcher, clock=one.clock, chance=0.5)
        waiting = one.store.waiting(["en"], pairs={PAIR}, now=one.clock.now(), limit=100)
        pipeline.translate(waiting, bench=wiring.bench(one))
        pipeline.publish(store=one.store, masthead=one.masthead)
        wanted = one.store.editions()
    with stopped(desk, is_handed_out=True) as first, stopped(desk, is_handed_out=True) as second:
        run_shifts([first, second], lambda: feeds(desk) == {**feeds(desk), **_addressed(feeds(alone), alone, desk)})
        assert [state.key for state in first.store.editions()] == [state.key for state in wanted]
        assert first.store.counts() == _counts(alone)


def _addressed(files: dict[str, bytes], of: Desk, to: Desk) -> dict[str, bytes]:
    """Return files with the addresses of another folder, which is all that may differ."""
    return {
        name: content.replace(of.feeds.as_uri().encode(), to.feeds.as_uri().encode()) for name, content in files.items()
    }


def _counts(desk: Desk) -> dict[str, int]:
    with stopped(desk, is_handed_out=False) as one:
        return one.store.counts()


@contextmanager
def running(desk: Desk, *words: str, until: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command until it has logged an event; end it for sure."""
    before = desk.log().count(until) if (desk.folder / "log").exists() else 0
    process = desk.start(*words)
    try:
        wait_until(lambda: desk.log().count(until) > before or process.poll() is not None, seconds=120)
        assert process.poll() is None, desk.log()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def doing(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'").fetchone()
    return row[0] if row else 0


def is_translated(store: Store) -> bool:
    return store.counts()["translations"] == 1


def test_a_worker_killed_while_translating_loses_nothing(desk: Desk, url: str) -> None:
    """Its job is taken over by another, and comes to one translation."""
    settings = load(desk.config)
    store = open_store(url, authority="desk.example", clock=StoppedClock(), dispatcher=QueueDispatcher(["en", "ru"]))
    html = "".join(f"<p>В столице прошла встреча номер {number}, и говорили о погоде.</p>" for number in range(60))
    with running(desk, "worker", "--queues", "translate", until="worker_started") as process:
        served = Jobs(make_app(settings.database.url))

        async def is_served() -> bool:
            async with served.app.open_async():
                return PAIR in await served.served()

        wait_until(lambda: asyncio.run(is_served()))
        save(store, make_article(1, html=html))
        wait_until(lambda: doing(url))
        process.kill()
        process.wait()
    assert not is_translated(store)
    assert doing(url) == 1

    async def take_over() -> list[str]:
        async with served.app.open_async():
            await served.app.connector.execute_query_async(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '30 seconds'"
            )
            return await served.take_over()

    assert asyncio.run(take_over()) == ["translate:story00001:en"]
    with running(desk, "worker", "--queues", "translate", "--routes", "ru-en", until="worker_started") as process:
        wait_until(lambda: is_translated(store), seconds=240)
        assert stop(process) == 0
    assert doing(url) == 0
    store.close()


def test_a_second_daemon_stands_by_and_takes_over(desk: Desk) -> None:
    """Soon after the first was killed, which left it no word."""
    with (
        running(desk, "daemon", until="daemon_started") as first,
        running(desk, "daemon", until="daemon_stands_by") as second,
    ):
        first.kill()
        first.wait()
        wait_until(lambda: desk.log().count("daemon_started") == 2, seconds=30)
        assert stop(second, by=signal.SIGINT) == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_end_right_after_the_beginning(desk: Desk) -> None:
    """Work that is broken off while it begins ends, too, whenever that is: a wish to end may get lost on the way."""
    settings = load(desk.config)

    async def work(delay: float) -> None:
        with wiring.open_desk(settings) as opened:
            duties = Duties(name="d", schedules=True, queues=frozenset({"read", "inbox", "translate", "publish"}))
            async with asyncio.timeout(20), working(opened, duties, vitals()) as crew:
                await asyncio.sleep(delay)
            await asyncio.to_thread(wait_until, lambda: not crew.is_busy())  # threads use the desk

    for number in range(12):
        asyncio.run(work(number * 0.004))
    gc.collect()  # here, where the warning is foreseen: psycopg leaves connections open whose making was broken off


def test_a_worker_needs_postgresql(tmp_path: Path) -> None:
    """With a store in a file it says so, and how to move it."""
    refused = Desk.make(tmp_path / "desk", INBOX).call("worker", code=4)
    assert "workers need PostgreSQL" in refused.stderr
    assert "store migrate --to" in refused.stderr


@pytest.mark.parametrize(
    ("queues", "routes"), [("raed", None), ("", None), ("translate", "russian"), ("read", "ru_en")]
)
def test_a_wrong_duty_is_told(queues: str, routes: str | None) -> None:
    """Before anything begins."""
    with pytest.raises(ConfigError, match=r"--queues|--routes"):
        parse_duties(queues, routes, name="w")


def test_what_is_not_for_the_server_is_left_out_of_its_address() -> None:
    """SQLAlchemy's driver, and our own time-out."""
    assert (
        conninfo("postgresql+psycopg://u:p@h:5/d?timeout=3&sslmode=require") == "postgresql://u:p@h:5/d?sslmode=require"
    )


def test_a_pair_is_served_while_its_session_lives(url: str) -> None:
    """Whoever hands out work sees it, and sees its end."""

    def seen(*pairs: Pair) -> set[Pair]:
        async def serve() -> set[Pair]:
            async with Presence(url, pairs), app.open_async():
                return await Jobs(app).served()

        app = make_app(url)
        return asyncio.run(serve())

    assert seen() == set()
    assert seen(("ru", "en"), ("kk", "zho")) == {("ru", "en"), ("kk", "zho")}
    wait_until(lambda: seen() == set())
