"""One client's connection, watched: who is too slow, sends too much or keeps a place that others need is cut off.

uvicorn times nothing but idle connections. Here a request's head, its body and the taking of an answer each have a
deadline, looked at once a second for all connections together, so that a request costs no timer.
"""

import asyncio
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState


class Stage(IntEnum):
    """What a connection waits for; the lower, the sooner it makes room for another."""

    IDLE = 0
    HEAD = 1
    BODY = 2
    ANSWER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long and how much a client may take."""

    head_seconds: float
    """From connecting, or from the first byte of a request, to the end of its head."""
    body_seconds: float
    taking_seconds: float
    """Without taking what was sent: a piece of 64 kB in 30 seconds is 2 kB a second."""
    connections: int
    head_bytes: int = 32 << 10


class _Outlet:
    """A transport that takes no offence at being written to after its end.

    Between the end of a connection and our being told of it, uvloop raises RuntimeError in whoever answers.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Send, or drop what nobody waits for any more."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else a transport can do
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """uvicorn's connection with its stage noted."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        patience: Patience,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._patience = patience
        self._head_bytes = 0
        self.stage = Stage.HEAD
        self.since = time.monotonic()
        """When the stage began."""
        self.untaken_since: float | None = None
        """Since when the client has not taken what was sent; None while nothing waits for it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Make room if there is none."""
        transport = cast("asyncio.Transport", _Outlet(transport))
        if len(self.connections) >= self._patience.connections and not _make_room(self.connections):
            transport.abort()
            self.transport = transport
            return
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes in, but no head without an end."""
        if self.stage <= Stage.HEAD:
            self._head_bytes += len(data)
        try:
            super().data_received(data)
        finally:
            if self.stage == Stage.HEAD and self._head_bytes > self._patience.head_bytes:
                self._refuse(431, "Request header fields too large.")

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._enter(Stage.HEAD)

    def on_headers_complete(self) -> None:
        """Begin to answer, while the body may still come."""
        self._head_bytes = 0
        self._enter(Stage.BODY)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Have the whole request."""
        super().on_message_complete()
        self._enter(Stage.IDLE if self.cycle.response_complete else Stage.ANSWER)

    def on_response_complete(self) -> None:
        """Be done, unless the body is still to come or the next request is here."""
        super().on_response_complete()
        if self.stage == Stage.ANSWER:
            self._enter(Stage.ANSWER if self.pipeline or not self.cycle.response_complete else Stage.IDLE)

    def resume_writing(self) -> None:
        """Note that the client takes what is sent."""
        self.untaken_since = None
        super().resume_writing()

    def is_overdue(self, now: float) -> bool:
        """Return whether the client has taken too long. To be asked about once a second."""
        if self.transport.get_write_buffer_size() == 0:
            self.untaken_since = None
        elif self.untaken_since is None:
            self.untaken_since = now
        elif now - self.untaken_since > self._patience.taking_seconds:
            return True
        waited = now - self.since
        if self.stage == Stage.HEAD:
            return waited > self._patience.head_seconds
        return self.stage == Stage.BODY and waited > self._patience.body_seconds

    def cut(self) -> None:
        """Close at once, whatever is under way."""
        self.transport.abort()

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.since = time.monotonic()

    def _refuse(self, status: int, words: str) -> None:
        body = words.encode()
        head = f"HTTP/1.1 {status} \r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {len(body)}\r\n"
        self.transport.write(f"{head}connection: close\r\n\r\n".encode() + body)
        self.transport.close()


def cut_overdue(connections: "set[Any]", now: float) -> int:
    """Close the connections whose client is too slow; return how many those were."""
    overdue = [each for each in connections if isinstance(each, Connection) and each.is_overdue(now)]
    for each in overdue:
        each.cut()
    return len(overdue)


def _make_room(connections: "set[Any]") -> bool:
    """Close the connection that can best be spared: idle before slow, longest first. Return whether there was one.

    One that is being answered, and takes what it gets, is never closed for another.
    """
    spare = [
        each
        for each in connections
        if isinstance(each, Connection) and (each.stage < Stage.ANSWER or each.untaken_since is not None)
    ]
    if not spare:
        return False
    chosen = min(spare, key=lambda each: (each.stage, each.since))
    connections.discard(chosen)  # before the transport says that it is closed, or the next one is counted too many
    chosen.cut()
    return True
