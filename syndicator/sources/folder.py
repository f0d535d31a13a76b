"""Walk a folder, read its files and move them about, without ever leaving it.

Everything goes through open directories and refuses symlinks, so that no name dropped in, and nobody swapping one at
the wrong moment, can make us read or write elsewhere. Knows files; refuses to know what is in them.
"""

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from syndicator.errors import ParseError, Refused, Unavailable

_DEEPEST = 32
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: a pipe that takes a file's place after we looked must not make us wait for a writer.
_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_KINDS = (
    (stat.S_ISLNK, "a symbolic link, which might lead out of the inbox: put the file itself here"),
    (stat.S_ISFIFO, "a named pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Something in a folder. It can be opened only until the next one is asked for."""

    id: str
    """Its path below the folder, NFC, `/` between names; bytes that are no UTF-8 are written `\\xff`."""
    path: tuple[str, ...]
    """The names as the file system has them (surrogateescape)."""
    directory: int
    """The open directory that it is in."""
    status: os.stat_result
    problem: str | None = None
    """Why a folder could not be looked into; None for all else."""

    @property
    def name(self) -> str:
        """Return its own name, as the file system has it."""
        return self.path[-1]


def open_folder(folder: Path) -> int:
    """Open the folder at the top, which may be a symlink; close the number returned with `os.close`.

    Raises `Unavailable`, since somebody may create or mount it.
    """
    try:
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise Unavailable(f"inbox folder {folder} does not exist: create it, or correct `inbox`") from error
    except OSError as error:
        raise Unavailable(f"inbox folder {folder} can't be opened: {error.strerror}") from error


def walk(directory: int, *, above: tuple[tuple[str, str], ...] = ()) -> Iterator[Found]:
    """Yield all that is below an open directory except folders, depth first, sorted by name.

    Hidden names and `~` back-ups are left out; so are symlinked folders, as all symlinks are yielded and not followed.
    """
    with os.scandir(directory) as entries:
        names = sorted(entry.name for entry in entries if not entry.name.startswith(".") and entry.name[-1] != "~")
    for name, shown in _shown(names).items():
        here = (*above, (name, shown))
        try:
            status = os.stat(name, dir_fd=directory, follow_symlinks=False)
        except OSError:  # gone since it was listed
            continue
        found = Found(
            id="/".join(part for _, part in here),
            path=tuple(part for part, _ in here),
            directory=directory,
            status=status,
        )
        if stat.S_ISDIR(status.st_mode):
            yield from _below(found, here)
        else:
            yield found


def _below(found: Found, here: tuple[tuple[str, str], ...]) -> Iterator[Found]:
    """Yield all that is in a folder; or the folder with its problem."""
    problem = "folders are nested too deeply" if len(here) > _DEEPEST else None
    inner = -1
    try:
        inner = os.open(found.name, _FOLDER_FLAGS, dir_fd=found.directory) if problem is None else -1
    except OSError as error:
        problem = f"this folder can't be opened: {error.strerror}"
    if problem:
        yield Found(id=found.id, path=found.path, directory=found.directory, status=found.status, problem=problem)
        return
    try:
        yield from walk(inner, above=here)
    finally:
        os.close(inner)


def _shown(names: Sequence[str]) -> dict[str, str]:
    """Return the names as clean text, by name; where two would be the same, the stranger one shows its bytes."""
    shown = {name: _clean(name) for name in names}
    times = Counter(shown.values())
    return {
        name: text if name == text or times[text] == 1 else f"[{os.fsencode(name).hex()}] {text}"
        for name, text in shown.items()
    }


def _clean(name: str) -> str:
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "backslashreplace"))


def mark(status: os.stat_result) -> str:
    """Return the fingerprint of a file's state: size, time of the last change and inode."""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"


def read_file(found: Found, *, limit_bytes: int) -> tuple[bytes, str]:
    """Return a file's content and the mark of the state it was read in.

    Raises `Refused` for what is no regular file or can't be opened, `ParseError` for what is too large, `Unavailable`
    if it changed or vanished meanwhile.
    """
    for is_kind, words in _KINDS:
        if is_kind(found.status.st_mode):
            raise Refused(f"this is {words}")
    try:
        descriptor = os.open(found.name, _FILE_FLAGS, dir_fd=found.directory)
    except FileNotFoundError as error:
        raise Unavailable("this file has just been taken away") from error
    except OSError as error:
        raise Refused(f"this file can't be opened: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise Refused("this is not a file")
            if before.st_size > limit_bytes:
                raise ParseError(f"this file is too large: {before.st_size:,} bytes, where {limit_bytes:,} are allowed")
            content = file.read(limit_bytes + 1)
            after = os.fstat(descriptor)
    except OSError as error:
        raise Refused(f"this file can't be read: {error.strerror}") from error
    if mark(before) != mark(after) or len(content) != after.st_size:
        raise Unavailable("this file is still being written")
    return content, mark(after)


def move_away(root: int, found: Found, *, into: str, reason: str) -> str:
    """Move a file to the same path below `into`, with `reason` in a file beside it; return where it is now.

    Nothing is ever overwritten: a number is put behind the name. Raises `Unavailable` if the file is no longer the
    one that was found, `Refused` if it can't be moved; then everything is as it was.
    """
    opened = [root]
    try:
        if mark(os.stat(found.name, dir_fd=found.directory, follow_symlinks=False)) != mark(found.status):
            raise Unavailable("this file is still being written")
        for name in (into, *found.path[:-1]):
            opened.append(_made(name, opened[-1]))
        return _told((into, *found.path[:-1], _move(found, opened[-1], reason)))
    except OSError as error:
        raise Refused(f"it can't be moved to {into}: {error.strerror}") from error
    finally:
        for descriptor in opened[1:]:
            os.close(descriptor)


def move_back(root: int, where: str, *, to: str, out_of: str) -> bool:
    """Move a file back from `where`, as `move_away` told it, to the place below the root that it had, `to` (its id).

    Its reason goes. Returns False if there is no such file; raises `Refused` if its place is taken.
    """
    try:
        top = os.open(out_of, _FOLDER_FLAGS, dir_fd=root)
    except OSError:
        return False
    opened = [top]
    try:
        below = walk(top)  # held on to: what it found can be reached only as long as it stands there
        regular = (one for one in below if stat.S_ISREG(one.status.st_mode))
        found = next((one for one in regular if _told((out_of, *one.path)) == where), None)
        if found is None:
            return False
        opened.append(root)
        for part in found.path[:-1]:
            opened.append(_made(part, opened[-1]))
        plain = _unnumbered(found.name)
        name = plain if _clean(plain) == to.rpartition("/")[2] else found.name
        # The name is taken by creating it, as in `_move`: nothing is ever overwritten.
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=opened[-1]))
        try:
            os.rename(found.name, name, src_dir_fd=found.directory, dst_dir_fd=opened[-1])
        except OSError:
            os.unlink(name, dir_fd=opened[-1])
            raise
        with suppress(OSError):
            os.unlink(f"{found.name}.reason.txt", dir_fd=found.directory)
    except OSError as error:
        raise Refused(f"{to} can't be moved back into the inbox: {error.strerror}") from error
    finally:
        for descriptor in opened:
            if descriptor != root:
                os.close(descriptor)
    return True


def _told(path: Sequence[str]) -> str:
    """Return a path as an operator is told it."""
    return os.fsencode("/".join(path)).decode("utf-8", "backslashreplace")


def _numbered(name: str, number: int) -> str:
    """Return the name that the file of that number gets among files of one name."""
    return name if number == 1 else f"{Path(name).stem}-{number}{Path(name).suffix}"


def _unnumbered(name: str) -> str:
    """Return the name that a file had before it was numbered."""
    return f"{Path(name).stem.rpartition('-')[0]}{Path(name).suffix}"


def _made(name: str, directory: int) -> int:
    """Open a folder, made if it is missing."""
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=directory)
    return os.open(name, _FOLDER_FLAGS, dir_fd=directory)


def _move(found: Found, target: int, reason: str) -> str:
    """Move a file into an open directory under a free name; return that name."""
    for number in count(1):
        name = _numbered(found.name, number)
        made: list[str] = []
        try:
            # Both names are taken by creating them; renaming then replaces only the empty file that is ours.
            for part, text in ((f"{name}.reason.txt", f"{reason}\n"), (name, "")):
                descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644, dir_fd=target)
                made.append(part)
                with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                    file.write(text)
            os.rename(found.name, name, src_dir_fd=found.directory, dst_dir_fd=target)
        except OSError as error:
            for part in made:
                os.unlink(part, dir_fd=target)
            if not isinstance(error, FileExistsError):
                raise
        else:
            return name
    raise AssertionError  # count() does not end
