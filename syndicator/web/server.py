"""The serving process: its sockets, signals and limits. uvicorn does the HTTP; what it leaves open is closed here."""

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import uvicorn

from syndicator.config import Settings
from syndicator.errors import ConfigError
from syndicator.log import logger
from syndicator.web.app import build_app
from syndicator.web.connection import Connection, Patience, cut_overdue
from syndicator.web.messages import Receive, Scope, Send
from syndicator.web.sockets import BACKLOG, address_of, listening, room_for

GRACE_SECONDS = 6
"""What is being sent gets this long to be taken after the signal to stop."""
_IDLE_SECONDS = 15
_WATCH_SECONDS = 1


def serve(
    load: Callable[[], Settings],
    *,
    host: str | None,
    port: int | None,
    ready: Callable[[str], None],
    tied: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP takes new settings from `load`, unless they are broken.

    `host` and `port` outrank the settings; `ready` is told the address once there is one. With `tied`, the end of
    standard input is a signal to stop, too: whoever started us is gone. Call in the main thread. Raises `ServeError` if
    the address can't be had, and what `load` raises at the start.
    """
    settings = load()
    name, number = host or settings.web.host, settings.web.port if port is None else port
    with listening(name, number) as sockets:
        served = _Served(settings, bound=name)
        patience = _patience(settings)
        server = _Server(served, patience)

        def reload() -> None:
            try:
                served.take(load())
            except ConfigError as error:
                logger().warning("config_refused", problems=[str(problem) for problem in error.problems])
            else:
                logger().info("config_taken")

        async def run() -> None:
            _obey_signals(server, served, reload=reload, tied=tied)
            address = address_of(sockets[0])
            logger().info("serving", address=address, pid=os.getpid(), connections=patience.connections)
            ready(address)
            watch = asyncio.create_task(_watch(server))
            try:
                await server.serve(sockets)
            finally:
                watch.cancel()

        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            runner.run(run())
    logger().info("serving_ended")


class _Served:
    """The application in force; another takes its place when the settings change.

    What goes on for long (listening, indexing) ends with the application that began it.
    """

    def __init__(self, settings: Settings, *, bound: str) -> None:
        self._bound = bound
        self._stopping = asyncio.Event()
        self._app = build_app(settings, bound=bound, stopping=self._stopping)

    def take(self, settings: Settings) -> None:
        """Answer by these settings from now on."""
        stopping = asyncio.Event()
        self._app = build_app(settings, bound=self._bound, stopping=stopping)
        self.end()
        self._stopping = stopping

    def end(self) -> None:
        """Bring what goes on for long to its end."""
        self._stopping.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """uvicorn's server with our connections; signals are ours."""

    def __init__(self, app: _Served, patience: Patience) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        super().__init__(
            uvicorn.Config(
                cast("Any", app),
                http=cast("Any", partial(Connection, patience=patience)),
                loop="uvloop",
                ws="none",
                lifespan="off",
                interface="asgi3",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_IDLE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
                backlog=BACKLOG,
            )
        )

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the event loop: uvicorn would raise them once more at the end."""
        yield


def _patience(settings: Settings) -> Patience:
    seconds = settings.web.timeout.total_seconds()
    return Patience(
        head_seconds=seconds,
        body_seconds=2 * seconds,
        taking_seconds=3 * seconds,
        connections=room_for(settings.web.connections),
    )


def _obey_signals(server: _Server, served: _Served, *, reload: Callable[[], None], tied: bool) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True
        served.end()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, reload)
    # Whoever started us may have blocked them for itself, and that is inherited.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
    if tied:
        _stop_with_input(loop, stop)


async def _watch(server: _Server) -> None:
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if count := cut_overdue(server.server_state.connections, time.monotonic()):
            logger().info("slow_clients_cut", connections=count)


def _stop_with_input(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    def heard() -> None:
        with suppress(BlockingIOError):
            if not os.read(0, 1024):
                loop.remove_reader(0)
                stop()

    os.set_blocking(0, False)
    loop.add_reader(0, heard)
