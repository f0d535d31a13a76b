"""A real HTTP server on loopback, for tests to fetch from; knows just enough HTTP to misbehave on purpose.

::

    with Origin() as origin:
        origin.add("/feed.xml", body=b"...", headers={"Content-Type": "application/rss+xml", "ETag": '"1"'})
        origin.redirect("/old.xml", to="/feed.xml")
        fetch(origin.url("/feed.xml"))
        assert origin.requests[0].headers["User-Agent"] == "..."
"""

import gzip
import ssl
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from types import TracebackType
from typing import Any, ClassVar, Self

TOKEN_VALIDATORS = (("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it arrived. `path` holds the query, too; `headers` are looked up without regard to case."""

    method: str
    path: str
    headers: Message
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent. Content-Length is added unless `headers` names it; `None` as a header's value leaves it out."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    piece_bytes: int | None = None
    """Send the body in pieces of so many bytes; None: at once."""
    pause_seconds: float = 0.0
    """Wait this long after each piece (ends early when the server stops)."""


Handler = Callable[[Asked], Answer]
RawHandler = Callable[[Asked, socket], None]


class Origin:
    """The server. It starts with `with` and stops, cutting every connection, when the block ends. Thread-safe.

    Unknown paths are answered 404. GET and HEAD (and anything else) are treated alike. `requests` lists what was
    asked, in order of arrival, `connections` how many connections were accepted.
    """

    def __init__(self, host: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.requests: list[Asked] = []
        self.connections = 0
        self.stopping = threading.Event()
        """Set when the server stops; a handler waits on it in place of sleeping."""
        self.failures: list[BaseException] = []
        """What went wrong inside handlers; raised when the block ends."""
        self._routes: dict[str, Handler] = {}
        self._fallback: Handler | None = None
        self._raw: dict[str, RawHandler] = {}
        self._lock = threading.Lock()
        self._connections: set[socket] = set()
        self._tls = tls
        self._server = _Server((host, 0), _RequestHandler)
        self._server.origin = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def port(self) -> int:
        """Return the port, free at the time of construction."""
        return int(self._server.server_address[1])

    def url(self, path: str = "/") -> str:
        """Return the absolute URL of a path (which may hold a query)."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}{path}"

    def add(  # one optional knob for each way to answer
        self,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str | None] | None = None,
        status: int = 200,
        compress: bool = False,
        ranges: bool = False,
        piece_bytes: int | None = None,
        pause_seconds: float = 0.0,
    ) -> None:
        """Answer a path, replacing what it answered before.

        A 200 whose `headers` hold an ETag or Last-Modified answers 304 to a request that repeats it. `compress` sends
        gzip. With `ranges`, `Range: bytes=N-` gives a 206 (unless If-Range names another ETag). A path with a query
        is a path of its own; a request whose path with query is unknown falls back to the path without.
        """
        sent = dict(headers or {})
        if compress:
            body = gzip.compress(body)
            sent["Content-Encoding"] = "gzip"
        answer = Answer(status=status, body=body, headers=sent, piece_bytes=piece_bytes, pause_seconds=pause_seconds)

        def respond(asked: Asked) -> Answer:
            if status == 200 and _repeats_validator(asked, sent):
                return Answer(status=304, headers={name: sent[name] for name, _ in TOKEN_VALIDATORS if name in sent})
            if ranges:
                return _ranged(asked, answer)
            return answer

        self.respond(path, respond)

    def redirect(self, path: str, *, to: str, status: int = 301, body: bytes = b"") -> None:
        """Answer a path with a redirect; `to` goes into Location as it is."""
        self.add(path, status=status, headers={"Location": to}, body=body)

    def respond(self, path: str, handler: Handler) -> None:
        """Let a function answer a path; it is called in the connection's thread."""
        with self._lock:
            self._raw.pop(path, None)
            self._routes[path] = handler

    def otherwise(self, handler: Handler) -> None:
        """Let a function answer what no path was named for."""
        with self._lock:
            self._fallback = handler

    def raw(self, path: str, handler: RawHandler) -> None:
        """Give a path's connection, request read, to a function that writes bytes; it is closed afterwards."""
        with self._lock:
            self._raw[path] = handler

    def remove(self, path: str) -> None:
        """Answer 404 from now on."""
        with self._lock:
            self._routes.pop(path, None)
            self._raw.pop(path, None)

    def paths(self) -> list[str]:
        """Return the paths asked for so far, in order."""
        with self._lock:
            return [asked.path for asked in self.requests]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            _cut(connection)
        self._server.server_close()
        if self.failures and error is None:
            raise self.failures[0]

    # Called from the connections' threads.

    def _wrap(self, connection: socket) -> socket:
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with self._lock:
            self._connections.add(connection)
            self.connections += 1
        return connection

    def _forget(self, connection: socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def _note(self, asked: Asked) -> tuple[RawHandler | None, Handler | None]:
        with self._lock:
            self.requests.append(asked)
            bare = asked.path.split("?", 1)[0]
            raw = self._raw.get(asked.path) or self._raw.get(bare)
            return raw, self._routes.get(asked.path) or self._routes.get(bare) or self._fallback


def _repeats_validator(asked: Asked, headers: Mapping[str, str | None]) -> bool:
    """Return whether If-None-Match, else If-Modified-Since, repeats what we would send (RFC 9110 13.2.2)."""
    for name, condition in TOKEN_VALIDATORS:
        if asked.headers[condition] is not None:
            return headers.get(name) == asked.headers[condition]
    return False


def _ranged(asked: Asked, answer: Answer) -> Answer:
    wanted = asked.headers["Range"]
    condition = asked.headers["If-Range"]
    if not wanted or (condition and condition != answer.headers.get("ETag")):
        return answer
    start = int(wanted.removeprefix("bytes=").split("-")[0])
    total = len(answer.body)
    if start >= total:
        return Answer(status=416, headers={"Content-Range": f"bytes */{total}"})
    return Answer(
        status=206,
        body=answer.body[start:],
        headers={**answer.headers, "Content-Range": f"bytes {start}-{total - 1}/{total}"},
        piece_bytes=answer.piece_bytes,
        pause_seconds=answer.pause_seconds,
    )


def _cut(connection: socket) -> None:
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    origin: Origin

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - socketserver's signature
        try:
            connection = self.origin._wrap(request)
        except (ssl.SSLError, OSError):
            return  # the client did not like our certificate, or left
        try:
            super().finish_request(connection, client_address)
        finally:
            self.origin._forget(connection)
            if connection is not request:
                connection.close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 - socketserver's signature
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):  # a client that leaves is no failure
            self.origin.failures.append(error)


class _RequestHandler(BaseHTTPRequestHandler):
    protocol_version: ClassVar[str] = "HTTP/1.1"
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = Asked(
            method=self.command, path=self.path, headers=self.headers, body=self.rfile.read(length) if length else b""
        )
        raw, handler = self.server.origin._note(asked)
        if raw is not None:
            self.close_connection = True
            raw(asked, self.connection)
        else:
            self._send(handler(asked) if handler else Answer(status=404, body=b"not here"))

    do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815 - names that http.server looks for

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        if answer.status in (204, 304):
            headers.pop("Content-Length")
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        if headers.get("Content-Length", "") is None:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD" or answer.status in (204, 304):
            return
        piece = answer.piece_bytes or len(answer.body) or 1
        for start in range(0, len(answer.body), piece):
            self.wfile.write(answer.body[start : start + piece])
            if answer.pause_seconds and self.server.origin.stopping.wait(answer.pause_seconds):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is http.server's
        """Keep quiet: tests look at `requests`."""
