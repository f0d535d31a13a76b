"""Replace files whole, or leave them alone. Knows the file system and what may go wrong with it; nothing of feeds."""

import errno
import fcntl
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from syndicator.errors import PublishError

_LEFTOVER = re.compile(r"\.[^/]+\.[0-9a-f]{16}\.tmp")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})


def write_if_changed(path: Path, content: bytes, *, inside: Path | None = None, by_way_of: Path | None = None) -> bool:
    """Make `path` hold `content` and tell whether anything had to be written for that.

    Whoever opens the file sees the old bytes or the new, never a part, whatever happens meanwhile; when this returns
    they are on the disk. Folders are made as needed. A symbolic link at `path` is replaced, not followed; with
    `inside`, folders that lead out of that directory are refused. What is not whole yet is in the folder `by_way_of`,
    if that is on the same disk, else beside `path`: whoever sweeps looks there. Raises `PublishError`.
    """
    with _told(path):
        if inside is not None and not path.parent.resolve().is_relative_to(inside.resolve()):
            raise PublishError(f"{path} would lie outside {inside}: a folder on the way is a link that leads elsewhere")
        _make_folder(path.parent)
        if _read(path) == content:
            return False
        _replace(path, content, by_way_of=by_way_of)
        return True


def remove(path: Path) -> None:
    """Remove a file, if it is there. Raises `PublishError`."""
    with _told(path):
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Remove what interrupted writers left in a folder; files that are being written right now stay."""
    with _told(folder):
        if not folder.is_dir():
            return
        for name in os.listdir(folder):  # noqa: PTH208 - a folder may hold 100,000 pages; Path objects cost too much
            if _LEFTOVER.fullmatch(name):
                _remove_if_abandoned(folder / name)


def _read(path: Path) -> bytes | None:
    """Return what a regular file holds; None where there is none, or something else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP, errno.EACCES, errno.ENXIO}:
            return None
        raise
    with open(descriptor, "rb") as file:  # noqa: PTH123 - opened above, without following links
        return file.read() if path.is_file() else None


def _replace(path: Path, content: bytes, *, by_way_of: Path | None) -> None:
    """Write beside, to the disk, then rename: rename replaces at once or not at all, within one file system."""
    is_near = by_way_of is not None and by_way_of.stat().st_dev == path.parent.stat().st_dev
    beside, descriptor = _open_beside(by_way_of / path.name if by_way_of and is_near else path)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - opened, and locked, above
            file.write(content)
            file.flush()
            os.fsync(descriptor)
            beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _open_beside(path: Path) -> tuple[Path, int]:
    """Create a file of a new name, locked for as long as it is open: so `sweep` sees that it is not abandoned."""
    while True:
        # The name is cut, since the longest that a file system takes (255 bytes) must hold the addition, too.
        beside = path.with_name(f".{path.name[:40]}.{secrets.token_hex(8)}.tmp")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(beside, flags, 0o644)
        with suppress(OSError):  # some network file systems know no locks; then nothing is swept there either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return beside, descriptor
        os.close(descriptor)  # swept between creating and locking it


def _remove_if_abandoned(beside: Path) -> None:
    try:
        descriptor = os.open(beside, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # gone meanwhile, or nothing that we made
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        beside.unlink(missing_ok=True)
    except OSError:  # locked: its writer lives
        pass
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a `PublishError` that says what to do."""
    try:
        yield
    except OSError as error:
        where = f"{path} can't be written"
        if error.errno in _FULL:
            raise PublishError(f"{where}: the disk is full; make room and publish again") from error
        if error.errno in _FORBIDDEN:
            raise PublishError(f"{where}: no permission; let this user write to {path.parent}") from error
        if error.errno == errno.EROFS:
            raise PublishError(f"{where}: the file system is read-only") from error
        raise PublishError(f"{where}: {error.strerror or error}") from error
