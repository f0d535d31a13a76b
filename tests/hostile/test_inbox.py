"""An inbox full of what is no article: each article comes out once, or stands in `.rejected/` with its reason."""

import os
import socket
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.smalldisk import small_disk

from syndicator.errors import Refused, Unavailable
from syndicator.model import Reading, SetAside, Source, SourceKind
from syndicator.sources.folder import Found, read_file
from syndicator.sources.inbox import LIMIT_BYTES, bring_back, read_inbox

NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)
TEXT = b"A title\n\nA paragraph.\n\nAnother one.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "inbox"
    path.mkdir()
    return path


def drop(folder: Path, name: str, content: bytes = TEXT) -> Path:
    """Put a file into the inbox, as if it had been there for an hour."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (NOW.timestamp() - 3600,) * 2)
    return path


def look(folder: Path, before: Reading | None = None) -> Reading:
    """Read the inbox."""
    source = Source(slug="inbox", kind=SourceKind.INBOX, folder=folder)
    return read_inbox(source, marks=before.marks if before else {}, now=NOW)


def found(folder: Path, name: str) -> Found:
    """Return what the walk would tell of a file."""
    directory = os.open(folder, os.O_RDONLY)
    return Found(id=name, path=(name,), directory=directory, status=(folder / name).stat(follow_symlinks=False))


def test_crowd_of_strangers_hides_no_article(folder: Path) -> None:
    """Pipes, sockets, links, loops and folders with an article's name are told of; the articles are all there, once."""
    for name in ("1.txt", "a\nb.txt", "-rf.txt", "$(reboot).txt", "a b\t.txt", "\u202egpj.txt", "x" * 250 + ".txt"):
        drop(folder, name)
    drop(folder, os.fsdecode(b"\xff\xfe.txt"))
    drop(folder, "Case.txt")
    drop(folder, "case.txt")
    drop(folder, "sub/1.txt")
    os.mkfifo(folder / "pipe.txt")
    (folder / "dir.txt").mkdir()
    (folder / "loop").symlink_to(".")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    (folder / "zero.txt").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(folder / "s.txt"))

        reading = look(folder)

    assert len(reading.items) == len({item.origin_id for item in reading.items}) == 11
    assert {one.origin_id for one in reading.set_aside} == {
        "pipe.txt", "loop", "self.txt", "passwd.txt", "zero.txt", "s.txt",
    }  # fmt: skip
    assert all(one.reason for one in reading.set_aside)
    assert look(folder, reading).items == ()


def test_sparse_giant_is_not_read(folder: Path) -> None:
    """A file of a terabyte without a block of its own is moved away unread."""
    path = drop(folder, "giant.txt")
    os.truncate(path, 1 << 40)
    os.utime(path, (NOW.timestamp() - 3600,) * 2)

    [told] = look(folder).set_aside

    assert "too large" in told.reason
    assert f"{LIMIT_BYTES:,}" in told.reason
    assert (folder / ".rejected" / "giant.txt").exists()


def test_hard_links_are_articles_of_their_own(folder: Path) -> None:
    """Two names of one file: what is read stays in the folder's own names, and each is read once."""
    os.link(drop(folder, "a.txt"), folder / "b.txt")

    reading = look(folder)

    assert [item.origin_id for item in reading.items] == ["a.txt", "b.txt"]
    assert look(folder, reading).items == ()


def test_file_that_appears_by_rename_is_read_once(folder: Path) -> None:
    """Written under a hidden name and renamed, as careful programs do."""
    hidden = drop(folder, ".a.txt.tmp")
    first = look(folder)
    hidden.rename(folder / "a.txt")

    second = look(folder, first)

    assert first.items == ()
    assert [item.origin_id for item in second.items] == ["a.txt"]
    assert look(folder, second).items == ()


def test_device_is_not_opened(folder: Path) -> None:
    """A device with an article's name is told of, never read."""
    try:
        os.mknod(folder / "zero.txt", stat.S_IFCHR | 0o644, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices")

    assert [one.reason for one in look(folder).set_aside] == ["this is a device, not a file"]


@pytest.mark.parametrize("swap", ["pipe", "link", "folder", "gone"])
def test_file_swapped_after_the_look_is_not_read(folder: Path, tmp_path: Path, swap: str) -> None:
    """Whatever takes a file's place between being seen and being opened."""
    path = drop(folder, "a.txt")
    seen = found(folder, "a.txt")
    path.unlink()
    if swap == "pipe":
        os.mkfifo(path)
    elif swap == "link":
        (tmp_path / "secret").write_bytes(b"secret")
        path.symlink_to(tmp_path / "secret")
    elif swap == "folder":
        path.mkdir()

    with pytest.raises((Refused, Unavailable), match="file"):
        read_file(seen, limit_bytes=LIMIT_BYTES)
    os.close(seen.directory)


def test_folder_that_cannot_be_entered_is_told_of(folder: Path) -> None:
    """The others are read all the same."""
    if os.geteuid() == 0:
        pytest.skip("root may enter any folder")
    drop(folder, "closed/a.txt")
    drop(folder, "b.txt")
    (folder / "closed").chmod(0)

    reading = look(folder)
    (folder / "closed").chmod(0o755)

    assert [item.origin_id for item in reading.items] == ["b.txt"]
    assert "can't be opened" in reading.set_aside[0].reason


def test_what_can_t_be_brought_back_leaves_nothing_in_the_inbox(folder: Path) -> None:
    """Where `.rejected/` is another disk nothing can be moved back: said in words, and no empty file is made."""
    with small_disk(folder / ".rejected", kilobytes=64) as rejected:
        (rejected / "letter.txt").write_text("A letter.")
        source = Source(slug="press", kind=SourceKind.INBOX, folder=folder)
        with pytest.raises(Refused, match=r"letter\.txt can't be moved back"):
            bring_back(source, SetAside(origin_id="letter.txt", reason="odd; moved to .rejected/letter.txt"))
        assert not (folder / "letter.txt").exists()
        assert (rejected / "letter.txt").read_text() == "A letter."
