"""Have an address to serve at, or say in a sentence what to do about it. Knows sockets and their limits; no HTTP."""

import errno
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from syndicator.errors import ServeError

BACKLOG = 2048
"""Connections that wait to be accepted."""
_UNSENT_BYTES = 64 << 10
"""What the kernel keeps of an answer for a client that does not take it: else some MB for each of a thousand."""
_SPARE_FILES = 128
"""Descriptors for all but connections: files, the store, threads' own."""
_PRIVILEGED = "needs privileges: choose a port from 1024 on, or have a proxy listen there (docs/serving.md)"
_WORDS = {
    errno.EADDRINUSE: "is in use: end what listens there (`ss -ltnp` names it), or choose another port: [web] port",
    errno.EACCES: _PRIVILEGED,
    errno.EPERM: _PRIVILEGED,
    errno.EADDRNOTAVAIL: 'is no address of this machine: write [web] host = "127.0.0.1", or "0.0.0.0" for all it has',
}


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Listen at every address that a name stands for, on one port (0: any that is free); close at the end.

    Of several addresses, those that this machine lacks are left out. Raises `ServeError`.
    """
    with ExitStack() as closing:
        sockets: list[socket.socket] = []
        problem: OSError | None = None
        for family, where in _addresses(host, port):
            try:
                number = sockets[0].getsockname()[1] if sockets else port
                one = socket.create_server((where, number), family=family, backlog=BACKLOG)
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES)
            except OSError as error:
                problem = error
                if error.errno != errno.EADDRNOTAVAIL:
                    break
            else:
                sockets.append(closing.enter_context(one))
        if problem and (not sockets or problem.errno != errno.EADDRNOTAVAIL):
            words = _WORDS.get(problem.errno or 0, f"can't be served at: {problem.strerror}")
            raise ServeError(f"{host} port {port} {words}.") from problem
        yield sockets


def address_of(one: socket.socket) -> str:
    """Return the address that a socket listens at, as people type it."""
    host, port, *_ = one.getsockname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def room_for(wanted: int) -> int:
    """Return how many connections there can be, after raising the limit of open files as far as that is ours to do."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - _SPARE_FILES))


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        raise ServeError(f'There is no address {host!r} to serve at: write [web] host = "127.0.0.1".') from error
    return list(dict.fromkeys((family, str(where[0])) for family, _, _, _, where in found))
