"""Choose by what a client accepts: codings and languages (RFC 9110 12.5). Pure."""

from collections.abc import Sequence
from functools import lru_cache

IDENTITY = "identity"


def weights(value: str) -> dict[str, float]:
    """Return each member of a list with its weight, in lower case; members that make no sense are left out.

    RFC 9110 12.4.2: a weight is 0 to 1 with at most three digits, 1 where none is given.
    """
    found: dict[str, float] = {}
    for member in value.split(","):
        name, *parameters = (part.strip().lower() for part in member.split(";"))
        weight = next((one.partition("=")[2].strip() for one in parameters if one.startswith("q")), "1")
        if name and len(weight) <= len("0.000") and weight.replace(".", "", 1).isdecimal() and float(weight) <= 1:
            found.setdefault(name, float(weight))
    return found


@lru_cache(maxsize=256)
def acceptable_codings(accept: bytes | None, ours: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of our content codings that a client accepts, most wanted first, ours first among equals.

    `accept` is the Accept-Encoding field. Plain text ("identity") is always among `ours`, last, and acceptable unless
    it is excluded by name or by `*;q=0` (RFC 9110 12.5.3). Without a field only plain text is chosen: the client may
    be one that knows no codings.
    """
    if accept is None:
        return (IDENTITY,)
    wanted = weights(accept.decode("latin-1"))
    if "x-gzip" in wanted:  # the same by its old name (RFC 9110 8.4.1.3)
        wanted.setdefault("gzip", wanted["x-gzip"])
    others = wanted.get("*")
    found: dict[str, float] = {}
    for coding in ours:
        if coding == IDENTITY:
            # Named by nobody it is acceptable, but wanted less than all that is.
            found[coding] = wanted.get(coding, 0.0001 if others is None else others)
        else:
            found[coding] = wanted.get(coding, others or 0)
    return tuple(sorted((one for one in ours if found[one] > 0), key=lambda one: -found[one]))


def preferred_language(accept: str | None, ours: Sequence[str]) -> str | None:
    """Return which of our languages (primary subtags) an Accept-Language field wants most; None if it wants none."""
    wanted: dict[str, float] = {}
    for tag, weight in weights(accept or "").items():
        primary = tag.partition("-")[0]
        wanted[primary] = max(weight, wanted.get(primary, 0))
    best = max(ours, key=lambda language: wanted.get(language, 0), default=None)
    return best if best and wanted.get(best, 0) > 0 else None
