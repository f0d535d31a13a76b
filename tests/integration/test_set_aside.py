"""What could not be read, from the operator's side."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk
from support.origin import Origin

PRESS = '[[sources]]\nslug = "press"\ninbox = "inbox"\nlanguage = "en"\n'
BAD = b"%PDF-1.4 not an article"
GOOD = b"A title\n\nA paragraph of the article, long enough.\n"


@pytest.fixture
def origin() -> Iterator[Origin]:
    with Origin() as server:
        yield server


def feed(*items: str) -> bytes:
    """Return a feed of these items."""
    return f'<rss version="2.0"><channel><title>V</title>{"".join(items)}</channel></rss>'.encode()


def test_bad_item_is_told_tried_again_and_dropped(origin: Origin, tmp_path: Path) -> None:
    """It stops no other, `status` says since when and why; mended at the origin and retried it is read."""
    bad, good = "<item><title></title><guid>bad</guid></item>", "<item><title>Good</title><guid>good</guid></item>"
    origin.add("/feed", body=feed(bad, good), headers={"ETag": '"1"'})
    desk = Desk.make(tmp_path / "desk", f'[[sources]]\nslug = "v"\nfeed = "{origin.url("/feed")}"\nlanguage = "en"\n')
    assert desk.json("run")["new"] == 1

    [told] = desk.json("status", "--set-aside")
    assert (told["source"], told["item"]) == ("v", "bad")
    assert told["since"]
    assert "no title" in told["reason"]

    desk.call("set-aside", "drop", "v", "bad")
    assert desk.json("set-aside", "list") == []
    desk.call("run")
    assert desk.json("status")["set_aside"] == []
    desk.call("set-aside", "drop", "v", "bad", code=2)


def test_unchanged_source_is_read_whole_for_what_is_tried_again(origin: Origin, tmp_path: Path) -> None:
    """A feed that would answer 304 is asked without its ETag."""
    bad = "<item><title></title><guid>bad</guid></item>"
    origin.add("/feed", body=feed(bad), headers={"ETag": '"1"'})
    desk = Desk.make(tmp_path / "desk", f'[[sources]]\nslug = "v"\nfeed = "{origin.url("/feed")}"\nlanguage = "en"\n')
    desk.call("run")

    desk.call("set-aside", "retry", "v")
    assert desk.json("set-aside", "list") == []
    desk.call("run")

    assert [one["item"] for one in desk.json("set-aside", "list")] == ["bad"]


def test_rejected_file_is_brought_back(tmp_path: Path) -> None:
    """A file in `.rejected/` goes back to where it was dropped, its reason goes, and what takes its place stays."""
    desk = Desk.make(tmp_path / "desk", PRESS)
    desk.drop("sub/a.txt", BAD)
    desk.call("run")
    rejected = desk.inbox / ".rejected" / "sub" / "a.txt"
    assert rejected.exists()
    rejected.write_bytes(GOOD)

    desk.call("set-aside", "retry", "press", "sub/a.txt")

    assert (desk.inbox / "sub" / "a.txt").read_bytes() == GOOD
    assert not list(rejected.parent.iterdir())

    desk.drop("sub/a.txt", BAD)
    desk.call("run")
    desk.drop("sub/a.txt", GOOD)
    done = desk.call("set-aside", "retry", "press", code=6)
    assert "can't be moved back" in done.stderr
    assert (desk.inbox / "sub" / "a.txt").read_bytes() == GOOD
    assert rejected.read_bytes() == BAD


def test_of_several_files_of_one_name_the_last_is_brought_back(tmp_path: Path) -> None:
    """Dropped and rejected three times, the file that the reason tells of comes back; the ones before it stay."""
    desk = Desk.make(tmp_path / "desk", PRESS)
    for number in range(3):
        desk.drop("sub/a-1.txt", BAD + bytes([number]))
        desk.call("run")
    desk.drop("sub/a-1-2.txt", BAD)
    desk.call("run")
    rejected = desk.inbox / ".rejected" / "sub"

    desk.call("set-aside", "retry", "press", "sub/a-1.txt")

    assert (desk.inbox / "sub" / "a-1.txt").read_bytes() == BAD + b"\x02"
    assert sorted(path.name for path in rejected.glob("*[!n].txt")) == ["a-1-2-2.txt", "a-1-2.txt", "a-1.txt"]
    desk.call("set-aside", "retry", "press", "sub/a-1-2.txt")
    assert (desk.inbox / "sub" / "a-1-2.txt").read_bytes() == BAD
    assert (rejected / "a-1-2.txt").read_bytes() == BAD + b"\x01"
