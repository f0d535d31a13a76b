"""What takes for ever, never ends, or is packed or measured wrongly. See `case`."""

import gzip
import zlib
from collections.abc import Callable, Iterator

import brotli
from hostile.case import (
    BROKEN,
    BROKEN_OFF,
    LARGE,
    NOT_ASKED_FOR,
    NOT_UNPACKED,
    OK,
    TEXT,
    TOO_LARGE,
    TOO_MUCH,
    TOO_SLOW,
    Outcome,
    answer,
    sends,
    then,
    to,
)
from hostile.server import Act, Link

from syndicator.errors import Refused, Unavailable
from syndicator.sources.codings import zstd


def slow() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield what takes for ever."""
    yield "says nothing", Link.hang, TOO_SLOW
    yield "a byte of the status line now and then", lambda link: link.drip(OK * 9), TOO_SLOW
    yield "a byte of the head now and then", then(OK, lambda link: link.drip(b"X-Header: y\r\n" * 50)), TOO_SLOW
    yield "hangs after the status line", then(OK, Link.hang), TOO_SLOW
    yield "hangs in a field", then(OK + b"Content-Ty", Link.hang), TOO_SLOW
    yield "hangs after the head", then(OK + b"Content-Length: 10\r\n\r\n", Link.hang), TOO_SLOW
    yield "hangs in the body", then(answer(TEXT, length=9999), Link.hang), TOO_SLOW
    yield "hangs in a body without a length", then(OK + b"\r\nhalf", Link.hang), TOO_SLOW
    yield "a byte of the body now and then", then(OK + b"\r\n", lambda link: link.drip(b"x" * 999)), TOO_SLOW
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    yield "a chunk now and then", then(chunked, lambda link: link.drip(b"1\r\nx\r\n" * 99)), TOO_SLOW
    yield "hangs in a chunk's size", then(chunked + b"4", Link.hang), TOO_SLOW
    yield "hangs in a chunk", then(chunked + b"400\r\nx", Link.hang), TOO_SLOW
    yield "hangs before the last chunk", then(chunked + b"1\r\nx\r\n", Link.hang), TOO_SLOW
    yield "hangs in the trailer", then(chunked + b"0\r\nX: ", Link.hang), TOO_SLOW
    yield "a hint now and then", lambda link: link.drip(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 9), TOO_SLOW
    yield (
        "hangs in a gzip body",
        then(OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(TEXT)[:-9], Link.hang),
        TOO_SLOW,
    )


def endless() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield what never ends, as fast as it can."""
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    yield "an endless status line", then(b"HTTP/1.1 200 ", lambda link: link.flood(b"O")), BROKEN
    yield "an endless field", then(OK + b"X: ", lambda link: link.flood(b"y")), BROKEN
    yield "endless fields", then(OK, lambda link: link.flood(b"X-Header: y\r\n")), BROKEN
    yield "endless cookies", then(OK, lambda link: link.flood(b"Set-Cookie: a=b\r\n")), BROKEN
    yield "endless hints", lambda link: link.flood(b"HTTP/1.1 103 Early Hints\r\n\r\n"), TOO_MUCH
    yield "endless continues", lambda link: link.flood(b"HTTP/1.1 100 Continue\r\n\r\n"), TOO_MUCH
    yield "an endless body", then(OK + b"\r\n", lambda link: link.flood(b"x")), TOO_LARGE
    yield "an endless body of zeros", then(OK + b"\r\n", lambda link: link.flood(b"\0")), TOO_LARGE
    yield "an endless chunk", then(chunked + b"ffffffff\r\n", lambda link: link.flood(b"x")), TOO_LARGE
    yield "endless chunks", then(chunked, lambda link: link.flood(b"1000\r\n" + b"x" * 4096 + b"\r\n")), TOO_LARGE
    yield "an endless chunk size", then(chunked, lambda link: link.flood(b"0")), BROKEN
    yield "an endless chunk extension", then(chunked + b"1;", lambda link: link.flood(b"x")), BROKEN
    padded = b"1;" + b"x" * 8000 + b"\r\nx\r\n"
    yield "chunks of a byte with long extensions", then(chunked, lambda link: link.flood(padded)), TOO_MUCH
    yield "an endless trailer", then(chunked + b"0\r\n", lambda link: link.flood(b"X: y\r\n")), BROKEN
    yield "more than its length", sends(answer(TEXT, length=10)), TEXT[:10]
    yield (
        "an endless redirect body",
        then(b"HTTP/1.1 302 Found\r\nLocation: /fine\r\n\r\n", lambda link: link.flood(b"x")),
        TEXT,
    )
    yield "an endless error body", then(b"HTTP/1.1 404 No\r\n\r\n", lambda link: link.flood(b"x")), (Refused, "404")
    yield (
        "an endless refusal body",
        then(b"HTTP/1.1 503 No\r\n\r\n", lambda link: link.flood(b"x")),
        (Unavailable, "503"),
    )


def codings() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield compressed bodies, bombs among them."""
    packers: dict[str, Callable[[bytes], bytes]] = {
        "gzip": lambda body: gzip.compress(body, 9, mtime=0),
        "br": lambda body: brotli.compress(body, quality=5),
        "zstd": zstd.compress,
    }
    for coding, pack in packers.items():
        field = b"Content-Encoding: " + coding.encode()
        yield f"{coding}", sends(answer(pack(TEXT), field)), TEXT
        yield f"{coding} of nothing", sends(answer(pack(b""), field)), b""
        yield f"{coding} without a byte", sends(answer(b"", field)), BROKEN_OFF
        yield f"a {coding} bomb", sends(answer(pack(LARGE), field)), TOO_LARGE
        yield f"a {coding} bomb without a length", sends(OK + field + b"\r\n\r\n" + pack(LARGE)), TOO_LARGE
        yield f"{coding} cut short", sends(answer(pack(TEXT)[:-3], field)), BROKEN_OFF
        yield f"{coding} cut in its first byte", sends(answer(pack(TEXT)[:1], field)), BROKEN_OFF
        yield f"{coding} that is none", sends(answer(TEXT, field)), NOT_UNPACKED
        yield f"{coding} in {coding}", sends(answer(pack(pack(TEXT)), field, field)), NOT_ASKED_FOR
        yield f"a {coding} bomb in a redirect", to(b"/fine", body=pack(LARGE)), TEXT
        yield f"a {coding} bomb in an error", sends(answer(pack(LARGE), field, status=b"500 No")), (Unavailable, "500")
    damaged = bytearray(gzip.compress(TEXT))
    damaged[-6] ^= 1
    yield "gzip with a wrong checksum", sends(answer(bytes(damaged), b"Content-Encoding: gzip")), NOT_UNPACKED
    twice = gzip.compress(TEXT[:400]) + gzip.compress(TEXT[400:])
    yield "gzip in two members", sends(answer(twice, b"Content-Encoding: gzip")), TEXT
    many = gzip.compress(bytes(1_000_000)) * 100
    yield "a gzip bomb in many members", sends(answer(many, b"Content-Encoding: gzip")), TOO_LARGE
    empty = gzip.compress(b"") * 100_000
    yield "a hundred thousand empty members", sends(answer(empty, b"Content-Encoding: gzip")), TOO_MUCH
    yield "gzip and rubbish", sends(answer(gzip.compress(TEXT) + b"\0\0rubbish", b"Content-Encoding: gzip")), TEXT
    yield (
        "zstd in two frames",
        sends(answer(zstd.compress(TEXT[:400]) + zstd.compress(TEXT[400:]), b"Content-Encoding: zstd")),
        TEXT,
    )
    yield "zstd that wants 128 MB", sends(answer(wide_window(), b"Content-Encoding: zstd")), NOT_UNPACKED
    layers = TEXT
    for _ in range(5):
        layers = gzip.compress(layers)
    yield "five layers of gzip", sends(answer(layers, b"Content-Encoding: gzip, gzip, gzip, gzip, gzip")), NOT_ASKED_FOR
    yield (
        "gzip in brotli",
        sends(answer(brotli.compress(gzip.compress(TEXT)), b"Content-Encoding: gzip, br")),
        NOT_ASKED_FOR,
    )
    yield "a thousand codings", sends(answer(TEXT, b"Content-Encoding: " + b"gzip," * 1000)), NOT_ASKED_FOR
    yield "deflate", sends(answer(zlib.compress(TEXT), b"Content-Encoding: deflate")), NOT_ASKED_FOR
    yield "compress", sends(answer(TEXT, b"Content-Encoding: compress")), NOT_ASKED_FOR
    yield "a coding of its own", sends(answer(TEXT, b"Content-Encoding: \xff\xfe")), NOT_ASKED_FOR
    yield "identity", sends(answer(TEXT, b"Content-Encoding: identity")), TEXT
    yield "an empty coding", sends(answer(TEXT, b"Content-Encoding: ")), TEXT
    yield "GZIP in capitals", sends(answer(gzip.compress(TEXT), b"Content-Encoding: GZIP")), TEXT
    yield "gzip that is not said", sends(answer(gzip.compress(b"x", mtime=0))), gzip.compress(b"x", mtime=0)


def wide_window() -> bytes:
    """Return the beginning of a zstd frame whose window has 128 MB (RFC 8878 3.1.1.1.2), and a block of nothing."""
    return b"\x28\xb5\x2f\xfd" + b"\x00" + bytes([(27 - 10) << 3]) + b"\x01\x00\x00"


def lengths() -> Iterator[tuple[str, Act, Outcome]]:
    """Yield wrong lengths and abused chunks."""
    yield "fewer bytes than its length", sends(answer(TEXT, length=len(TEXT) + 1)), BROKEN
    for number, value in enumerate([b"-1", b"+5", b"5x", b"0x5", b"5.0", b"5, 6", b"1" * 30, b"\xd9\xa5", b"5 5"]):
        yield f"length {number}: {value!r}"[:60], sends(OK + b"Content-Length: " + value + b"\r\n\r\nhello"), BROKEN
    yield "an empty length", sends(OK + b"Content-Length:\r\n\r\nhello"), BROKEN
    yield "the same length twice", sends(OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"), b"hello"
    yield "two lengths", sends(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), BROKEN
    yield "a length of nothing", sends(answer(b"")), b""
    yield "a length of 10 GB", sends(answer(b"x", length=10_000_000_000)), BROKEN
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    yield "chunks", sends(chunked + b"5\r\nhello\r\n0\r\n\r\n"), b"hello"
    yield "chunks and a trailer", sends(chunked + b"5\r\nhello\r\n0\r\nX: y\r\n\r\n"), b"hello"
    yield "chunks with extensions", sends(chunked + b'5;a="b"\r\nhello\r\n0;x\r\n\r\n'), b"hello"
    yield (
        "chunks and a length",
        sends(OK + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        b"hello",
    )
    for number, chunk in enumerate(
        [
            b"-5\r\nhello",
            b"g\r\nhello",
            b"\r\nhello",
            b"0x5\r\nhello",
            b"5 5\r\nhello",
            b"f" * 21 + b"\r\nx",
            b"5\nhello\n",
        ]
    ):
        yield f"chunk {number}: {chunk!r}"[:60], sends(chunked + chunk + b"\r\n0\r\n\r\n"), BROKEN
    yield "a chunk longer than its size", sends(chunked + b"5\r\nhello!\r\n0\r\n\r\n"), BROKEN
    yield "chunks without an end", sends(chunked + b"5\r\nhello\r\n"), BROKEN
    yield "chunks that end in the size", sends(chunked + b"5\r\nhello\r\n0"), BROKEN
    yield "a transfer coding of its own", sends(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), BROKEN
    yield (
        "two transfer codings",
        sends(OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        BROKEN,
    )
    yield (
        "chunks in HTTP/1.0",
        sends(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
        b"hello",
    )
