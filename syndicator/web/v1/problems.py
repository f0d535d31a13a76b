"""Errors as programs read them: `application/problem+json` (RFC 9457). Nothing of the request is repeated in one."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from syndicator.web.messages import FILE_POLICY, GUARDS, Header, Scope, Send, answer

MEDIA_TYPE = "application/problem+json"


class Problem(Response):
    """An answer that says what is wrong."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(_body(status, detail), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def nothing_here(_: Request) -> Response:
    """Answer what is asked at an address that there is not."""
    return Problem(404, "There is no such thing here; openapi.json lists what there is.")


async def problem(scope: Scope, send: Send, status: int, *, more: Sequence[Header] = ()) -> None:
    """Answer with a problem that has no more to tell than its status."""
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-security-policy", FILE_POLICY),
        (b"cache-control", b"no-store"),
        *GUARDS,
        *more,
    ]
    await answer(scope, send, status=status, headers=headers, body=_body(status, ""))


def _body(status: int, detail: str) -> bytes:
    """Return a problem without a type of its own, so that its title is the status's (RFC 9457 4.2.1)."""
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    return json.dumps(said | ({"detail": detail} if detail else {}), ensure_ascii=False).encode() + b"\n"
