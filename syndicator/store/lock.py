"""Hold a lock file while a context lasts. A crashed holder leaves no lock behind."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from syndicator.errors import Busy, StoreError


@contextmanager
def held_by_daemon(database: Path) -> Iterator[None]:
    """Hold `<database>.lock`, which names this process; raise `Busy` at once, naming the holder, if it is held.

    The kernel lets go of the lock (flock(2)) when the process ends, even when children that it forked live on.
    """
    path = database.with_name(database.name + ".lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(f"{path} can't be opened: {error.strerror}; make its folder writable for this user") from error
    is_open = True

    def forget() -> None:
        # A forked child shares the open file and with it the lock. Closing its copy leaves the parent's alone.
        if is_open:
            os.close(descriptor)

    os.register_at_fork(after_in_child=forget)
    try:
        _lock(descriptor, database)
        with suppress(OSError):  # a full disk: then the holder has no name, and holds all the same
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        is_open = False
        os.close(descriptor)


@contextmanager
def held_while_opening(folder: Path) -> Iterator[None]:
    """Wait until no other process opens a store in this folder, and keep others waiting meanwhile.

    The folder itself is locked: no file is left behind, and a read-only folder can be locked, too.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, database: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)  # a holder that crashed left its number
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder else "another process"
        raise Busy(f"a daemon is already running on {database} ({who}): stop it first") from error
