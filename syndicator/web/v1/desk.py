"""Tell which editions there are, how the sources are doing, and what waits: what the front page and /status show."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from syndicator import __version__
from syndicator.model import EditionState, SourceState
from syndicator.publishing import atom, jsonfeed, rss
from syndicator.publishing.masthead import INDEX, Masthead, edition_folder
from syndicator.web.figures import figures
from syndicator.web.insight import for_anybody, is_insider
from syndicator.web.notices import SPOKEN
from syndicator.web.site import Site
from syndicator.web.status import disk, models, source_health
from syndicator.web.v1.answers import as_json, told
from syndicator.web.v1.asked import Unclear, cursor, following, limit_of, one_of, place_of, values_of
from syndicator.web.v1.problems import Problem
from syndicator.web.v1.stories import masthead_of

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore


def editions(request: Request) -> Response:
    """Tell the editions that are published, with the addresses of their feeds."""

    def make(store: "SqlStore") -> dict[str, Any]:
        from syndicator.pipeline.publishing import published  # noqa: PLC0415 - files are served without all this

        site: Site = request.app.state.site
        values = values_of(request.query_params, ("language", "limit", "cursor"))
        language = one_of(values, "language", site.settings.languages)
        masthead = masthead_of(site, store)
        found = {edition_folder(one.key): one for one in published(store.editions(), masthead)}
        folders = sorted(name for name, one in found.items() if language in {None, one.key.language})
        page, place = _page(folders, values)
        items = [_edition(found[name], masthead) for name in page]
        return {"items": items, "next": following(request.url.path, values, place)}

    return told(request, make)


def sources(request: Request) -> Response:
    """Tell how each source is doing, in words; no credentials, and no folders of this machine."""

    def make(store: "SqlStore") -> dict[str, Any]:
        site: Site = request.app.state.site
        values = values_of(request.query_params, ("limit", "cursor"))
        configured = {one.slug: one for one in site.settings.source_list()}
        states = store.source_states()
        page, place = _page(sorted(configured), values)
        items = []
        for slug in page:
            health = source_health(configured[slug], states.get(slug, SourceState(slug=slug)), SPOKEN[0])
            told = health if is_insider(request) else for_anybody(health)
            items.append({"slug": slug, "kind": configured[slug].kind, **_with_times(told)})
        return {"items": items, "next": following(request.url.path, values, place)}

    return told(request, make)


def status(request: Request) -> Response:
    """Tell what waits, what is held and how quickly it goes, which models there are, and how much room."""

    def make(store: "SqlStore") -> dict[str, Any]:
        site: Site = request.app.state.site
        values_of(request.query_params, ())
        languages = site.settings.languages
        room = disk(site)
        return {
            "version": __version__,
            "languages": list(languages),
            "figures": figures(store, languages, now=datetime.now(UTC)),
            "waiting": [
                {"from": pair[0], "to": pair[1], "articles": count}
                for pair, count in sorted(store.waiting_counts(languages).items())
            ],
            "models": models(site),
            "disk": {"free_gb": round(room[0], 1), "total_gb": round(room[1], 1)} if room else None,
        }

    return told(request, make)


def openapi(request: Request) -> Response:
    """Tell programs what there is here."""
    try:
        values_of(request.query_params, ())
    except Unclear as error:
        return Problem(400, str(error))
    site: Site = request.app.state.site
    document = json.loads(resources.files(__package__).joinpath("openapi.json").read_bytes())
    return as_json(request, {**document, "servers": [{"url": f"{site.base}api/v1"}]})


ROUTES: Sequence[tuple[str, Callable[[Request], Response]]] = (
    ("/editions", editions),
    ("/sources", sources),
    ("/status", status),
    ("/openapi.json", openapi),
)


def _page(names: Sequence[str], values: dict[str, str]) -> tuple[Sequence[str], str | None]:
    """Return the names, of sorted ones, that stand on the page asked for, and where the next one begins."""
    limit = limit_of(values)
    place = place_of(values, str)
    rest = [name for name in names if place is None or name > str(place[0])]
    return rest[:limit], cursor(rest[limit - 1]) if len(rest) > limit else None


def _edition(edition: EditionState, masthead: Masthead) -> dict[str, Any]:
    key = edition.key
    folder = edition_folder(key)
    return {
        "language": key.language,
        "source": key.source,
        "topic": key.topic,
        "is_bilingual": key.is_bilingual,
        "name": masthead.topic_name(key) if key.topic is not None else None,
        "is_current": edition.changed == edition.published,
        "page": masthead.url(folder + INDEX),
        "atom": masthead.url(folder + atom.FILE),
        "rss": masthead.url(folder + rss.FILE),
        "json_feed": masthead.url(folder + jsonfeed.FILE),
    }


def _with_times(health: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in health.items()}
