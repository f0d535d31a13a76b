"""What goes wrong between us and a PostgreSQL server, in words: away, not there, not ours, busy, restarted."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from support.postgres import Server, new_server, shared_server
from support.store import NOON, StoreMaker, make_article, postgresql, save

from syndicator.errors import Busy, Replaced, StoreError
from syndicator.store.health import server_health
from syndicator.store.opening import exists


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on one fresh database."""
    maker = postgresql(tmp_path)
    yield maker
    maker.close()


def test_a_server_that_is_not_there_is_told_without_its_password() -> None:
    """Who can't connect learns where to, and may try again; the password is in no message."""
    away = StoreMaker(url="postgresql://desk:geheim@127.0.0.1:1/desk")
    with pytest.raises(Busy, match=r"postgresql://desk@127\.0\.0\.1:1/desk can't be reached") as told:
        away()
    assert "geheim" not in str(told.value)


def test_a_database_that_is_not_there_is_told() -> None:
    """No database is made: that is the administrator's to do."""
    with pytest.raises(StoreError, match="is not there: create it with createdb"):
        StoreMaker(url=shared_server().url("nowhere"))()


def test_a_new_database_gets_its_tables_once() -> None:
    """An empty database is no store; opened, it is, under the authority that it was opened with first."""
    maker = StoreMaker(url=shared_server().new_database())
    assert not exists(maker.url)
    assert maker(authority="first.example").tag_prefix() == f"tag:first.example,{NOON:%Y-%m-%d}:"
    assert maker(authority="second.example").tag_prefix().startswith("tag:first.example,")
    assert exists(maker.url)
    maker.close()


def test_tables_of_something_else_are_left_alone() -> None:
    """A database that another program works in is refused."""
    maker = StoreMaker(url=shared_server().new_database())
    with psycopg.connect(maker.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE articles (id int)")
    with pytest.raises(StoreError, match=r"holds tables of something else \(articles\)"):
        maker()


def test_a_store_of_a_newer_version_is_refused(opened: StoreMaker) -> None:
    """Nothing is changed in what this program does not know."""
    with psycopg.connect(opened.url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer version \(revision 9999\): upgrade syndicator"):
        opened()


def test_a_writer_is_waited_for_as_long_as_the_url_says(opened: StoreMaker) -> None:
    """While another process writes for longer, the store is busy; reading goes on."""
    store, impatient = opened(), opened(query="?timeout=0.05")
    save(store, make_article(1))
    with store._database.writing():
        assert impatient.counts()["articles"] == 1
        with pytest.raises(Busy, match="written to by another process"):
            save(impatient, make_article(2))


def test_a_store_that_was_replaced_is_noticed(opened: StoreMaker) -> None:
    """Under another epoch, what was read before is not written."""
    store = opened()
    with psycopg.connect(opened.url, autocommit=True) as connection:
        connection.execute("UPDATE meta SET value = 'else' WHERE key = 'epoch'")
    with pytest.raises(Replaced):
        save(store, make_article(1))


def test_the_server_is_looked_at(opened: StoreMaker) -> None:
    """Version, revision, clock and who is at work are told."""
    with opened().daemon_lock():
        found = server_health(opened.url)
        assert found.is_current
        assert re.fullmatch(r"\d+\.\d+.*", found.version)
        assert abs(found.ahead.total_seconds()) < 30


@pytest.fixture
def server() -> Iterator[Server]:
    """Start a server that this test alone uses."""
    made = new_server()
    yield made
    made.stop()


def test_a_store_outlives_a_crash_of_its_server(server: Server) -> None:
    """What was saved is there; while the server is away all is busy, and then goes on with no new opening."""
    maker = StoreMaker(url=server.new_database())
    store = maker()
    save(store, make_article(1))

    def write_while_it_goes() -> None:
        with store._database.writing() as connection:
            server.stop(how=signal.SIGINT)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(Busy):
        write_while_it_goes()
    with pytest.raises(Busy):
        store.counts()
    server.start()
    save(store, make_article(2))
    assert store.counts()["articles"] == 2
    maker.close()
