"""Decide whom a request is addressed to and where it comes from. Pure."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

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


def _name(host: bytes) -> bytes:
    """Return a Host field without its port, in lower case."""
    name, colon, port = host.rpartition(b":")
    is_port = colon and (not port or port.isdigit()) and not (name.count(b":") and not name.endswith(b"]"))
    return (name if is_port else host).lower()
