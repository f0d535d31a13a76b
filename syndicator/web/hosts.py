"""Decide whom a request is addressed to and where it comes from. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from syndicator.web.messages import Header

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ANY = "*"


def allowed_hosts(named: Iterable[str], *, bound: str, base_url: str | None) -> frozenset[bytes]:
    """Return the names that we answer to: those the operator names, that of the public address, this machine's own.

    A page elsewhere can have a browser ask us under its own name, once that name's DNS entry points here (DNS
    rebinding); the name in the Host field gives it away.
    """
    names = {*LOOPBACK, *named}
    if bound not in {"0.0.0.0", "::"}:  # noqa: S104 - not a name that anybody asks for
        names.add(f"[{bound}]" if ":" in bound else bound)
    if base_url and (host := urlsplit(base_url).hostname):
        names.add(f"[{host}]" if ":" in host else host)
    return frozenset(name.lower().encode() for name in names)


def is_for_us(fields: Mapping[bytes, bytes], allowed: frozenset[bytes], *, version: str) -> bool:
    """Return whether the Host field names us; only HTTP/1.0 may lack it, and no browser speaks that."""
    host = fields.get(b"host")
    if host is None:
        return version == "1.0"
    return ANY.encode() in allowed or _name(host) in allowed


def is_same_origin(fields: Mapping[bytes, bytes], *, base_url: str | None) -> bool | None:
    """Return whether a request was made by a page of ours; None where it does not tell, as no browser's does.

    Fetch metadata outranks Origin; both must not contradict. Origin is compared with the Host field, since the browser
    sets both, and with the public address, since a proxy may have replaced Host.
    """
    site = fields.get(b"sec-fetch-site")
    origin = fields.get(b"origin")
    if site is None and origin is None:
        return None
    if site is not None and site != b"same-origin":
        return False
    if origin is None:
        return True
    scheme, _, authority = origin.decode("latin-1").lower().partition("://")
    ours = {fields.get(b"host", b"").decode("latin-1").lower()}
    if base_url:
        ours.add(urlsplit(base_url).netloc.lower())
    return scheme in {"http", "https"} and bool(authority) and authority in ours


def cross_origin(fields: Mapping[bytes, bytes], allowed: Sequence[str]) -> tuple[Header, ...]:
    """Return the header fields by which a browser lets a page of another site read an answer; none unless allowed.

    What is asked for with no more than GET has no preflight (Fetch, 3.2); no credentials are ever let through.
    """
    origin = fields.get(b"origin", b"")
    if not origin or (origin.decode("latin-1") not in allowed and ANY not in allowed):
        return ()
    return ((b"access-control-allow-origin", origin), (b"access-control-expose-headers", b"ETag"))


def _name(host: bytes) -> bytes:
    """Return a Host field without its port, in lower case."""
    name, colon, port = host.rpartition(b":")
    is_port = colon and (not port or port.isdigit()) and not (name.count(b":") and not name.endswith(b"]"))
    return (name if is_port else host).lower()
