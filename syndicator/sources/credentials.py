"""Load what the operator lets single sources have: private networks, and header fields of their own, kept secret.

Secrets come from a file that the config names or from the environment, never from the config itself. Knows which fields
may be set; refuses to show a value: not in `repr`, not in an error.
"""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

import httpx2

from syndicator.config_tables import SourceSettings
from syndicator.config_values import authorization_variable
from syndicator.errors import ConfigError, ConfigProblem

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\x21-\x7e\xa0-\xff](?:[\t\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa0-\xff])?")
_BASIC = re.compile(r"[^:\s]+:.+")
_OURS = frozenset(
    [
        "accept-encoding",
        "connection",
        "content-length",
        "content-type",
        "expect",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "range",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "via",
    ]
)
"""Fields that decide how we read an answer, or say who we are."""
_LARGEST_BYTES = 16_384

Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a source may be fetched with beyond what all may."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    """Not on the public Internet, and allowed all the same."""
    origin: Place | None = None
    """Scheme, host and port: the only place that `headers` are sent to."""
    headers: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)

    def headers_for(self, url: httpx2.URL) -> Mapping[bytes, bytes]:
        """Return the source's own header fields if they may be sent to this URL, else none."""
        return self.headers if self.headers and origin_of(url) == self.origin else {}

    def without_secrets(self, text: str) -> str:
        """Return a text without the values of the header fields, which an origin may have said back to us."""
        for value in self.headers.values():
            secret = value.decode("latin-1")
            for part in {secret, *secret.split()}:
                if len(part) >= 6:  # noqa: PLR2004 - "Basic" and the like are no secrets
                    text = text.replace(part, "***")
        return text


def origin_of(url: httpx2.URL) -> Place:
    """Return scheme, host and port (RFC 6454 4)."""
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme, 0)


def load_access(sources: Sequence[SourceSettings], environment: Mapping[str, str]) -> dict[str, Access]:
    """Return the access of each source that has any, by slug; raise `ConfigError` with all that is wrong with it."""
    problems: list[ConfigProblem] = []
    found: dict[str, Access] = {}
    for source in sources:
        headers: dict[bytes, bytes] = {}
        if source.headers_file:
            problems += _read(source.headers_file, headers)
        variable = authorization_variable(source.slug)
        if variable in environment:
            problems += _take(variable, environment[variable], headers)
        networks = tuple(ip_network(text, strict=False) for text in source.allow_private)
        where = source.feed or source.page
        if where and (headers or networks):
            found[source.slug] = Access(networks=networks, origin=origin_of(httpx2.URL(where)), headers=headers)
    if problems:
        raise ConfigError(problems)
    return found


def _read(path: Path, headers: dict[bytes, bytes]) -> Iterator[ConfigProblem]:
    """Take over the `Name: value` lines of a file; yield what is wrong with it, naming lines and never values."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        yield _problem(path, None, f"can't be read: {error.strerror}")
        return
    except UnicodeDecodeError:
        yield _problem(path, None, "is not UTF-8 text")
        return
    if len(content) > _LARGEST_BYTES:
        yield _problem(path, None, f"is larger than {_LARGEST_BYTES:,} bytes")
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not _NAME.fullmatch(name):
            yield _problem(path, number, "is no header field", "write one a line, as Authorization: Bearer …")
        elif name.lower() in _OURS:
            yield _problem(path, number, f"sets {name}, which is set by the program alone")
        elif not _VALUE.fullmatch(value):
            yield _problem(path, number, f"{name} has no value, or one with characters that no header field can hold")
        else:
            headers[name.encode("ascii")] = value.encode("latin-1")


def _take(variable: str, value: str, headers: dict[bytes, bytes]) -> Iterator[ConfigProblem]:
    """Take over an Authorization field: as it is if it begins with a scheme, else `user:password` as Basic."""
    value = value.strip()
    scheme, _, rest = value.partition(" ")
    if rest.strip() and _NAME.fullmatch(scheme) and _VALUE.fullmatch(value):
        _replace(headers, value.encode("latin-1"))
    elif _BASIC.fullmatch(value):
        _replace(headers, b"Basic " + base64.b64encode(value.encode()))
    else:
        yield ConfigProblem(
            file=None,
            line=None,
            key=variable,
            message="is neither user:password nor a scheme and its credentials",
            suggestion="write name:secret for Basic, or Bearer TOKEN",
        )


def _replace(headers: dict[bytes, bytes], value: bytes) -> None:
    for name in [name for name in headers if name.lower() == b"authorization"]:
        del headers[name]
    headers[b"Authorization"] = value


def _problem(path: Path, line: int | None, message: str, suggestion: str | None = None) -> ConfigProblem:
    return ConfigProblem(file=str(path), line=line, key="", message=message, suggestion=suggestion)
