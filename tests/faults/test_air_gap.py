"""Without any network: in a namespace that has no route, articles are read, translated and published."""

import os
from pathlib import Path

import feedparser
import pytest
from support import samples
from support.desk import ROOT, Desk
from support.programs import program


@pytest.mark.skipif(os.geteuid() != 0, reason="making a network namespace needs root")
def test_it_translates_and_publishes_without_a_network(tmp_path: Path) -> None:
    """`unshare -n` leaves not even loopback; a live feed fails softly and the inbox comes out in both languages."""
    desk = Desk.make(
        tmp_path / "desk",
        '[[sources]]\nslug = "press"\ninbox = "inbox"\n[[sources]]\nslug = "live"\nfeed = "https://feed.example.invalid/feed"\n',
    )
    desk.drop("a.txt", samples.PRESS_RU)
    desk.drop("b.txt", "Garden opens in spring\n\nThe city garden opens its gates in April. Entry is free.\n")
    done = desk.call("run", before=[program("unshare"), "-n"], WITHOUT_NETWORK="1")
    assert "live:" in done.stdout
    for language in ("en", "ru"):
        assert len(feedparser.parse(str(desk.feeds / language / "atom.xml")).entries) == 2


def test_the_command_shows_that_nothing_was_tried(tmp_path: Path) -> None:
    """`doctor --air-gap` translates a sentence and tells what was tried: nothing."""
    desk = Desk.make(tmp_path / "desk")
    # Without our own guard, which would stop the attempt that the witness makes on purpose.
    done = desk.call("doctor", "--air-gap", PYTHONPATH=str(ROOT))
    assert "connections attempted: none\nthe air gap holds" in done.stdout
