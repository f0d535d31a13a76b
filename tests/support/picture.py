"""Pictures that need no drawing."""

import struct
import zlib


def png(width: int = 3, height: int = 2, *, filler: int = 0) -> bytes:
    """Return a PNG picture, with so many bytes more in it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + chunk(b"tEXt", b"x\0" + b"y" * filler)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )
