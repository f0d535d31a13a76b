"""Read the parameters of a request, or say which of them makes no sense; write and read cursors. Pure.

A cursor says where the page before ended. It is opaque to clients, and holds nothing that the page did not show.
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

MOST = 100
USUAL = 20
NO_CURSOR = "cursor is not one that a page here gave; begin without it."
_LONGEST_CURSOR = 512
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)")


class Unclear(Exception):
    """A parameter that makes no sense; says which and what it should be. It becomes a 400."""


class Missing(Exception):
    """There is no such thing; says so. It becomes a 404."""


def values_of(query: QueryParams, names: Sequence[str]) -> dict[str, str]:
    """Return the parameters by name. Raises `Unclear` for one that there is not, or that is given twice."""
    given = [name for name, _ in query.multi_items()]
    if any(name not in names for name in given):
        raise Unclear(f"The parameters here are {', '.join(names)}.")
    if len(given) != len(set(given)):
        raise Unclear("A parameter is given twice.")
    return dict(query.multi_items())


def limit_of(values: Mapping[str, str]) -> int:
    """Return how many things a page may have."""
    text = values.get("limit", str(USUAL))
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MOST:
        raise Unclear(f"limit is a number from 1 to {MOST}.")
    return int(text)


def one_of(values: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    """Return a parameter that can only be one of those known; None where it is not given."""
    value = values.get(name)
    if value is not None and value not in known:
        raise Unclear(f"{name} is one of: {', '.join(known) or '(there is none)'}.")
    return value


def moment_of(values: Mapping[str, str], name: str) -> datetime | None:
    """Return a parameter that is a moment (RFC 3339), in UTC; None where it is not given."""
    if (text := values.get(name)) is None:
        return None
    text = text.replace(" ", "+")  # "+03:00" was sent without escaping its plus sign
    try:
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC) if _MOMENT.fullmatch(text) else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Unclear(f"{name} is a moment such as 2026-11-24T12:00:00Z (RFC 3339).")
    return moment


def cursor(*place: str | int) -> str:
    """Return a place as a client carries it."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(values: Mapping[str, str], *kinds: type) -> list[str | int] | None:
    """Return the place that a cursor says, made of values of these kinds; None where none is given."""
    if (text := values.get("cursor")) is None:
        return None
    try:
        found = json.loads(urlsafe_b64decode(text[:_LONGEST_CURSOR] + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise Unclear(NO_CURSOR) from error
    if not isinstance(found, list) or [type(one) for one in found] != list(kinds):
        raise Unclear(NO_CURSOR)
    return found


def following(path: str, values: Mapping[str, str], place: str | None) -> str | None:
    """Return the address of the next page, with the same parameters; None after the last."""
    return None if place is None else f"{path}?{urlencode({**values, 'cursor': place})}"
