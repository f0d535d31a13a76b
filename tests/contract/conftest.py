"""Stores of every adapter in `support.store.ADAPTERS`: each test here runs over all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.store import ADAPTERS, StoppedClock, StoreMaker

from syndicator.ports import Store


@pytest.fixture(params=ADAPTERS.values(), ids=ADAPTERS)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreMaker]:
    """Open stores on one fresh database."""
    maker = request.param(tmp_path)
    yield maker
    maker.close()


@pytest.fixture
def store(opened: StoreMaker) -> Store:
    """Return an empty store."""
    return opened()


@pytest.fixture
def clock(opened: StoreMaker) -> StoppedClock:
    """Return the clock that the store goes by."""
    return opened.clock
