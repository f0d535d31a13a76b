"""The kinds of values that settings have: what is right, and how people write it. Knows no key."""

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
RESERVED_SLUGS = frozenset({"archive", "bilingual", "stories", "topics"})
"""Folder names that an edition needs for itself."""
PLACE = r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?"
"""A place in an S3-compatible store: bucket and prefix."""
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
    if "@" in parts.netloc:
        raise ValueError(
            "holds a user name or a password, and addresses are published: leave it out, and for a source set "
            "SYNDICATOR_SOURCE_<SLUG>_AUTHORIZATION or headers_file"
        )
    return value


def check_written(value: str) -> str:
    """Return an address as it can stand in a header field; raise ValueError otherwise."""
    if not check_url(value).isascii() or not value.isprintable() or set(value) & set(' <>"'):
        raise ValueError(f"{value!r} is not written as an address is: percent-encode what is not ASCII")
    return value


def authorization_variable(slug: str) -> str:
    """Return the environment variable that holds a source's credentials."""
    return f"SYNDICATOR_SOURCE_{slug.upper().replace('-', '_')}_AUTHORIZATION"


def check_networks(networks: tuple[str, ...]) -> tuple[str, ...]:
    """Return addresses and networks (CIDR) unchanged; raise ValueError naming those that are none."""
    wrong = [network for network in networks if not is_network(network)]
    if wrong:
        raise ValueError(f"{', '.join(map(repr, wrong))}: no address and no network; write it as 192.168.1.0/24")
    return networks


def check_path(value: Path) -> Path:
    """Return a path with `~` resolved; raise ValueError for one that no file can have."""
    if "\0" in str(value):
        raise ValueError("holds a NUL character")
    try:
        return value.expanduser()
    except RuntimeError as error:
        raise ValueError(f"names a user that there is not: {value.parts[0]}") from error


def check_place(value: str) -> str:
    """Return a path of the served folder ("/old/feed.xml", "/old/") unchanged; raise ValueError otherwise."""
    if not value.startswith("/") or not value.isprintable() or {"", ".", ".."} & set(value.rstrip("/").split("/")[1:]):
        raise ValueError(f'{value!r} is no path of the served folder: write it as "/en/atom.xml" or "/en/"')
    return value


def host_and_port(value: str) -> tuple[str, int]:
    """Return what to listen at ("127.0.0.1:9464", "[::1]:9464"); raise ValueError where that is not both said."""
    host, _, port = value.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or (":" in bare) != host.startswith("[") or not re.fullmatch(r"\d{1,5}", port) or int(port) > 65535:  # noqa: PLR2004 - the highest port
        raise ValueError(f'{value!r} is no address with a port: write it as "127.0.0.1:9464"')
    return bare, int(port)


def is_network(text: str) -> bool:
    """Return whether a text is an address or a network (CIDR)."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def check_names(value: object) -> str | dict[str, str]:
    """Return a name, or names by language, unchanged; raise ValueError otherwise."""
    if isinstance(value, str) and value.strip():
        return value
    if not isinstance(value, dict) or not value:
        raise ValueError(f"{value!r} is no name and no table of names")
    for language, name in value.items():
        if not LANGUAGE.fullmatch(language):
            raise ValueError(f"{language!r} is no language tag: write it as ru or pt-BR")
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"{name!r} is no name")
    return value


Language = Annotated[str, Field(pattern=f"^{LANGUAGE.pattern}$")]
Names = Annotated[str | dict[str, str], PlainValidator(check_names)]
"""One name for all, or one for each language."""
Positive = Annotated[int, Field(gt=0)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), Field(gt=timedelta(), le=timedelta(days=366))]
Place = Annotated[Path, AfterValidator(check_path)]
Networks = Annotated[tuple[str, ...], AfterValidator(check_networks)]
