"""A desk on PostgreSQL: moved there from SQLite, it publishes the same bytes; it outlives a restart of the server."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import Desk, stop, wait_until
from support.postgres import Server, new_server, shared_server

SOURCES = '[[sources]]\nslug = "press"\ninbox = "inbox"\nname = "Press"\n'


def head(url: str) -> str:
    """Return the beginning of a config with the store in that database."""
    return f'languages = ["en", "ru"]\n[database]\nurl = "{url}"\n'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Return a desk with two texts in its inbox, on SQLite."""
    made = Desk.make(tmp_path / "desk", SOURCES)
    made.drop("release.txt", samples.PRESS_RU)
    made.drop("note.md", "# Garden opens in spring\n\nThe city garden opens its gates in April.\n")
    return made


def test_a_desk_moves_and_publishes_the_same(desk: Desk) -> None:
    """Moved to PostgreSQL, the feeds made anew are the same, byte for byte; nothing is translated anew."""
    desk.call("run")
    before = desk.files()
    url = shared_server().new_database()
    told = desk.call("store", "migrate", "--to", url).stdout
    assert "articles: 2\n" in told
    assert f'[database]\nurl = "{url}"' in told
    desk.write_config(SOURCES, head=head(url))
    shutil.rmtree(desk.feeds)
    again = desk.json("run")
    assert desk.files() == before
    assert (again["new"], again["translated"]) == (0, 0)
    assert "PostgreSQL" in desk.call("doctor").stdout


@pytest.fixture
def server() -> Iterator[Server]:
    """Start a server that this test alone uses."""
    made = new_server()
    yield made
    made.stop()


def titles(desk: Desk) -> list[str]:
    """Return the titles in the Russian edition."""
    return [one.title for one in feedparser.parse(str(desk.feeds / "ru/atom.xml")).entries]


def test_the_daemon_outlives_a_restart_of_the_server(desk: Desk, server: Server) -> None:
    """While the server is away jobs fail; when it is back, the same daemon goes on and a second one is refused."""
    desk.write_config(SOURCES, head=head(server.new_database()))
    process = desk.start("daemon")
    try:
        wait_until(lambda: len(titles(desk)) == 2, seconds=240)
        server.stop(how=signal.SIGINT)
        desk.drop("late.txt", "В городе открыта новая выставка\n\nВыставка работает каждый день до конца мая.\n")
        wait_until(lambda: "be reached" in desk.log() or "is being stopped" in desk.log())
        server.start()
        wait_until(lambda: len(titles(desk)) == 3, seconds=240)
        refused = desk.call("run", code=4)
        assert f"process {process.pid} on " in refused.stderr
        assert stop(process) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
