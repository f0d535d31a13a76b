"""Read a request's path as the path of a file below the served folder, or refuse it. Pure; knows no file system."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes, urlsplit

INDEX = "index.html"
_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")
"""Paths that mean what they say: no escapes, no empty or hidden part."""
_FORBIDDEN = re.compile(rb"%(?:2f|5c|00)|\\", re.IGNORECASE)
"""Separators in disguise: whoever sends them hopes that somebody takes them for one."""
_LONGEST = 2048


def relative_path(raw: bytes, base: bytes = b"/") -> str | None:
    """Return the path below `base`, without a leading slash; None where there can be no such file of ours.

    `raw` is the path as it was sent, still percent-encoded, without the query; `base` begins and ends with a slash.
    Hidden names, `..`, empty parts, control characters and anything but strict UTF-8 are refused.
    """
    if not raw.startswith(base) or len(raw) > _LONGEST:
        return None
    inner = raw[len(base) - 1 :]
    if _PLAIN.fullmatch(inner):
        return inner[1:].decode("ascii")
    if _FORBIDDEN.search(inner):
        return None
    try:
        path = unquote_to_bytes(inner).decode("utf-8")[1:]
    except UnicodeDecodeError:
        return None
    parts = path.removesuffix("/").split("/") if path else []
    is_sound = path.isprintable() and all(part and not part.startswith(".") for part in parts)
    return path if is_sound else None


def as_sent(path: str) -> str:
    """Return a path as it is written in a URL: nothing in it can end a header line."""
    return quote(path, safe="/~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """Where feeds and pages went (`moved`), and which are no more (`gone`); a name that ends in "/" is a folder."""

    moved: Mapping[str, str]
    gone: Sequence[str]

    def new_address(self, path: str, base: str) -> str | None:
        """Return where what was at `path` is now, as a Location; what is in a moved folder kept its name."""
        for old, new in self.moved.items():
            if (rest := _rest(path, old)) is not None:
                address = new if urlsplit(new).scheme else base.rstrip("/") + as_sent(new)
                return address + as_sent(rest)
        return None

    def is_gone(self, path: str) -> bool:
        """Return whether what was at `path` is no more."""
        return any(_rest(path, old) is not None for old in self.gone)


def _rest(path: str, old: str) -> str | None:
    """Return what follows `old` in a path; None where it is another one."""
    name = old.removeprefix("/")
    if name.endswith("/"):
        inside = path.removesuffix("/") + "/" if path.removesuffix("/") + "/" == name else path
        return inside[len(name) :] if inside.startswith(name) else None
    return "" if path == name else None
