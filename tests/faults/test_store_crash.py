"""A process that is killed while it saves leaves a store that is whole.

The test runs this file as a program: it forks a writer, kills it at a random moment, looks at what is there, and again.
"""

import os
import random
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

from sqlalchemy import func, select
from support.store import NOON, StoppedClock, make_article, make_state, make_translation

from syndicator.model import Article, EditionKey, EntryIds
from syndicator.store import schema
from syndicator.store.sql import SqlStore, open_store

ROUNDS = 20
MADE = 8
LONGEST_S = 0.3
ALL = 1_000_000
RU, EN = EditionKey(language="ru"), EditionKey(language="en")


def test_killed_while_saving(tmp_path: Path) -> None:
    """However a writer is killed, articles, state, marks, entries and editions agree, and ids are minted once."""
    seed = random.randrange(2**32)
    run = start(tmp_path, seed, "save")
    assert run.returncode == 0, f"seed {seed}: {run.stderr}"
    assert int(run.stdout) > ROUNDS, "the writers got nowhere"


def test_killed_while_made(tmp_path: Path) -> None:
    """A store whose making was cut short is made the next time."""
    seed = random.randrange(2**32)
    run = start(tmp_path, seed, "make")
    assert run.returncode == 0, f"seed {seed}: {run.stderr}"


def start(folder: Path, seed: int, what: str) -> "subprocess.CompletedProcess[str]":
    """Run this file as a program, to its end."""
    return subprocess.run(
        [sys.executable, __file__, str(folder), str(seed), what],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(str(each) for each in sys.path)},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def opened(folder: Path) -> SqlStore:
    """Open the store."""
    return open_store(f"sqlite:///{folder}/syndicator.db", authority="example.org", clock=StoppedClock())


def version(number: int, of: int) -> Article:
    """Return a version of an article, recognisable by its title."""
    return make_article(number, version=of, title=f"Новость {number}, {of}", html="<p>Текст.</p>" * 300)


def write(folder: Path, acknowledged: int) -> None:
    """Save readings for ever: each brings a new article and changes the one before; then translate the new one.

    The number of each reading goes to the pipe `acknowledged` once it is saved.
    """
    store = opened(folder)
    first = 1 + int(store.source_state("kremlin").etag or 0)
    if first > 1:
        store.save_translation(make_translation(version(first - 1, 1)))
    for number in count(first):
        before = [version(number - 1, 2)] if number > 1 else []
        state = make_state(etag=str(number))
        store.save_reading(state, [*before, version(number, 1)], marks={"last": str(number)})
        os.write(acknowledged, f"{number}\n".encode())
        store.save_translation(make_translation(version(number, 1)))


def look(folder: Path, ids: dict[tuple[str, str], EntryIds]) -> int:
    """Assert that the store is whole; return the number of the last reading. `ids` are those seen so far."""
    store = opened(folder)
    assert store.check() == []
    last = int(store.source_state("kremlin").etag or 0)
    assert store.marks("kremlin") == ({"last": str(last)} if last else {})
    assert store.counts()["articles"] == last
    russian, english = store.entries(RU, limit=ALL), store.entries(EN, limit=ALL)
    expected = [version(number, 1 if number == last else 2) for number in range(last, 0, -1)]
    assert [entry.title for entry in russian] == [article.title for article in expected]
    assert all(store.article(article.id) == article for article in expected[:3])
    translated = last if english and english[0].story == make_article(last).id else last - 1
    assert len(english) == max(translated, 0)
    assert all(len(entry.siblings) == 1 for entry in english)
    waiting = store.waiting(["ru", "en"], pairs={("ru", "en")}, now=NOON, limit=ALL)
    outdated = last - 1 if translated else 0
    assert len(waiting) == outdated + (last - translated)
    for entry in [*russian, *english]:
        assert ids.setdefault((entry.story, entry.language), entry.ids) == entry.ids
    _look_at_numbers(store, last)
    store.close()
    return last


def _look_at_numbers(store: SqlStore, last: int) -> None:
    """Assert that older versions are kept and that editions are as new as their newest entry."""
    with store._database.reading() as connection:
        older = connection.execute(select(func.count()).select_from(schema.article_versions)).scalar_one()
        newest = select(schema.entries.c.language, func.max(schema.entries.c.seq)).group_by(schema.entries.c.language)
        numbers = dict(connection.execute(newest).all())
    assert older == max(last - 1, 0)
    assert {state.key.language: state.changed for state in store.editions() if state.key.source is None} == numbers


def kill_one(folder: Path, after_s: float) -> int:
    """Fork a writer, kill it `after_s` seconds after its first save; return the last reading that it acknowledged."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write(folder, writing)
        finally:
            os._exit(1)
    os.close(writing)
    told = os.read(reading, 64)
    kill(child, after_s)
    while more := os.read(reading, 65536):
        told += more
    os.close(reading)
    return int(told.split()[-1])


def kill(child: int, after_s: float) -> None:
    """Kill a forked process `after_s` seconds from now; SIGCHLD is to be blocked."""
    assert signal.sigtimedwait([signal.SIGCHLD], after_s) is None, "the process ended by itself"
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    signal.sigwait([signal.SIGCHLD])  # else it would cut the next wait short


def make(folder: Path, moments: random.Random) -> None:
    """Kill processes while they make stores; each store can be opened afterwards."""
    for number in range(MADE):
        place = folder / str(number)
        child = os.fork()
        if child == 0:
            try:
                opened(place).close()
                signal.pause()
            finally:
                os._exit(1)
        kill(child, moments.uniform(0, LONGEST_S))
        store = opened(place)
        store.save_reading(make_state(), [make_article(1)])
        assert store.check() == []
        store.close()


def save(folder: Path, moments: random.Random) -> None:
    """Kill writers at random moments and look after each."""
    ids: dict[tuple[str, str], EntryIds] = {}
    last = 0
    for _ in range(ROUNDS):
        acknowledged = kill_one(folder, moments.uniform(0, LONGEST_S))
        last = look(folder, ids)
        assert last in (acknowledged, acknowledged + 1), "what was saved is there"
    sys.stdout.write(f"{last}\n")


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    {"save": save, "make": make}[sys.argv[3]](Path(sys.argv[1]), random.Random(int(sys.argv[2])))
