"""Answer at an address of its own: /metrics, /healthz, /readyz. Knows HTTP; refuses to know what is answered.

Not at the server for readers: what is here tells which sources there are and how they do, and whoever may read feeds
need not know that. So it is on this machine alone unless the operator writes another address.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from syndicator.errors import ServeError
from syndicator.log import logger

_SECONDS = 30.0
"""From connecting until the answer is taken; then the connection is cut, whoever is slow."""
_CONNECTIONS = 16
"""At a time; a scraper needs one."""
_POLL_SECONDS = 0.5

Answer = tuple[HTTPStatus, bytes, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is answered. Called in threads of the server."""

    metrics: Callable[[str | None], tuple[bytes, str]]
    """Given an Accept field: the text, and its media type."""
    health: Callable[[], str | None]
    """What is wrong, in words; None: nothing."""
    readiness: Callable[[], str | None]


@contextmanager
def answering(address: tuple[str, int], answers: Answers) -> Iterator[str]:
    """Answer while the context lasts; yield the URL. Port 0 takes any that is free. Raises `ServeError`."""
    server = _Server(_listening(*address), answers, host=address[0])
    thread = threading.Thread(target=server.serve_forever, args=[_POLL_SECONDS], name="monitor", daemon=True)
    thread.start()
    try:
        host, port = server.server_address[:2]
        yield f"http://[{host!s}]:{port}/" if ":" in str(host) else f"http://{host!s}:{port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, *_, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(where[:2], family=family)
    except OSError as error:
        raise ServeError(
            f"{host} port {port} can't be listened at ({error.strerror or error}): choose another for [metrics] listen."
        ) from error


def is_asked_rightly(field: str | None, *, host: str) -> bool:
    """Tell whether a Host field is one that who operates us writes: an address, a name without a dot, or `host`.

    A page elsewhere can have a browser ask us under its own name, once that name's DNS entry points here (DNS
    rebinding); such a name has a dot in it, and is not `host`.
    """
    if field is None:
        return True  # HTTP/1.0: no browser
    name = field.rpartition(":")[0] if field.rpartition(":")[2].isdecimal() else field
    name = name.lower().removeprefix("[").removesuffix("]")
    with suppress(ValueError):
        ipaddress.ip_address(name)
        return True
    return name == host.lower() or "." not in name.removesuffix(".")


class _Server(ThreadingMixIn, TCPServer):
    """A server of a few connections, none of which lasts."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listening: socket.socket, answers: Answers, *, host: str) -> None:
        super().__init__(("", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.server_address = listening.getsockname()
        self.answers = answers
        self.host = host
        self._lock = threading.Lock()
        self._open: dict[Any, float] = {}

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        with self._lock:
            is_full = len(self._open) >= _CONNECTIONS
            if not is_full:
                self._open[request] = time.monotonic()
        if is_full:
            super().shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - likewise
        with self._lock:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Cut off who takes too long; called twice a second."""
        with self._lock:
            overdue = [one for one, began in self._open.items() if time.monotonic() - began > _SECONDS]
        for one in overdue:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - likewise
        """Tell of nothing: a client that went away is its own affair."""


class _Handler(BaseHTTPRequestHandler):
    """One request, one answer."""

    server: _Server
    timeout = _SECONDS

    def do_GET(self) -> None:
        """Answer."""
        status, body, media_type = self._answer()
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def _answer(self) -> Answer:
        if not is_asked_rightly(self.headers.get("Host"), host=self.server.host):
            return _said(HTTPStatus.MISDIRECTED_REQUEST, "ask by address, or by the name in [metrics] listen")
        answers = self.server.answers
        try:
            match self.path.partition("?")[0]:
                case "/metrics":
                    return HTTPStatus.OK, *answers.metrics(self.headers.get("Accept"))
                case "/healthz":
                    return _checked(answers.health())
                case "/readyz":
                    return _checked(answers.readiness())
        except Exception:  # noqa: BLE001 - the web request boundary
            logger().exception("monitor_failed", path=self.path)
            return _said(HTTPStatus.INTERNAL_SERVER_ERROR, "this went wrong; the log says how")
        return _said(HTTPStatus.NOT_FOUND, "there are /metrics, /healthz and /readyz")

    def version_string(self) -> str:
        """Return what stands in the Server field."""
        return "syndicator"

    def log_message(self, *_: object) -> None:
        """Tell of nothing: it would be a line every few seconds."""


def _checked(complaint: str | None) -> Answer:
    return _said(HTTPStatus.OK, "ok") if complaint is None else _said(HTTPStatus.SERVICE_UNAVAILABLE, complaint)


def _said(status: HTTPStatus, words: str) -> Answer:
    return status, f"{words}\n".encode(), "text/plain; charset=utf-8"
