"""Tell the status page what changes while it is open: server-sent events (HTML, 9.2).

One look at the store serves all who listen, and none is made while nobody does.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from syndicator.errors import StoreError
from syndicator.log import logger
from syndicator.web.figures import figures
from syndicator.web.hosts import is_same_origin
from syndicator.web.messages import fields_of
from syndicator.web.shown import Unavailable, opened
from syndicator.web.site import Site

PATHS = ("events",)
MOST_LISTENERS = 32
_LOOK_SECONDS = 2.0
_HEARTBEAT_SECONDS = 15.0
"""Silence after which proxies take a connection for dead is 30 to 60 seconds."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_TYPE = "text/event-stream"


def routes() -> list[Route]:
    """Return the routes of this module, below the base path."""
    return [Route("/events", events)]


async def events(request: Request) -> Response:
    """Stream the numbers of the status page each time that they change; to pages of ours alone."""
    live: Live = request.app.state.live
    if is_same_origin(fields_of(request.headers.raw), base_url=live.site.settings.feeds.base_url) is False:
        return Response(status_code=403)
    if request.method == "HEAD":
        return Response(headers=_HEADERS, media_type=_TYPE)
    if live.listeners >= MOST_LISTENERS or live.site.stopping.is_set():
        return Unavailable(live.site)
    return _Listening(live)


class _Listening(StreamingResponse):
    """An answer that has its place from the moment it is made: many may ask in one turn of the event loop."""

    def __init__(self, live: "Live") -> None:
        super().__init__(live.stream(), headers=_HEADERS, media_type=_TYPE)
        self._live = live
        live.listeners += 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and give the place back, however it ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._live.leave()


class Live:
    """The newest numbers, and who waits for them. For one event loop."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.listeners = 0
        self._newest = ""
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def stream(self) -> AsyncIterator[str]:
        """Yield events until the server stops or whoever listens goes."""
        yield "retry: 5000\n\n"
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        told = ""
        while not self.site.stopping.is_set():
            if self._newest != told:
                told = self._newest
                yield f"data: {told}\n\n"
            elif not await self._wait(self._changed, _HEARTBEAT_SECONDS):
                yield ": still here\n\n"

    def leave(self) -> None:
        """Have one listener less; after the last, nobody looks."""
        self.listeners -= 1
        if not self.listeners and self._looking is not None:
            self._looking.cancel()
            self._looking = None  # it may take a turn to end, and must not be taken for one that goes on

    async def _look(self) -> None:
        """Look at the store again and again while somebody listens."""
        while not self.site.stopping.is_set():
            with suppress(StoreError):
                newest = await asyncio.to_thread(self._figures)
                if newest != self._newest:
                    self._newest = newest
                    self._changed.set()
                    self._changed = asyncio.Event()
            await self._wait(self.site.stopping, _LOOK_SECONDS)
        logger().info("events_ended", listeners=self.listeners)

    def _figures(self) -> str:
        with opened(self.site) as store:
            return json.dumps(figures(store, self.site.settings.languages, now=datetime.now(UTC)))

    async def _wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait for an event or the server's end; return whether either came in time."""
        waiting = [asyncio.ensure_future(each.wait()) for each in {event, self.site.stopping}]
        try:
            done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        return bool(done)
