"""The kinds of values that settings have: what is right, and how people write it. Knows no key."""

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
RESERVED_SLUGS = frozenset({"archive", "bilingual", "stories", "topics"})
"""Folder names that an edition needs for itself."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def parse_duration(value: object) -> object:
    """Return `90s`, `30m`, `1h`, `2d`, `1w` as a timedelta; leave anything else to pydantic."""
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d+)?)\s*([smhdw])\s*", value) if isinstance(value, str) else None
    return timedelta(**{UNITS[found[2]]: float(found[1])}) if found else value


def check_url(value: str) -> str:
    """Return an absolute http or https URL unchanged; raise ValueError otherwise."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https address")
    return value


def check_path(value: Path) -> Path:
    """Return a path with `~` resolved; raise ValueError for one that no file can have."""
    if "\0" in str(value):
        raise ValueError("holds a NUL character")
    try:
        return value.expanduser()
    except RuntimeError as error:
        raise ValueError(f"names a user that there is not: {value.parts[0]}") from error


def is_network(text: str) -> bool:
    """Return whether a text is an address or a network (CIDR)."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


Language = Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$")]
Positive = Annotated[int, Field(gt=0)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), Field(gt=timedelta(), le=timedelta(days=366))]
Place = Annotated[Path, AfterValidator(check_path)]
