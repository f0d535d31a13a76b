"""Decide who may see more than what is published anyway: whoever sits at this machine, or has the token."""

from collections.abc import Mapping
from ipaddress import ip_address

from starlette.requests import Request

from syndicator.web.hosts import LOOPBACK, is_for_us
from syndicator.web.messages import fields_of
from syndicator.web.orders import bearer_token
from syndicator.web.site import Site
from syndicator.web.tokens import is_token

_LOCAL = frozenset(name.encode() for name in LOOPBACK)
_PASSED_ON = (b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via")
_OF_SOURCES = ("where", "detail")


def is_insider(request: Request) -> bool:
    """Tell whether a request comes from this machine, by its own name and not through a proxy, or brings the token.

    What a proxy on this machine passes on comes from loopback, too: it is told by the name that was asked for, by the
    fields that proxies add, and by HTTP/1.0, which no browser speaks.
    """
    site: Site = request.app.state.site
    fields = fields_of(request.headers.raw)
    if (token := bearer_token(fields)) is not None:
        return is_token(token, site.settings.web.token)
    is_passed_on = any(name in fields for name in _PASSED_ON) or request.scope["http_version"] == "1.0"
    return not is_passed_on and is_for_us(fields, _LOCAL, version="1.1") and _is_loopback(request)


def for_anybody(health: Mapping[str, object]) -> dict[str, object]:
    """Return how a source is doing without where it is read and what its server said: that may be nobody's business."""
    return {name: "" if name in _OF_SOURCES else value for name, value in health.items()}


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
