import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from syndicator.errors import PublishError
from syndicator.publishing import files
from syndicator.publishing.files import sweep, write_if_changed

LEFTOVER = ".atom.xml.0123456789abcdef.tmp"


def names(folder: Path) -> list[str]:
    """Return the names of all that a folder holds, sorted."""
    return sorted(path.name for path in folder.iterdir())


def test_new(tmp_path: Path) -> None:
    """A new file is written, its folders with it, and everyone may read it."""
    path = tmp_path / "ru" / "stories" / "a.html"
    assert write_if_changed(path, b"one", inside=tmp_path)
    assert path.read_bytes() == b"one"
    assert path.stat().st_mode & 0o444 == 0o444


def test_unchanged(tmp_path: Path) -> None:
    """Equal bytes are not written again: the file keeps its inode and time."""
    path = tmp_path / "a"
    write_if_changed(path, b"one")
    os.utime(path, (1, 1))
    before = path.stat()
    assert not write_if_changed(path, b"one")
    assert (path.stat().st_ino, path.stat().st_mtime) == (before.st_ino, before.st_mtime)


def test_replaced_whole(tmp_path: Path) -> None:
    """Whoever has the old file open goes on reading the old bytes: a file is replaced, not rewritten."""
    path = tmp_path / "a"
    write_if_changed(path, b"old and long")
    with path.open("rb") as reader:
        assert write_if_changed(path, b"new")
        assert reader.read() == b"old and long"
    assert path.read_bytes() == b"new"


def test_nothing_beside(tmp_path: Path) -> None:
    """Writing leaves nothing but the file."""
    write_if_changed(tmp_path / "a", b"one")
    write_if_changed(tmp_path / "a", b"two")
    assert names(tmp_path) == ["a"]


def test_long_name(tmp_path: Path) -> None:
    """A name as long as the file system takes is written."""
    path = tmp_path / ("x" * 250 + ".html")
    assert write_if_changed(path, b"one")


def test_symbolic_link(tmp_path: Path) -> None:
    """A link in a file's place is replaced by the file; what it pointed to stays, even if its bytes are equal."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"one")
    link = tmp_path / "feeds" / "atom.xml"
    link.parent.mkdir()
    link.symlink_to(elsewhere)
    assert write_if_changed(link, b"one")
    assert write_if_changed(link, b"two")
    assert not link.is_symlink()
    assert elsewhere.read_bytes() == b"one"


def test_linked_folder(tmp_path: Path) -> None:
    """A folder that is a link out of the directory is refused, and nothing is written there."""
    outside = tmp_path / "outside"
    outside.mkdir()
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "ru").symlink_to(outside)
    with pytest.raises(PublishError, match="leads elsewhere"):
        write_if_changed(feeds / "ru" / "stories" / "a.html", b"one", inside=feeds)
    assert names(outside) == []


def test_linked_directory(tmp_path: Path) -> None:
    """The directory itself may be a link: an operator keeps the feeds where there is room."""
    (tmp_path / "disk").mkdir()
    feeds = tmp_path / "feeds"
    feeds.symlink_to(tmp_path / "disk")
    assert write_if_changed(feeds / "ru" / "a", b"one", inside=feeds)
    assert (tmp_path / "disk" / "ru" / "a").read_bytes() == b"one"


def test_folder_in_the_way(tmp_path: Path) -> None:
    """A folder where a file should be is an error in words, and leaves nothing beside."""
    (tmp_path / "a").mkdir()
    with pytest.raises(PublishError, match="can't be written"):
        write_if_changed(tmp_path / "a", b"one")
    assert names(tmp_path) == ["a"]


def test_file_in_the_way(tmp_path: Path) -> None:
    """A file where a folder should be is an error in words."""
    (tmp_path / "ru").write_bytes(b"")
    with pytest.raises(PublishError, match="can't be written"):
        write_if_changed(tmp_path / "ru" / "a", b"one", inside=tmp_path)


def test_broken_off(tmp_path: Path) -> None:
    """A write that breaks off in the middle leaves the old file whole and nothing beside it."""
    path = tmp_path / "a"
    write_if_changed(path, b"old")
    try_it = (
        "import pathlib, resource, sys\n"
        "from syndicator.publishing.files import write_if_changed\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "write_if_changed(pathlib.Path(sys.argv[1]), bytes(1_000_000))\n"
    )
    ended = subprocess.run([sys.executable, "-c", try_it, str(path)], check=False, capture_output=True, text=True)
    assert "PublishError" in ended.stderr
    assert "File too large" in ended.stderr
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_permission(tmp_path: Path) -> None:
    """A folder that may not be written to is told as such."""
    tmp_path.chmod(0o500)
    with pytest.raises(PublishError, match="no permission"):
        write_if_changed(tmp_path / "a", b"one")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "no permission"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_words(tmp_path: Path, number: int, words: str) -> None:
    """What the operating system refuses is told in words, with the file's name."""
    with pytest.raises(PublishError, match=f"a can't be written: .*{words}"), files._told(tmp_path / "a"):
        raise OSError(number, os.strerror(number))


def test_sweep(tmp_path: Path) -> None:
    """What a killed writer left is removed; all else stays."""
    (tmp_path / LEFTOVER).write_bytes(b"half")
    (tmp_path / "atom.xml").write_bytes(b"whole")
    (tmp_path / ".notes.tmp").write_bytes(b"mine")
    sweep(tmp_path)
    assert names(tmp_path) == [".notes.tmp", "atom.xml"]


def test_by_way_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not whole yet is where sweeping is quick, not among the million files beside it."""
    stories, really, seen = tmp_path / "stories", os.fsync, []
    stories.mkdir()

    def fsync(descriptor: int) -> None:
        seen.append((names(stories), len(names(tmp_path))))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert write_if_changed(stories / "a.html", b"whole", by_way_of=tmp_path)
    assert seen[0] == ([], 2)
    assert (names(stories), names(tmp_path)) == (["a.html"], ["stories"])


def test_sweep_nowhere(tmp_path: Path) -> None:
    """A folder that is not there yet holds nothing to remove."""
    sweep(tmp_path / "ru")
    assert not (tmp_path / "ru").exists()


def test_sweep_link(tmp_path: Path) -> None:
    """A link with the name of a leftover is not followed."""
    kept = tmp_path / "kept"
    kept.write_bytes(b"")
    (tmp_path / LEFTOVER).symlink_to(kept)
    sweep(tmp_path)
    assert kept.exists()


def test_sweep_spares_the_living(tmp_path: Path) -> None:
    """A file that is being written right now is not a leftover until its writer is gone."""
    beside, descriptor = files._open_beside(tmp_path / "atom.xml")
    sweep(tmp_path)
    assert beside.exists()
    os.close(descriptor)
    sweep(tmp_path)
    assert not beside.exists()
