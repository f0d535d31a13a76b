"""Read requests and send answers as ASGI has them: what every part of the server needs. Knows no rule of ours."""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]

POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https:; media-src http: https:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of every page: nothing inline, nothing from elsewhere but the images of articles."""
FILE_POLICY = b"default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of everything else: a feed that a browser shows may load its style sheet, an SVG image nothing."""
GUARDS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
"""Sent with every answer. Other sites' scripts get no access (no CORS): a desk may be on a network of its own."""


def fields_of(headers: Iterable[Header]) -> dict[bytes, bytes]:
    """Return a request's header fields by name, in lower case; lines of one name are joined (RFC 9110 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        found[name] = f"{found[name].decode('latin-1')}, ".encode("latin-1") + value if name in found else value
    return found


def is_read(scope: Scope) -> bool:
    """Return whether a request only reads: nothing may change by it (RFC 9110 9.2.1)."""
    return scope["method"] in {"GET", "HEAD"}


async def answer(scope: Scope, send: Send, *, status: int, headers: Sequence[Header], body: bytes) -> None:
    """Send a whole answer. To HEAD its body is left out, and its length told all the same."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
