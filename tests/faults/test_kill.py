"""Killed in mid-run, started again: nothing is lost, nothing is there twice."""

import random
import shutil
import time
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import Desk
from support.origin import Origin

ARTICLES = 24


def feed(count: int) -> bytes:
    """Return an Atom feed of so many short articles, half of them Russian."""
    english = "<p>The number of visitors grew to {0} thousand. The museum is open on day {0}.</p>"
    russian = "<p>Число посетителей выросло до {0} тысяч. Музей открыт в день {0}.</p>"
    entries = ""
    for number in range(count):
        title = "Музей сообщает новости, выпуск" if number % 2 else "News of the museum, issue"
        text = (russian if number % 2 else english).format(number).replace("<", "&lt;")
        entries += (
            f"<entry><title>{title} {number}</title><id>urn:x:{number}</id><link href='https://m.example/{number}'/>"
            f"<updated>2026-03-0{number % 9 + 1}T08:00:00Z</updated><content type='html'>{text}</content></entry>"
        )
    head = "<title>Museum</title><id>urn:x</id><updated>2026-03-02T08:00:00Z</updated>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>".encode()


@pytest.fixture(scope="module")
def origin():  # noqa: ANN201
    with Origin() as server:
        server.add("/feed", body=feed(ARTICLES), headers={"Content-Type": "application/atom+xml", "ETag": '"1"'})
        yield server


def editions(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """Return (title, text) of every entry by language, sorted."""
    found = {}
    for language in ("en", "ru"):
        parsed = feedparser.parse(str(desk.feeds / language / "atom.xml"))
        assert not parsed.bozo
        found[language] = sorted((one.title, one.content[0].value) for one in parsed.entries)
    return found


def test_killed_at_any_moment_a_run_ends_in_the_same_editions(origin: Origin, tmp_path: Path) -> None:
    """A pass killed with SIGKILL at random moments and then let finish publishes what an undisturbed one does."""
    sources = f'[[sources]]\nslug = "museum"\nfeed = "{origin.url("/feed")}"\n'
    calm = Desk.make(tmp_path / "calm", sources)
    began = time.monotonic()
    calm.call("run")
    whole = time.monotonic() - began
    expected = editions(calm)
    assert [len(entries) for entries in expected.values()] == [ARTICLES, ARTICLES]
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    shaken = Desk.make(tmp_path / "shaken", sources)
    for _ in range(6):
        process = shaken.start("run")
        time.sleep(chance.uniform(0.2, 1.0) * whole)
        process.kill()
        process.wait()
        for path in shaken.feeds.rglob("*.xml"):
            assert not feedparser.parse(str(path)).bozo, f"{path} is not whole"
    shaken.call("run")
    assert editions(shaken) == expected
    before = shaken.files()
    shutil.rmtree(shaken.feeds)
    shaken.call("run")
    assert shaken.files() == before


def test_a_killed_daemon_leaves_no_lock(origin: Origin, tmp_path: Path) -> None:
    """The next process gets the store at once."""
    desk = Desk.make(tmp_path / "desk", f'[[sources]]\nslug = "museum"\nfeed = "{origin.url("/feed")}"\n')
    desk.drop("a.txt", samples.PRESS_RU)
    process = desk.start("daemon")
    time.sleep(1)
    process.kill()
    process.wait()
    desk.call("run")
