"""Read the HTTP header fields that decide what we do. Pure; knows RFC 9110 and 9111, refuses to know the network."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx2

LONGEST_WAIT = timedelta(hours=24)
"""No origin can silence us for longer."""

_LONGEST_VALIDATOR = 1024
"""Sent back each time; longer ones make servers refuse the whole request, and help nobody."""
_UNSENDABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})")
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?'?([A-Za-z0-9._:+-]+)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


def raw(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return the first value of a field, byte for byte as latin-1 characters; None where there is none."""
    return next((value.decode("latin-1") for key, value in headers if key.lower() == name), None)


def validator(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str | None:
    """Return an ETag or Last-Modified to be sent back byte for byte; None where there is none that can be."""
    value = raw(headers, name)
    return value if value and is_sendable(value) else None


def is_sendable(value: str) -> bool:
    """Return whether a validator can be sent back: RFC 9110 5.5, and a sensible length."""
    return len(value) <= _LONGEST_VALIDATOR and value == value.strip() and not _UNSENDABLE.search(value)


def content_type(value: str | None) -> tuple[str | None, str | None]:
    """Return the media type (lower case, no parameters) and the charset that a Content-Type names; None for neither."""
    if not value:
        return None, None
    media_type = _MEDIA_TYPE.fullmatch(value.split(";", 1)[0].strip().lower())
    charset = _CHARSET.search(value)
    return media_type.group() if media_type else None, charset.group(1).lower() if charset else None


def codings(headers: httpx2.Headers) -> list[str]:
    """Return the content codings of a body in the order in which they were applied, lower case."""
    return [coding.strip().lower() for coding in headers.get_list("content-encoding", split_commas=True)]


def max_age(cache_control: str | None) -> timedelta | None:
    """Return how long an answer stays fresh (RFC 9111 5.2.2.1); None where nothing says so."""
    value = (cache_control or "").lower()
    if "no-cache" in value or "no-store" in value:
        return None
    found = _MAX_AGE.search(value)
    return timedelta(seconds=int(found.group(1))) if found else None


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """Return how long an origin wants us to wait (RFC 9110 10.2.3), from 0 to 24 hours; None if it does not say.

    `now` is what the origin's clock shows, since it may name a date.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    moment = http_date(text)
    if moment is None:
        return None
    return min(max(moment - now, timedelta(0)), LONGEST_WAIT)


def http_date(value: str | None) -> datetime | None:
    """Return the moment that an HTTP date names; None where it names none."""
    try:
        moment = parsedate_to_datetime(value or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
