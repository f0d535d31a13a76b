"""Connect only to addresses that the whole world may reach, only until a deadline, and take in only so much.

Knows which addresses are meant for anybody (RFC 6890 and the IANA special-purpose registries, written out here since
`ipaddress.is_global` of Python 3.11 lets multicast, NAT64, 6to4 and others pass). The address that is checked is the
very one that is connected to, so neither odd spellings (`127.1`, `2130706433`) nor a name that resolves differently
the second time get around it. Refuses to know HTTP.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore2

from syndicator.errors import Forbidden, Refused, Unavailable

_BLOCKED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link local; cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved; broadcast
    )
)

# Only 2000::/3 is handed out for global unicast (RFC 4291 2.4); of that, these are special.
_GLOBAL_6 = IPv6Network("2000::/3")
_BLOCKED_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

_NAT64 = IPv6Network("64:ff9b::/96")

Networks = Sequence[IPv4Network | IPv6Network]


class Deadline:
    """The moment after which nothing is waited for, in seconds of `time.monotonic`. Not shared between threads."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return how many seconds are left; zero or less when it has passed."""
        return self._end - time.monotonic()

    def restart(self, seconds: float) -> None:
        """Count from now again."""
        self._end = time.monotonic() + seconds


class Intake:
    """How much more may come from a connection, however it is coded. Not shared between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes

    def allow(self, most_bytes: int) -> None:
        """Count anew from here."""
        self._left = most_bytes

    def take(self, size_bytes: int) -> None:
        """Count what came; raise httpcore2's error if it is too much."""
        self._left -= size_bytes
        if self._left < 0:
            raise httpcore2.ReadError("it sends far more than what the answer holds")


def check_address(address: str, *, allowed: Networks) -> None:
    """Raise `Forbidden` unless a numeric IP address is global unicast or lies in one of the `allowed` networks.

    An IPv4 address inside an IPv6 one (mapped, 6to4, NAT64) is judged by the IPv4 address; a zone is ignored.
    """
    try:
        given = ip_address(address.split("%", 1)[0])
    except ValueError as error:
        raise Refused(f"{address!r} is not an IP address") from error
    meant = _unwrapped(given)
    if any(one in network for network in allowed for one in (given, meant) if one.version == network.version):
        return
    if not _is_global(meant):
        raise Forbidden(
            f"{address} is not an address on the public Internet; allow_private, of the source or in [network], can "
            "allow it"
        )


def check_host(host: str, port: int, *, allowed: Networks | None, seconds: float) -> None:
    """Raise `Forbidden` unless each address that a name has now may be connected to.

    For libraries that connect by themselves. They may resolve the name otherwise a moment later: only hosts that the
    config names are to be trusted so far. `allowed` is as of `GuardedBackend`. Raises `Unavailable` where the name has
    no address.
    """
    if allowed is None:
        raise Forbidden(f'[network] allow = "none" forbids to connect to {host}')
    try:
        addresses = _resolve(host, port, Deadline(seconds))
    except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
        raise Unavailable(f"{host} has no address: {error}") from error
    for address in addresses:
        try:
            check_address(address, allowed=allowed)
        except Forbidden as error:
            raise Forbidden(f"{host}: {error}") from error


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that packets to an IPv6 address end up at, where that is so."""
    if isinstance(address, IPv4Address):
        return address
    embedded = address.ipv4_mapped or address.sixtofour
    if embedded is None and address in _NAT64:
        embedded = IPv4Address(int(address) & 0xFFFFFFFF)
    return embedded or address


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _BLOCKED_4)
    return address in _GLOBAL_6 and not any(address in network for network in _BLOCKED_6)


class GuardedBackend(httpcore2.NetworkBackend):
    """How httpcore2 opens connections: each address is checked, each wait ends at the deadline.

    `allowed` are networks off the public Internet that may be reached, too; None: nothing may be reached. Raises
    `Forbidden` when a name has no address that may be connected to; all else as httpcore2's own errors. The name stays
    the one that TLS asks for and verifies, since httpcore2 starts TLS itself, above this.
    """

    def __init__(self, *, allowed: Networks | None, deadline: Deadline, intake: Intake) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._intake = intake

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore2's signature; the deadline stands in for it
        local_address: str | None = None,  # noqa: ARG002 - httpcore2's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore2's signature
    ) -> httpcore2.NetworkStream:
        """Resolve a name and connect to the first of its addresses that is allowed and answers."""
        if self._allowed is None:
            raise Forbidden(f'[network] allow = "none" forbids to connect to {host}')
        addresses = _permitted(host, _resolve(host, port, self._deadline), self._allowed)
        failure: Exception = httpcore2.ConnectTimeout("no connection in time")
        for position, address in enumerate(addresses):
            # An address that swallows packets must leave time for those after it.
            seconds = self._deadline.remaining() / (len(addresses) - position)
            if seconds <= 0:
                break
            try:
                # A numeric address is connected to as it is, without being looked up again.
                stream = httpcore2.SyncBackend().connect_tcp(address, port, timeout=seconds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _LimitedStream(stream, self._deadline, self._intake)
        raise failure


def _permitted(host: str, addresses: Sequence[str], allowed: Networks) -> list[str]:
    permitted = []
    refusal: Refused | None = None
    for address in addresses:
        try:
            check_address(address, allowed=allowed)
        except Refused as error:
            refusal = error
        else:
            permitted.append(address)
    if refusal is not None and not permitted:
        raise Forbidden(f"{host}: {refusal}") from refusal
    return permitted


def _resolve(host: str, port: int, deadline: Deadline) -> list[str]:
    """Return the numeric addresses of a name, best first; raise httpcore2's errors when there are none in time.

    `getaddrinfo` can't be interrupted, so it runs in a thread that is left behind when the deadline passes.
    """
    if _is_numeric(host):
        return [host]
    answer: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put([str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except OSError as error:
            answer.put(error)
        except ValueError:  # a name that IDNA can't encode, or with a NUL in it
            answer.put(OSError("not a host name"))

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=max(deadline.remaining(), 0.0))
    except queue.Empty as error:
        raise httpcore2.ConnectTimeout("the name server did not answer in time") from error
    if isinstance(found, OSError):
        raise httpcore2.ConnectError(found.strerror or str(found)) from found
    return found


def _is_numeric(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


class _LimitedStream(httpcore2.NetworkStream):
    """A connection whose every wait ends at the deadline, however few bytes trickle in before or however many rush."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline, intake: Intake) -> None:
        self._stream = stream
        self._deadline = deadline
        self._intake = intake

    def _left(self, error: type[Exception]) -> float:
        seconds = self._deadline.remaining()
        if seconds <= 0:
            raise error("not finished in time")
        return seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore2's signature
        received = self._stream.read(max_bytes, self._left(httpcore2.ReadTimeout))
        self._intake.take(len(received))
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - httpcore2's signature
        self._stream.write(buffer, self._left(httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - httpcore2's signature
    ) -> httpcore2.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, self._left(httpcore2.ConnectTimeout))
        except ValueError as error:  # a name that no certificate can hold, such as one with a leading dot
            raise httpcore2.ConnectError(str(error)) from error
        return _LimitedStream(stream, self._deadline, self._intake)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore2's signature
        return self._stream.get_extra_info(info)
