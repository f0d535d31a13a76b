"""One request: is it for us, and who answers it. The order of the questions is the order of the code below.

To add a page, give its module a `routes()` like that of `api.py`, name it in `_ROUTES`, and its path in `DYNAMIC` (what
begins so) or among `_pages` (what is called so).
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.routing import Mount

from syndicator.config import Settings
from syndicator.log import logger
from syndicator.web import api, events, search, shown, status, v1
from syndicator.web.files import Files
from syndicator.web.hosts import allowed_hosts, cross_origin, is_for_us
from syndicator.web.messages import GUARDS, POLICY, App, Header, Message, Receive, Scope, Send, fields_of, is_read
from syndicator.web.notices import notice
from syndicator.web.orders import Orders
from syndicator.web.paths import Retired, as_sent
from syndicator.web.shelf import Shelf
from syndicator.web.site import Site
from syndicator.web.topics import Topics
from syndicator.web.v1.problems import problem

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore

DYNAMIC = ("api/",)
"""What below the base path is no file. Such names outrank files of the same name."""
_ROUTES = (api.routes, search.routes, status.routes, events.routes, shown.routes, v1.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The whole server as an ASGI application."""

    files: Files
    pages: App
    hosts: frozenset[bytes]
    base: str
    dynamic: tuple[bytes, ...]
    """The beginnings of the paths that `pages` answers."""
    named: frozenset[bytes]
    """Whole paths that `pages` answers."""
    languages: Sequence[str]
    programs: bytes
    """The beginning of the paths whose errors are read by programs."""
    origins: Sequence[str]
    """Other sites whose pages may read what is below `programs`."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Nothing that goes wrong in it goes further (DESIGN section 7)."""
        begun = False

        async def told(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._answer(scope, receive, told)
        except Exception:
            logger().exception("request_failed", method=scope["method"], path=scope["path"])
            if begun:
                raise  # the client must see that the answer is cut off
            await self._notice(scope, send, 500)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        fields = fields_of(scope["headers"])
        host = fields.get(b"host")
        if (host is None and scope["http_version"] != "1.0") or b"," in (host or b""):  # none, or several
            await self._notice(scope, send, 400)  # RFC 9112 3.2
        elif not is_for_us(fields, self.hosts, version=scope["http_version"]):
            await self._notice(scope, send, 421)
        elif self._is_for_programs(scope) and not is_read(scope):
            await self._notice(scope, send, 405, (b"allow", b"GET, HEAD"))
        elif self._is_for_programs(scope):
            await self.pages(scope, receive, _guarded(send, *cross_origin(fields, self.origins)))
        elif scope["raw_path"] in self.named or scope["raw_path"].startswith(self.dynamic):
            await self.pages(scope, receive, _guarded(send))
        else:
            await self.files(scope, send, fields)

    def _is_for_programs(self, scope: Scope) -> bool:
        path: bytes = scope["raw_path"]
        return path == self.programs or path.startswith(self.programs + b"/")

    async def _notice(self, scope: Scope, send: Send, status: int, *more: Header) -> None:
        if self._is_for_programs(scope):
            await problem(scope, send, status, more=more)
        else:
            await notice(scope, send, status, more=more, home=self.base, languages=self.languages)


def build_app(settings: Settings, *, bound: str, stopping: asyncio.Event | None = None) -> Front:
    """Return the application for these settings; `bound` is the name or address that it is served at.

    What goes on for long ends when `stopping` is set.
    """
    base_url = settings.feeds.base_url
    base = base_path(settings)
    site = Site(
        settings=settings, base=base, open_store=partial(_store, settings), stopping=stopping or asyncio.Event()
    )
    pages = Starlette(routes=[Mount(unquote(base).rstrip("/"), routes=[one for routes in _ROUTES for one in routes()])])
    pages.state.site = site
    pages.state.indexer = search.Indexer(site)
    pages.state.live = events.Live(site)
    web = settings.web
    return Front(
        files=Files(
            shelf=Shelf(
                settings.feeds.directory,
                max_bytes=web.memory_mb << 20,
                max_age=web.max_age,
                now=time.time,
                amend=partial(search.with_box, base=base),
            ),
            retired=Retired(moved=web.moved, gone=web.gone),
            base=base,
            languages=settings.languages,
            topics=Topics(hubs=settings.websub.hubs, base_url=base_url),
        ),
        pages=Orders(
            app=cast("App", pages), token=web.token, base_url=base_url, home=base, languages=settings.languages
        ),
        hosts=allowed_hosts(web.hosts, bound=bound, base_url=base_url),
        base=base,
        dynamic=tuple((base + name).encode() for name in DYNAMIC),
        named=frozenset((base + name).encode() for name in _pages(settings)),
        languages=settings.languages,
        programs=(base + v1.PREFIX).encode(),
        origins=web.api_origins,
    )


def base_path(settings: Settings) -> str:
    """Return the path of the public address, as it is sent: for `https://example.org/новости/` that is percent-encoded.

    What is published for `https://example.org/feeds/` is below `/feeds/`.
    """
    return as_sent(unquote(urlsplit(settings.feeds.base_url or "/").path)) or "/"


def _pages(settings: Settings) -> list[str]:
    return [*(search.path_of(language) for language in settings.languages), *status.PATHS, *events.PATHS, *shown.PATHS]


def _store(settings: Settings) -> "AbstractContextManager[SqlStore]":
    # Files are served without a store: a quick start, and 60 MB less.
    from syndicator.wiring import opened_store  # noqa: PLC0415

    return opened_store(settings)


def _guarded(send: Send, *more: Header) -> Send:
    """Add to an answer what every answer carries, and `more`."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = {name for name, _ in message.get("headers", ())}
            ours = (*GUARDS, (b"content-security-policy", POLICY), (b"cache-control", b"no-store"))
            message["headers"] = [*message.get("headers", ()), *(one for one in ours if one[0] not in named), *more]
        await send(message)

    return guarded
