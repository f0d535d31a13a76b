"""Killed at any moment or call, or on a disk that fails, every job comes to the same bytes once it is started again.

`make faults` tries 200 moments and the first 25 calls of each kind; here is a sample.
"""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Event, Thread

import feedparser
import pytest
from lxml import etree
from support.desk import Desk, stop, wait_until
from support.entries import a_masthead
from support.origin import Origin
from support.programs import program
from support.store import make_article, save, sqlite
from support.thorough import IS_LONG, times

from syndicator import pipeline

PROGRAM = Path(__file__).parents[1] / "support" / "crashes.py"
JOBS = ["read", "translate", "publish", "run", "backup", "restore", "import-memory", "import-model"]
SAMPLE = ["read,publish,restore"]
MOMENTS, CALLS = times(2, 200), times(1, 25)
ENTRY = (
    "<entry><title>{0} {1}</title><id>urn:x:{1}</id><link href='https://m.example/{1}'/>"
    "<updated>2026-03-0{1}T08:00:00Z</updated><content type='html'>{2}</content></entry>"
)
FEED = "<feed xmlns='http://www.w3.org/2005/Atom'><title>Museum</title><id>urn:x</id><updated>{0}</updated>{1}</feed>"


def feed() -> bytes:
    """Return an Atom feed of a few articles in both languages."""
    entries = [
        ENTRY.format("Музей сообщает новости, выпуск", number, "Число посетителей выросло. Музей открыт.")
        if number % 2
        else ENTRY.format("News of the museum, issue", number, "The number of visitors grew. The museum is open.")
        for number in range(1, 7)
    ]
    return FEED.format("2026-03-02T08:00:00Z", "".join(entries)).encode()


@pytest.mark.timeout(0 if IS_LONG else 300)
@pytest.mark.parametrize("jobs", JOBS if IS_LONG else SAMPLE)
def test_the_same_bytes_after_any_crash(jobs: str, tmp_path: Path) -> None:
    """Killed at moments and calls, or with EIO from fsync, or no room: the next start brings all to the same end."""
    program("strace")
    seed = random.randrange(10**6)
    with Origin() as origin:
        origin.add("/feed", body=feed(), headers={"Content-Type": "application/atom+xml", "ETag": '"1"'})
        done = subprocess.run(
            [sys.executable, PROGRAM, tmp_path, origin.url("/feed"), jobs, str(seed), str(MOMENTS), str(CALLS)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
    print(f"seed {seed}\n{done.stdout}")  # noqa: T201 - the figures of docs/reliability.md
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for line in told for name in line] == jobs.split(",")
    assert all(line[name].get("fsync, in mid-work") for line in told for name in line)


@pytest.mark.parametrize("step", ["publish_index", "publish_map_index"])
def test_lists_are_written_after_a_crash_before_them(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all editions are written and the lists of them are not, the next pass of a daemon writes the lists."""
    maker = sqlite(tmp_path)
    store = maker()
    save(store, make_article(1, title="Первая новость"))
    shaken = a_masthead(tmp_path / "shaken", base_url="https://desk.example/", tag_prefix=store.tag_prefix())
    pipeline.publish(store=store, masthead=shaken)
    save(store, make_article(2, source="press", title="Вторая новость"))
    with monkeypatch.context() as patched:
        patched.setattr(import_module("syndicator.pipeline.publishing"), step, die)
        with pytest.raises(KeyboardInterrupt):
            pipeline.publish(store=store, masthead=shaken)

    pipeline.publish(store=store, masthead=shaken, with_missing=False)

    calm = replace(shaken, directory=tmp_path / "calm")
    pipeline.publish(store=store, masthead=calm)
    made = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (shaken.directory, calm.directory)
    ]
    assert made[0] == made[1]
    assert b"/press/" in (shaken.directory / "feeds.opml").read_bytes()
    maker.close()


def die(*_: object, **__: object) -> None:
    """Be killed."""
    raise KeyboardInterrupt


ARTICLE = "Garden {0} opens in spring\n\nThe city garden opens its gates in April. Entry {0} is free.\n"


class Watcher(Thread):
    """Looks at every published file again and again; remembers the first that is not whole."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._stop_it = desk, Event()
        self.looks, self.found = 0, ""

    def run(self) -> None:
        """Look until told to stop."""
        while not self.found and not self._stop_it.wait(0.02):
            for path in list(self._desk.feeds.rglob("*")):
                if path.is_file() and not path.name.endswith(".tmp") and (found := _broken(path)):
                    self.found = found
            self.looks += 1

    def stop(self) -> None:
        """Stop looking."""
        self._stop_it.set()
        self.join()


def _broken(path: Path) -> str:
    """Return what is wrong with a file; nothing if it is whole, or was taken away."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ""
    try:
        if path.suffix in {".xml", ".opml"}:
            etree.fromstring(content, etree.XMLParser(resolve_entities=False))
        elif path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".html" and not content.rstrip().endswith(b"</html>"):
            return f"{path} ends too early"
    except ValueError as error:
        return f"{path}: {error}"
    except etree.XMLSyntaxError as error:
        return f"{path}: {error}"
    return ""


def test_every_file_is_whole_at_every_instant(tmp_path: Path) -> None:
    """While a daemon publishes and is killed again and again, whoever reads a file finds all of it; nothing is lost."""
    desk = Desk.make(tmp_path / "desk", '[[sources]]\nslug = "press"\ninbox = "inbox"\nlanguage = "en"\n')
    watcher = Watcher(desk)
    watcher.start()
    rounds = times(2, 40)
    for number in range(rounds):
        for one in range(3):
            desk.drop(f"{number}-{one}.txt", ARTICLE.format(number * 3 + one))
        before = desk.log().count("published") if number else 0
        daemon = desk.start("daemon")
        wait_until(lambda before=before: desk.log().count("published") > before)  # type: ignore[misc]
        daemon.kill()
        daemon.wait()
    daemon = desk.start("daemon")
    wait_until(lambda: _count(desk, "en") == _count(desk, "ru") == min(rounds * 3, 100))
    stop(daemon)
    watcher.stop()
    assert not watcher.found
    assert watcher.looks > 1


def _count(desk: Desk, language: str) -> int:
    """Return how many different entries an edition has."""
    found = [one.id for one in feedparser.parse(str(desk.feeds / language / "atom.xml")).entries]
    assert len(set(found)) == len(found)
    return len(found)
