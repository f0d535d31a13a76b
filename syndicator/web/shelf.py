"""Hold served files in memory, in every coding, for as long as they stay the same. Knows the file system.

Every look at a file asks the file system whether it is still the one that is held: by size, time of change, inode and
device, since files are replaced whole. What is read is reached without following any link below the root.
"""

import asyncio
import gzip
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import brotli

from syndicator.log import logger
from syndicator.publishing.kinds import LOOKED_AT, Kind, kind_of
from syndicator.web.negotiation import IDENTITY

CODINGS = ("br", "gzip", IDENTITY)
"""What we can send, best first."""
LARGEST_HELD = 8 << 20
"""Larger files are read piece by piece each time, and sent as they are."""
PIECE = 64 << 10
_LEAST_COMPRESSED = 256
_BROTLI_QUALITY = 6
"""Made once for many readers: within 3 % of the best, at a twentieth of its time."""
_ENTRY_COST = 2048
"""Bytes that an entry takes beside its content."""

Key = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A file in one coding: what a strong entity tag stands for."""

    coding: str
    tag: str
    """The hash of the file and the coding; the entity tag is made from it."""
    body: bytes | None
    """None: too large to be held."""
    length: int


@dataclass(slots=True, kw_only=True)
class Held:
    """A file as it was when it was read. `forms` is filled as codings are asked for."""

    path: str
    key: Key
    kind: Kind
    modified: int
    """In whole seconds since 1970, never in the future (RFC 9110 8.8.2.1)."""
    digest: str
    forms: dict[str, Form] = field(default_factory=dict)
    answers: dict[object, object] = field(default_factory=dict)
    """Whatever an answer is made of, kept by whoever makes answers."""

    def cost(self) -> int:
        """Return the memory that it takes, in bytes."""
        bodies = {form.tag: form.body or b"" for form in self.forms.values()}
        return _ENTRY_COST + sum(map(len, bodies.values()))


class Shelf:
    """The files below a folder. For one event loop; reading and compressing happen in threads."""

    def __init__(
        self,
        root: Path,
        *,
        max_bytes: int,
        max_age: timedelta,
        now: Callable[[], float],
        amend: Callable[[str, bytes], bytes] = lambda _, body: body,
    ) -> None:
        """Serve what is below `root`, keep at most `max_bytes` in memory; `now` tells the seconds since 1970.

        `amend` is given the path and the content of each file that can be held, and returns what is served.
        """
        self._amend = amend
        self._root = str(root)
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._now = now
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._bytes = 0
        self._reading: dict[object, asyncio.Future[object]] = {}

    async def find(self, path: str) -> Held | None:
        """Return the file at a relative path as it is now; None where there is no regular file."""
        held = self.at_hand(path)
        if held is not None:
            return held
        if not self._is_file(path):
            return None
        found = await self._once(("read", path), lambda: self._read(path))
        if not isinstance(found, Held):
            return None
        self._keep(found)
        return found

    def at_hand(self, path: str) -> Held | None:
        """Return a file that is held and is still the one on the disk; None otherwise. The quick way."""
        held = self._held.get(path)
        if held is None:
            return None
        try:
            is_same = _key(os.lstat(f"{self._root}/{path}")) == held.key
        except (OSError, ValueError):
            is_same = False
        if not is_same:
            self._drop(path)
            return None
        self._held.move_to_end(path)
        return held

    def is_folder(self, path: str) -> bool:
        """Return whether there is a folder at a path; one that is a link, or behind one, counts as none."""
        descriptor = _open_inside(self._root, path)
        if descriptor is None:
            return False
        try:
            return stat.S_ISDIR(os.fstat(descriptor).st_mode)
        finally:
            os.close(descriptor)

    async def form(self, held: Held, coding: str) -> Form:
        """Return a file in a coding, making it if need be; plain where compressing it gains nothing."""
        if (ready := held.forms.get(coding)) is not None:
            return ready
        plain = held.forms[IDENTITY]
        if plain.body is None or not held.kind.is_compressible or plain.length < _LEAST_COMPRESSED:
            held.forms[coding] = plain
            return plain
        made = await self._once(("pack", held.path, held.key, coding), lambda: _pack(held, coding))
        form = made if isinstance(made, Form) else plain
        if coding not in held.forms:
            held.forms[coding] = form
            if form is not plain and self._held.get(held.path) is held:
                self._bytes += form.length
                self._make_room()
        return form

    async def pieces(self, held: Held, start: int, end: int) -> AsyncIterator[bytes]:
        """Yield a file's plain bytes from `start` to `end`, piece by piece; end early if it was replaced meanwhile."""
        plain = held.forms[IDENTITY]
        if plain.body is not None:
            for at in range(start, end, PIECE):
                yield plain.body[at : min(at + PIECE, end)]
            return
        descriptor = await asyncio.to_thread(_open_inside, self._root, held.path)
        if descriptor is None:
            return
        try:
            if _key(os.fstat(descriptor)) != held.key:
                return
            at = start
            while at < end and (piece := await asyncio.to_thread(os.pread, descriptor, min(PIECE, end - at), at)):
                at += len(piece)
                yield piece
        finally:
            os.close(descriptor)

    def _is_file(self, path: str) -> bool:
        """Say at once, without a thread, that there is no such file: nonsense is asked for all the time."""
        try:
            return stat.S_ISREG(os.lstat(f"{self._root}/{path}").st_mode)
        except (OSError, ValueError):
            return False

    def _read(self, path: str) -> Held | None:
        descriptor = _open_inside(self._root, path)
        if descriptor is None:
            return None
        with open(descriptor, "rb") as file:  # noqa: PTH123 - opened above, without following links
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                return None
            digest = hashlib.sha256()
            body = None
            if status.st_size <= LARGEST_HELD:
                body = self._amend(path, file.read())
                digest.update(body)
                head, length = body[:LOOKED_AT], len(body)
            else:
                head, length = file.peek(LOOKED_AT)[:LOOKED_AT], status.st_size
                while piece := file.read(1 << 20):
                    digest.update(piece)
        tag = digest.hexdigest()[:32]
        held = Held(
            path=path,
            key=_key(status),
            kind=kind_of(path, head, max_age=self._max_age),
            modified=int(min(status.st_mtime, self._now())),
            digest=tag,
        )
        held.forms[IDENTITY] = Form(coding=IDENTITY, tag=tag, body=body, length=length)
        return held

    async def _once(self, key: object, work: Callable[[], object]) -> object:
        """Do work in a thread; whoever asks for the same meanwhile waits for the same result."""
        running = self._reading.get(key)
        if running is None:
            running = asyncio.ensure_future(asyncio.to_thread(work))
            self._reading[key] = running
            running.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(running)  # one client that goes away must not break it off for the others

    def _keep(self, held: Held) -> None:
        if self._held.get(held.path) is not held:
            self._drop(held.path)
            self._held[held.path] = held
            self._bytes += held.cost()
            self._make_room()

    def _make_room(self) -> None:
        while self._bytes > self._max_bytes and len(self._held) > 1:
            self._drop(next(iter(self._held)))

    def _drop(self, path: str) -> None:
        if (held := self._held.pop(path, None)) is not None:
            self._bytes -= held.cost()


def _key(status: os.stat_result) -> Key:
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


def _open_inside(root: str, path: str) -> int | None:
    """Open a file below `root` for reading without following a link on the way; None where that can't be done."""
    folder = -1
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        *folders, name = path.split("/")
        for each in folders:
            inner = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except PermissionError:
        logger().warning("file_unreadable", path=path)
        return None
    except (OSError, ValueError):
        return None
    finally:
        if folder >= 0:
            with suppress(OSError):
                os.close(folder)


def _pack(held: Held, coding: str) -> Form:
    """Compress a file; where that gains nothing, return it as it is."""
    plain = held.forms[IDENTITY]
    body = plain.body or b""
    # Without a time in it, the same bytes come out each time: the entity tag must not stand for two.
    packed = gzip.compress(body, 6, mtime=0) if coding == "gzip" else brotli.compress(body, quality=_BROTLI_QUALITY)
    if len(packed) >= plain.length:
        return plain
    return Form(coding=coding, tag=f"{plain.tag}-{coding}", body=packed, length=len(packed))
