"""How much of a source is published outlives its table in the configuration."""

from pathlib import Path

from support.desk import Desk

from syndicator.config import load
from syndicator.model import Extent
from syndicator.wiring import make_masthead, opened_store

SOURCE = '[[sources]]\nslug = "press"\ninbox = "inbox"\n'


def extents(desk: Desk, sources: str) -> dict[str, Extent]:
    """Return what a start under these sources limits."""
    desk.write_config(sources)
    settings = load(desk.config)
    with opened_store(settings) as store:
        return dict(make_masthead(settings, store).extents)


def test_a_source_that_is_configured_no_more_is_not_published_in_full(tmp_path: Path) -> None:
    """Only a table of its own that allows more lifts the limit."""
    desk = Desk.make(tmp_path / "desk")
    limited = {"press": Extent.EXCERPT}

    assert extents(desk, SOURCE + 'publish = "excerpt"\n') == limited
    assert extents(desk, "") == limited
    assert extents(desk, SOURCE) == {}
    assert extents(desk, "") == {}
