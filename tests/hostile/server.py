"""An origin that sends whatever bytes a case says, over raw sockets: nothing here keeps it from breaking HTTP."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

CERTIFICATES = Path(__file__).parent / "certificates"
PIECE = 16_384


class Link:
    """One connection, the request read. Each way to send ends quietly when the other side has left."""

    def __init__(self, connection: socket.socket, request: bytes, stopping: threading.Event) -> None:
        self._connection = connection
        self.request = request
        self._stopping = stopping

    def send(self, *parts: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(b"".join(parts))

    def drip(self, text: bytes, *, every: float = 0.02) -> None:
        """Send a byte now and then."""
        for byte in text:
            self.send(bytes([byte]))
            if self._stopping.wait(every):
                return

    def flood(self, text: bytes) -> None:
        """Send the same for ever, as fast as it is taken."""
        many = text * max(1, PIECE // len(text))
        while not self._stopping.is_set():
            self.send(many)

    def hang(self) -> None:
        """Say nothing more, and don't close."""
        with contextlib.suppress(OSError):
            while self._connection.recv(PIECE) and not self._stopping.is_set():
                pass

    def reset(self) -> None:
        """Break the connection off with a RST."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()


Act = Callable[[Link], None]


class HostileOrigin:
    """Serves cases by path, until the block ends; `requests` are what was asked, byte for byte.

    With a `certificate` (a name in `certificates/`) it speaks TLS. `raw` acts before anything is read.
    """

    def __init__(
        self,
        acts: Mapping[str, Act],
        *,
        certificate: str | None = None,
        tls: ssl.SSLContext | None = None,
        raw: Act | None = None,
    ) -> None:
        self._acts = acts
        self._raw = raw
        self._tls = tls or (served(certificate) if certificate else None)
        self.requests: list[bytes] = []
        self.failures: list[BaseException] = []
        self._stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def url(self, path: str) -> str:
        """Return the address of a path; by name where it speaks TLS."""
        return f"https://localhost:{self.port}{path}" if self._tls else f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        if self.failures and error is None:
            raise self.failures[0]

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        self._connections.add(connection)
        try:
            with connection:
                self._answer(connection)
        except (OSError, ValueError):
            pass  # the other side has left, or we have
        except BaseException as error:  # noqa: BLE001 - told at the end of the block
            self.failures.append(error)
        finally:
            self._connections.discard(connection)

    def _answer(self, connection: socket.socket) -> None:
        if self._raw:
            self._raw(Link(connection, b"", self._stopping))
            return
        if self._tls:
            with self._tls.wrap_socket(connection, server_side=True) as secured:
                self._talk(secured)
        else:
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(PIECE)
            if not piece:
                return
            request += piece
        self.requests.append(request)
        path = request.split(b" ")[1].decode("latin-1").split("?")[0]
        act = self._acts.get(path, _nothing)
        act(Link(connection, request, self._stopping))
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            connection.recv(1)  # let what was sent arrive before the close resets it


def served(certificate: str, **minimum: ssl.TLSVersion) -> ssl.SSLContext:
    """Return how a server shows one of the certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / f"{certificate}.pem")
    for name, version in minimum.items():
        setattr(context, name, version)
    return context


def _nothing(link: Link) -> None:
    link.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
