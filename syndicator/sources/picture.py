"""Tell what picture bytes hold, by the bytes alone: its kind and its size. Knows five formats; trusts no media type.

Only what browsers show and what can carry no script: JPEG, PNG, GIF, WebP, AVIF. No SVG.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from syndicator.errors import ParseError

_LONGEST_SIDE = 20_000
_MOST_PIXELS = 100_000_000
"""Beyond it, showing a file of a few kilobytes takes hundreds of megabytes of a reader's memory."""
_MARK = 0xFF
"""Every JPEG marker begins with it."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that begin a frame, whose size follows (ITU T.81, table B.1)."""
_BRANDS = frozenset({b"avif", b"avis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a picture is; `suffix` begins with a dot."""

    suffix: str
    width: int
    height: int


def measure(content: bytes) -> Measured:
    """Return what a picture is; raise `ParseError` if it is none that may be shown."""
    for suffix, size in _SIZES.items():
        try:
            found = size(content)
        except (struct.error, IndexError):
            found = None
        if found is None:
            continue
        width, height = found
        if not (0 < width <= _LONGEST_SIDE and 0 < height <= _LONGEST_SIDE and width * height <= _MOST_PIXELS):
            raise ParseError(f"a picture of {width} × {height} pixels is not shown")
        return Measured(suffix=suffix, width=width, height=height)
    raise ParseError("it is no JPEG, PNG, GIF, WebP or AVIF picture")


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _gif(content: bytes) -> tuple[int, int] | None:
    if content[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    width, height = struct.unpack_from("<HH", content, 6)
    return width, height


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while True:
        while content[at] == _MARK:
            at += 1
        marker = content[at]
        (length,) = struct.unpack_from(">H", content, at + 1)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 4)
            return width, height
        if content[at + 1 + length] != _MARK:
            return None
        at += 1 + length


def _webp(content: bytes) -> tuple[int, int] | None:
    """RFC 9649, section 2."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if kind == b"VP8L" and content[20:21] == b"\x2f":
        (packed,) = struct.unpack_from("<I", content, 21)
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", content, 26)
        return width & 0x3FFF, height & 0x3FFF
    return None


def _avif(content: bytes) -> tuple[int, int] | None:
    """Return the largest size that an image in the file has (ISO/IEC 23008-12, `ispe`): others are its parts."""
    (length,) = struct.unpack_from(">I", content)
    brands = content[8 : min(length, 256)]
    if content[4:8] != b"ftyp" or not _BRANDS & {brands[at : at + 4] for at in range(0, len(brands), 4)}:
        return None
    return max(_extents(content), key=lambda size: size[0] * size[1], default=None)


def _extents(content: bytes) -> Iterator[tuple[int, int]]:
    head = content[: 64 << 10]
    at = head.find(b"ispe")
    while at >= 0 and at + 16 <= len(head):
        width, height = struct.unpack_from(">II", head, at + 8)
        yield width, height
        at = head.find(b"ispe", at + 4)


_SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    ".png": _png,
    ".jpg": _jpeg,
    ".gif": _gif,
    ".webp": _webp,
    ".avif": _avif,
}
