"""Decide whether a request's conditions and range let us send less than everything (RFC 9110 13 and 14). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache

_ETAG = re.compile(rb'(W/)?("[\x21\x23-\x7e\x80-\xff]*")')
_DAYS = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_DATE = re.compile(rf"{_DAYS}, \d\d [A-Z][a-z]{{2}} \d{{4}} \d\d:\d\d:\d\d GMT")
_RANGE = re.compile(rb"bytes[ \t]*=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CONDITIONS = (b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since")


class Verdict(Enum):
    """What the conditions come to."""

    SEND = 200
    UNCHANGED = 304
    FAILED = 412


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a representation: bytes `start` to `end`, the end not included."""

    start: int
    end: int


def judge(fields: Mapping[bytes, bytes], *, etag: bytes, modified: int) -> Verdict:
    """Weigh the conditions in the order of RFC 9110 13.2.2; `modified` is in whole seconds since 1970.

    If-None-Match outweighs If-Modified-Since, and If-Match outweighs If-Unmodified-Since.
    """
    if fields.keys().isdisjoint(_CONDITIONS):
        return Verdict.SEND
    if (value := fields.get(b"if-match")) is not None:
        if not _names(value, etag, weakly=False):
            return Verdict.FAILED
    elif (limit := _seconds(fields.get(b"if-unmodified-since"))) is not None and modified > limit:
        return Verdict.FAILED
    if (value := fields.get(b"if-none-match")) is not None:
        return Verdict.UNCHANGED if value == etag or _names(value, etag, weakly=True) else Verdict.SEND
    since = _seconds(fields.get(b"if-modified-since"))
    return Verdict.UNCHANGED if since is not None and modified <= since else Verdict.SEND


def wanted_span(fields: Mapping[bytes, bytes], *, etag: bytes, modified: int, length: int) -> Span | None:
    """Return the part that is asked for; None for the whole, also where several parts or nonsense are asked for.

    An empty span means that there is no such part (416). If-Range names what the client holds a part of: of anything
    else it gets the whole (RFC 9110 13.1.5).
    """
    value = fields.get(b"range")
    if value is None or not (found := _RANGE.fullmatch(value)) or not (found[1] or found[2]):
        return None
    condition = fields.get(b"if-range")
    if condition is not None and condition.strip() != etag and _seconds(condition) != modified:
        return None
    if not found[1]:
        last = int(found[2])
        return Span(max(0, length - last), length if last else 0)
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None  # not a range at all (RFC 9110 14.1.1)
    end = int(found[2]) + 1 if found[2] else length
    return Span(start, min(end, length)) if start < length else Span(0, 0)


@lru_cache(maxsize=1024)
def http_date(seconds: int) -> bytes:
    """Return a moment as HTTP writes it (RFC 9110 5.6.7), without regard to the process's locale."""
    at = datetime.fromtimestamp(seconds, UTC)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[at.weekday()]
    return f"{day}, {at.day:02} {_MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} GMT".encode()


def _names(value: bytes, etag: bytes, *, weakly: bool) -> bool:
    """Return whether a list of entity tags names ours; ours is a strong one (RFC 9110 8.8.3.2)."""
    if value.strip() == b"*":
        return True
    return any(tag == etag and (weakly or not weak) for weak, tag in _ETAG.findall(value))


def _seconds(value: bytes | None) -> int | None:
    """Read a date; None where there is none, or none that makes sense (then the condition is ignored, 13.1.3)."""
    text = (value or b"").decode("latin-1").strip()
    if not _DATE.fullmatch(text) or text[8:11] not in _MONTHS:
        return None
    hour, minute, second = (int(part) for part in text[17:25].split(":"))
    try:
        at = datetime(int(text[12:16]), _MONTHS.index(text[8:11]) + 1, int(text[5:7]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return int(at.timestamp())
