"""Tell what kind of file is served: its media type, how long it may be kept, whether compressing it pays. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath

ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
XML = "application/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
LOOKED_AT = 2048
"""Bytes from the beginning of a file that are looked at to tell one XML from another."""

_BY_SUFFIX = {
    ".html": HTML,
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".xml": XML,
    ".opml": "text/x-opml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".ico": "image/vnd.microsoft.icon",
    ".woff2": "font/woff2",
    ".mp3": "audio/mpeg",
    ".webmanifest": "application/manifest+json",
}
_GONE = b'<meta name="syndicator:state" content="gone">'
"""In the head of a page that took the place of a story (`publishing.pages.gone`); no text of others can write it."""
_PACKED_TYPES = ("image/", "font/", "audio/", "application/octet-stream")
"""Already compressed, or not known to gain by it; SVG is text."""
_ASSETS = frozenset({".css", ".js", ".svg", ".png", ".ico", ".woff2", ".webmanifest"})
_ASSET_AGE = timedelta(hours=1)
"""Pages of a new version must not be shown with the style of the one before for long."""
_ARCHIVE_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a file is to whoever asks for it."""

    media_type: str
    is_feed: bool
    is_compressible: bool
    max_age: timedelta
    is_gone: bool = False
    """A page that says that what was here is not published any more."""


def kind_of(path: str, head: bytes, *, max_age: timedelta) -> Kind:
    """Tell the kind of the file at a path that begins with `head`; what changes with the news may be kept `max_age`.

    Archive documents never change once written (RFC 5005 4), but may be retracted: so not for ever.
    """
    name = PurePosixPath(path)
    media_type = _BY_SUFFIX.get(name.suffix.lower(), "application/octet-stream")
    if name.suffix == ".xml":
        media_type = _xml_type(head)
    elif name.suffix == ".json" and b"jsonfeed.org/version" in head:
        media_type = JSON_FEED
    age = _ASSET_AGE if name.suffix in _ASSETS else _ARCHIVE_AGE if "archive" in name.parts else max_age
    if name.parts[:1] == ("media",) and media_type.startswith("image/"):  # called by its content (publishing.pictures)
        age = _ARCHIVE_AGE
    return Kind(
        media_type=media_type,
        is_feed=media_type in {ATOM, RSS, JSON_FEED},
        is_compressible=media_type.startswith("image/svg") or not media_type.startswith(_PACKED_TYPES),
        max_age=age,
        is_gone=media_type == HTML and _GONE in head,
    )


def _xml_type(head: bytes) -> str:
    roots = {ATOM: head.find(b"<feed"), RSS: head.find(b"<rss")}
    found = {media_type: at for media_type, at in roots.items() if at >= 0}
    return min(found, key=lambda media_type: found[media_type], default=XML)
