"""Send a value as JSON: whole, compressed, or 304 where the client has it already (RFC 9110 13). Knows no value."""

import gzip
import json
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from syndicator.errors import StoreError
from syndicator.log import logger
from syndicator.web.conditions import Verdict, judge
from syndicator.web.messages import FILE_POLICY, fields_of
from syndicator.web.negotiation import IDENTITY, acceptable_codings
from syndicator.web.shown import opened
from syndicator.web.site import Site
from syndicator.web.v1.asked import Missing, Unclear
from syndicator.web.v1.problems import Problem

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore

MEDIA_TYPE = "application/json"
_CODINGS = ("gzip", IDENTITY)
_TAGS = frozenset({b"if-match", b"if-none-match"})
_WORTH_BYTES = 512
_LEVEL = 5


def told(request: Request, make: Callable[["SqlStore"], Any]) -> Response:
    """Answer with what `make` makes of the store. It raises `Unclear` or `Missing`."""
    site: Site = request.app.state.site
    try:
        with opened(site) as store:
            value = make(store)
    except Unclear as error:
        return Problem(400, str(error))
    except Missing as error:
        return Problem(404, str(error))
    except StoreError as error:
        logger().warning("page_unavailable", reason=str(error))
        return Problem(503, "The store can't be read at the moment.", headers={"Retry-After": "10"})
    return as_json(request, value)


def as_json(request: Request, value: object) -> Response:
    """Answer with a value, in the form and to the extent that the client asks for.

    Clients may keep an answer, and ask each time whether it is still right.
    """
    fields = fields_of(request.headers.raw)
    codings = acceptable_codings(fields.get(b"accept-encoding"), _CODINGS)
    if not codings:
        return Problem(406, "Answers are sent plain or with gzip.")
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    coding = codings[0] if len(body) >= _WORTH_BYTES or IDENTITY not in codings else IDENTITY
    headers = {
        "ETag": f'"{sha256(body).hexdigest()[:32]}{"" if coding == IDENTITY else "-" + coding}"',
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding, Origin",
        "Content-Security-Policy": FILE_POLICY.decode(),
    }
    # There is no Last-Modified, so nothing that dates could be compared with (RFC 9110 13.1.3).
    tags = {name: value for name, value in fields.items() if name in _TAGS}
    verdict = judge(tags, etag=headers["ETag"].encode(), modified=0)
    if verdict is Verdict.UNCHANGED:
        return Response(status_code=304, headers=headers)
    if verdict is Verdict.FAILED:
        return Problem(412, "It is not what your program takes it for.")
    if coding != IDENTITY:
        body = gzip.compress(body, _LEVEL, mtime=0)
        headers["Content-Encoding"] = coding
    return Response(body, media_type=MEDIA_TYPE, headers=headers)
