"""Undo content codings (RFC 9110 8.4.1) in small pieces, and notice a body that breaks off. Knows no HTTP beyond that.

httpx2's own decoders are not used: they take a gzip or brotli body that breaks off for a whole one, and leave out all
members of a gzip file but the first.
"""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import httpx2

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Decode = Callable[[Iterable[bytes]], Iterator[bytes]]

_PIECE = 256 * 1024
"""So much is unpacked at a time, however much would come of the bytes at hand."""
_BROKEN_OFF = "the answer breaks off: its compressed body has no end"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_LARGEST_WINDOW = 23
"""Of zstd, as a power of two: 8 MB, the most that a server may use (RFC 9659 3). Others could ask for 128 MB."""


def decoded(pieces: Iterable[bytes], codings: list[str]) -> Iterator[bytes]:
    """Yield what a body holds; raise `httpx2.DecodingError` where it can't be unpacked or is cut off.

    Likewise for what is coded as was not asked. One coding is undone: nobody is asked to pack twice, and each layer
    would multiply what a few bytes can become.
    """
    applied = [coding for coding in codings if coding not in ("", "identity")]
    if not applied:
        yield from pieces
        return
    if len(applied) > 1 or applied[0] not in _DECODERS:
        named = ", ".join(applied)[:60]
        raise httpx2.DecodingError(f"the answer is compressed in a way that was not asked for ({named})")
    try:
        yield from _DECODERS[applied[0]](pieces)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        raise httpx2.DecodingError(f"the answer can't be unpacked: it is no valid {applied[0]}") from error


def _gunzip(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack gzip, which may have several members (RFC 1952 2.2), and rubbish behind the last."""
    window = zlib.MAX_WBITS | 16
    unpacker = zlib.decompressobj(window)
    for piece in pieces:
        data = piece
        while data:
            if unpacker.eof:
                if not data.startswith(_GZIP):
                    break
                unpacker = zlib.decompressobj(window)
            found = unpacker.decompress(data, _PIECE)
            data = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            if found:
                yield found
        while not unpacker.eof and (found := unpacker.decompress(unpacker.unconsumed_tail, _PIECE)):
            yield found
    if not unpacker.eof:
        raise httpx2.DecodingError(_BROKEN_OFF)


def _unbrotlied(pieces: Iterable[bytes]) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    for piece in pieces:
        if unpacker.is_finished():
            break
        found = unpacker.process(piece, output_buffer_limit=_PIECE)
        while found:
            yield found
            found = b"" if unpacker.is_finished() else unpacker.process(b"", output_buffer_limit=_PIECE)
    if not unpacker.is_finished():
        raise httpx2.DecodingError(_BROKEN_OFF)


def _unzstd(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack one or more frames (RFC 8878 3)."""
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _LARGEST_WINDOW}
    unpacker = zstd.ZstdDecompressor(options=options)
    for piece in pieces:
        data = piece
        while data or not (unpacker.needs_input or unpacker.eof):
            if unpacker.eof:
                if not data.startswith(_ZSTD):
                    break
                unpacker = zstd.ZstdDecompressor(options=options)
            found = unpacker.decompress(data, _PIECE)
            data = unpacker.unused_data if unpacker.eof else b""
            if found:
                yield found
    if not unpacker.eof:
        raise httpx2.DecodingError(_BROKEN_OFF)


_DECODERS: dict[str, Decode] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "br": _unbrotlied,
    "zstd": _unzstd,
}
