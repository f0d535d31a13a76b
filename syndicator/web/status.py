"""The status page: how sources, queue, translation, models and disk are doing. For readers: no secrets, no paths."""

import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from syndicator.errors import TranslateError
from syndicator.model import Condition, Source, SourceState
from syndicator.publishing.catalogue import catalogue, noted
from syndicator.publishing.masthead import Version
from syndicator.publishing.pages.document import Page
from syndicator.publishing.text import clean, one_line
from syndicator.web import plot
from syndicator.web.figures import HOURS, delays, figures
from syndicator.web.insight import for_anybody, is_insider
from syndicator.web.negotiation import preferred_language
from syndicator.web.notices import SPOKEN
from syndicator.web.search import path_of
from syndicator.web.shown import answered, reader_language, shown
from syndicator.web.site import Site

if TYPE_CHECKING:
    from syndicator.store.sql import SqlStore

PATHS = ("status",)
SCRIPT = "status.js"
_URL = re.compile(r"\b([a-z][a-z0-9+.-]*://)([^\s/?#]*@)?([^\s?#]*)([?#]\S*)?", re.IGNORECASE)
_FOLDER = re.compile(r"(?<![\w/.:])/(?:[^\s/:;,]+/)+")
_LONGEST = 300

CONDITIONS = MappingProxyType(
    {
        Condition.NEW: (noted("new"), noted("not looked at yet")),
        Condition.OK: (noted("in order"), ""),
        Condition.MOVED: (noted("moved"), noted("it is at another address for good now")),
        Condition.EMPTY: (noted("empty"), noted("what it brought stays")),
        Condition.FLIPPING: (noted("inconsistent"), noted("its texts change back and forth")),
        Condition.WAITING: (noted("waiting"), noted("its server asked to be left alone for a while")),
        Condition.FAILING: (noted("failing"), noted("tried again by itself")),
        Condition.WEB_PAGE: (noted("no feed"), noted("a web page came where a feed should be")),
        Condition.CAPTIVE: (noted("network in between"), noted("the network answered in place of the source")),
        Condition.REFUSED: (noted("refused"), noted("asked again once a day")),
        Condition.GONE: (noted("gone"), noted("not asked any more")),
    }
)


def routes() -> list[Route]:
    """Return the routes of this module, below the base path."""
    return [Route("/status", status)]


def status(request: Request) -> Response:
    """Show how the desk is doing, in the language asked for or accepted."""
    site: Site = request.app.state.site
    accepted = preferred_language(request.headers.get("accept-language"), SPOKEN)
    language = reader_language(request, accepted)
    now = datetime.now(UTC)

    def make(store: "SqlStore") -> Response:
        page = Page(
            path=_version(language).path,
            language=language,
            title=catalogue(language).gettext("Status"),
            versions=tuple(map(_version, SPOKEN)),
            script=SCRIPT,
            is_live=True,
        )
        sources = _sources(site, store, language)
        told = sources if is_insider(request) else [for_anybody(one) for one in sources]
        values = _values(site, store, language, now=now)
        return shown(site, store, "status.html", page, {"sources": told, **values})

    return answered(site, make)


def _version(language: str) -> Version:
    return Version(language=language, path=f"status?lang={language}")


def _values(site: Site, store: "SqlStore", language: str, *, now: datetime) -> dict[str, object]:
    settings = site.settings
    found = delays(store.lately(since=now - timedelta(hours=HOURS)), now=now)
    _ = catalogue(language).gettext
    return {
        "now": now,
        "figures": figures(store, settings.languages, now=now),
        "waiting": sorted(store.waiting_counts(settings.languages).items()),
        "delays": [(one, _lasting(one.middle, language), _lasting(one.slow, language)) for one in found],
        "lines": plot.lines(found),
        "ticks": [(plot.height(one), _lasting(one, language)) for one in plot.TICKS],
        "hours": [(plot.across(HOURS - 1 - ago), f"−{ago}" if ago else _("now")) for ago in (0, 6, 12, 18)],
        "size": (plot.WIDTH, plot.HEIGHT),
        "models": models(site),
        "disk": disk(site),
        "searching": path_of(language) if language in settings.languages else None,
    }


def _sources(site: Site, store: "SqlStore", language: str) -> list[dict[str, object]]:
    states = store.source_states()
    configured = site.settings.source_list()
    return [source_health(one, states.get(one.slug, SourceState(slug=one.slug)), language) for one in configured]


def source_health(source: Source, state: SourceState, language: str) -> dict[str, object]:
    """Return how a source is doing, in words of a language; `where` and `detail` are for the operator alone."""
    word, advice = CONDITIONS[state.condition]
    _ = catalogue(language).gettext
    return {
        "name": one_line(clean(source.name or state.about.name or source.slug)),
        "where": public_address(source.url) if source.url else "",
        "condition": _(word),
        "is_well": state.condition in {Condition.OK, Condition.NEW},
        "advice": _(advice) if advice else "",
        "detail": public_words(state.detail or ""),
        "checked": state.checked,
        "due": state.due if state.condition is not Condition.GONE else None,
    }


def public_address(url: str) -> str:
    """Return an address as anybody may see it: keys stand before its host, or after "?"."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return clean(f"{parts.scheme}://{host}{parts.path}" + ("?…" if parts.query else ""))


def public_words(text: str) -> str:
    """Return what went wrong as anybody may read it: without the keys of addresses, and folders of this machine."""
    stripped = _URL.sub(lambda found: f"{found[1]}{found[3]}{'?…' if found[4] else ''}", one_line(clean(text)))
    return _FOLDER.sub("…/", stripped)[:_LONGEST]


def models(site: Site) -> list[dict[str, object]] | None:
    """Return the installed models; None where that can't be told."""
    from syndicator.translation.models import installed  # noqa: PLC0415 - files are served without all this

    try:
        found = installed(site.settings.models.directory)
    except TranslateError:
        return None
    return [
        {
            "from": one.ref.from_language,
            "to": one.ref.to_language,
            "version": one.ref.version,
            "megabytes": one.size_bytes / 1e6,
            "problem": public_words(one.problem or ""),
        }
        for one in found
    ]


def disk(site: Site) -> Sequence[float] | None:
    """Return how many gigabytes are free where editions are written, of how many; None where that can't be told."""
    try:
        usage = shutil.disk_usage(site.settings.feeds.directory)
    except OSError:
        return None
    return usage.free / 1e9, usage.total / 1e9


def _lasting(delay: timedelta, language: str) -> str:
    """Return a duration in words, in its largest unit: `5 min`, `2 ч`."""
    from babel.dates import format_timedelta  # noqa: PLC0415 - takes 0.1 s

    words = format_timedelta(delay, threshold=1.5, format="short", locale=language)
    return str(words).replace(" ", "\xa0")
