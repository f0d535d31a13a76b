"""What the pages of the server share: their language, the frame around them, their style and scripts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from syndicator.errors import StoreError
from syndicator.log import logger
from syndicator.publishing.pages.document import Page, render
from syndicator.web.notices import SPOKEN, notice
from syndicator.web.site import Site

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore

_FILES = {"served.css": "text/css", "status.js": "text/javascript"}
PATHS = tuple(_FILES)
_NOT_LISTED = {"X-Robots-Tag": "noindex", "Vary": "Accept-Language"}


class Unavailable(Response):
    """Says in the reader's language that the page can't be had now."""

    def __init__(self, site: Site) -> None:
        super().__init__(status_code=503)
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - Starlette's signature
        """Send it."""
        home = self._site.base
        retry = (b"retry-after", b"10")
        await notice(scope, send, 503, more=(retry,), home=home, languages=self._site.settings.languages)


def routes() -> list[Route]:
    """Return the routes of this module, below the base path."""
    return [Route(f"/{name}", _file, name=name) for name in _FILES]


def _file(request: Request) -> Response:
    name = request.url.path.rpartition("/")[2]
    content = resources.files(__package__).joinpath("static", name).read_bytes()
    return Response(content, media_type=_FILES[name], headers={"Cache-Control": "public, max-age=3600"})


@contextmanager
def opened(site: Site) -> Iterator["SqlStore"]:
    """Open the store, but make none: who looks changes nothing. Raises StoreError."""
    from syndicator.store.opening import exists  # noqa: PLC0415 - files are served without all this

    if not exists(site.settings.database.url):
        raise StoreError("there is no store yet")
    with site.open_store() as store:
        yield store


def answered(site: Site, make: Callable[["SqlStore"], Response]) -> Response:
    """Return what `make` makes of the store; where that can't be used, say so."""
    try:
        with opened(site) as store:
            return make(store)
    except StoreError as error:
        logger().warning("page_unavailable", reason=str(error))
        return Unavailable(site)


def shown(site: Site, store: "SqlStore", template: str, page: Page, values: dict[str, Any]) -> Response:
    """Return a page of ours in the frame that all have."""
    from syndicator.wiring import make_masthead  # noqa: PLC0415 - likewise

    masthead = make_masthead(site.settings, store)
    body = render(template, page, masthead=masthead, values={"base": site.base, **values}, package=__package__)
    return Response(body, media_type="text/html", headers=_NOT_LISTED | {"Content-Language": page.spoken})


def reader_language(request: Request, accepted: str | None) -> str:
    """Return the language to speak in: as asked for (`?lang=`), else what the reader accepts, else English."""
    asked = request.query_params.get("lang", "")
    return asked if asked in SPOKEN else accepted or SPOKEN[0]
