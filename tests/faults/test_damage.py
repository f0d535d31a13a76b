"""Bytes of the database that turned, and ends of it that are gone: found and named, never a fresh start."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from support.store import StoreMaker, make_article, make_state, make_translation, save, snapshot, sqlite
from support.thorough import times

from syndicator.errors import Conflict, StoreError

FLIPS, CUTS = times(25, 3000), times(8, 300)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bytes of a store that holds a little of everything."""
    folder = tmp_path_factory.mktemp("whole")
    maker = sqlite(folder)
    store = maker()
    for number in range(40):
        save(store, make_article(number, html="<p>Текст.</p>" * 60), state=make_state(etag=f"{number}"))
        store.save_translation(make_translation(make_article(number)))
    maker.close()
    return (folder / "syndicator.db").read_bytes()


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on one database."""
    maker = sqlite(tmp_path)
    yield maker
    maker.close()


def outcome(maker: StoreMaker, content: bytes) -> str:
    """Put these bytes in the place of the store, use it, and return what is told; fail where it begins afresh."""
    path = Path(maker.url.removeprefix("sqlite:///"))
    for part in ("", "-wal", "-shm"):
        path.with_name(path.name + part).unlink(missing_ok=True)
    path.write_bytes(content)
    try:
        store = maker()
    except StoreError as error:
        return str(error)
    try:
        found = store.check()
        told = snapshot(store)
        save(store, make_article(99))
    except StoreError as error:
        return str(error)
    finally:
        store.close()
    assert told, "nothing is there"
    return "; ".join(found) or "as if whole"


def test_turned_bytes(content: bytes, maker: StoreMaker) -> None:
    """Whatever byte turns, the store is used or refused in words: no other error, no traceback, no new store."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201
    chance = random.Random(seed)
    told = []
    for _ in range(FLIPS):
        damaged = bytearray(content)
        place = chance.randrange(len(damaged))
        damaged[place] ^= 1 << chance.randrange(8)
        told.append(outcome(maker, bytes(damaged)))
    assert any("damaged" in one for one in told)


def test_a_page_of_noise(content: bytes, maker: StoreMaker) -> None:
    """A page that is overwritten is named as damage, with the command that helps, unless nothing is on it."""
    pages = len(content) // 4096
    found = []
    for page in range(0, pages, max(pages // times(6, 60), 1)):
        damaged = content[: page * 4096] + b"\x55" * 4096 + content[(page + 1) * 4096 :]
        found.append(outcome(maker, damaged))
    assert all("damaged" in one or "not a syndicator database" in one for one in found), found


def test_a_cut_off_end(content: bytes, maker: StoreMaker) -> None:
    """A database that ends too early is refused or told as damaged, wherever that is."""
    chance = random.Random(7)
    for length in [0, 1, 100, 4095, 4096, *(chance.randrange(4097, len(content) - 4096) for _ in range(CUTS))]:
        told = outcome(maker, content[:length])
        assert "restore" in told or "damaged" in told, f"{length} bytes: {told}"


def test_a_conflict_is_none(content: bytes, maker: StoreMaker) -> None:
    """A value that two rows may not share is a conflict, not damage."""
    Path(maker.url.removeprefix("sqlite:///")).write_bytes(content)
    with pytest.raises(Conflict):
        save(maker(), make_article(500, id="other", origin_id=make_article(1).origin_id))
    with closing(sqlite3.connect(maker.url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
