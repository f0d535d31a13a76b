"""What a hostile origin may answer, and what must come of it.

A case is a row: a name, the bytes or the behaviour, the outcome.

An outcome is the body that is taken for the document, or the error and words of its message. Every case has a
time limit of `SECONDS`, a size limit of `MOST_BYTES`, and an origin that may be reached at 127.0.0.1 alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from hostile.server import Act, Link

from syndicator.errors import FetchError, Forbidden, Refused, Unavailable

SECONDS = 0.3
MOST_BYTES = 200_000
LARGE = bytes(5_000_000)
TEXT = "Новости области\n".encode() * 40
OK = b"HTTP/1.1 200 OK\r\n"

Outcome = bytes | tuple[type[FetchError], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that an origin may do, at `/name`."""

    name: str
    act: Act
    outcome: Outcome


TOO_SLOW: Outcome = (Unavailable, "did not answer within")
TOO_LARGE: Outcome = (Refused, "larger than the 200,000 bytes")
BROKEN: Outcome = (Unavailable, "could not be fetched")
NOT_UNPACKED: Outcome = (Unavailable, "can't be unpacked")
TOO_MUCH: Outcome = (Unavailable, "sends far more|did not answer within")
"""On a slow machine the time is over first."""
BROKEN_OFF: Outcome = (Unavailable, "breaks off")
NOT_ASKED_FOR: Outcome = (Unavailable, "not asked for")
FORBIDDEN: Outcome = (Forbidden, "not an address on the public Internet")


def answer(body: bytes = TEXT, *fields: bytes, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    """Return an answer as it should be, with these fields added."""
    size = len(body) if length is None else length
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % size, *fields, b"Connection: close"]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def sends(*parts: bytes) -> Act:
    """Return the behaviour of sending these bytes and closing."""
    return lambda link: link.send(*parts)


def then(text: bytes, after: Callable[[Link], None]) -> Act:
    """Return the behaviour of sending bytes and then doing something."""

    def act(link: Link) -> None:
        link.send(text)
        after(link)

    return act


def to(location: bytes, *, status: bytes = b"302 Found", body: bytes = b"") -> Act:
    """Return the behaviour of redirecting; `PORT` stands for the origin's own."""

    def act(link: Link) -> None:
        port = link.request.partition(b"Host: 127.0.0.1:")[2].partition(b"\r\n")[0]
        link.send(answer(body, b"Location: " + location.replace(b"PORT", port), status=status))

    return act
