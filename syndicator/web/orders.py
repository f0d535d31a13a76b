"""Let an order through only with the token, and from a page of ours. Stands before every route that is no file.

There is no cookie and no session: a browser sends nothing along by itself that another site's page could misuse. Origin
and Sec-Fetch-Site are checked all the same, so that a token which leaked into a form elsewhere is of no use there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from syndicator.log import logger
from syndicator.web.hosts import is_same_origin
from syndicator.web.messages import App, Header, Message, Receive, Scope, Send, fields_of, is_read
from syndicator.web.notices import notice
from syndicator.web.tokens import is_token

FIELD = "token"
"""The form field that carries the token, for pages; programs send `Authorization: Bearer`."""
MOST_BYTES = 64 << 10
_FORM = b"application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """An ASGI application around another: reading passes, all else must be entitled."""

    app: App
    token: Path
    base_url: str | None
    home: str
    languages: Sequence[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer 401, 403 or 413."""
        if is_read(scope):
            await self.app(scope, receive, send)
            return
        try:
            body = await _body(receive)
        except _ClientGone:
            return
        status, more = self._verdict(fields_of(scope["headers"]), body)
        if status:
            logger().warning("order_refused", path=scope["path"], status=status, client=(scope["client"] or ("?",))[0])
            await notice(scope, send, status, more=more, home=self.home, languages=self.languages)
            return
        await self.app(scope, _again(body or b"", receive), send)

    def _verdict(self, fields: Mapping[bytes, bytes], body: bytes | None) -> tuple[int, Sequence[Header]]:
        """Return the status to refuse with, 0 for none, and header fields for it."""
        if body is None:
            return 413, ((b"connection", b"close"),)
        is_ours = is_same_origin(fields, base_url=self.base_url)
        bearer = bearer_token(fields)
        # What names no origin is no browser; it shows that by a field that no form can send.
        if is_ours is False or (is_ours is None and bearer is None):
            return 403, ()
        given = bearer if bearer is not None else _in_form(fields, body)
        if not is_token(given or "", self.token):
            return 401, ((b"www-authenticate", b'Bearer realm="syndicator"'),)
        return 0, ()


class _ClientGone(Exception):
    """Nobody waits for an answer any more."""


async def _body(receive: Receive) -> bytes | None:
    """Read a request's body; None if it is too large. Raises `_ClientGone`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise _ClientGone
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once more, then goes on."""
    unread = [body]

    async def replay() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return replay


def bearer_token(fields: Mapping[bytes, bytes]) -> str | None:
    """Return the token of an Authorization field (RFC 6750 2.1)."""
    scheme, _, token = fields.get(b"authorization", b"").decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _in_form(fields: Mapping[bytes, bytes], body: bytes) -> str | None:
    """Return the token of a form; the address never carries one, since addresses are logged."""
    if fields.get(b"content-type", b"").partition(b";")[0].strip().lower() != _FORM:
        return None
    try:
        values = parse_qs(body.decode("ascii"), max_num_fields=100).get(FIELD, [])
    except ValueError:
        return None
    return values[0] if len(values) == 1 else None
