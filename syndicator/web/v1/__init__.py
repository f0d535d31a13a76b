"""Tell programs what is published, as JSON: stories, editions, sources, how the desk is doing. Read-only (docs/api.md).

::

    stories.py      what was published, page by page, and one story in all its languages
    desk.py         editions, sources and status
    asked.py        parameters and cursors    answers.py  entity tags, compression    problems.py  errors
    openapi.json    all of it, described for programs (OpenAPI 3.1)

No more is told than feeds, pages and /status show: an entry is the very item that stands in the JSON Feed.
"""

from starlette.routing import Route

from syndicator.web.v1 import desk, stories
from syndicator.web.v1.problems import nothing_here

PREFIX = "api/v1"
"""Below the base path."""


def routes() -> list[Route]:
    """Return the routes of this package, below the base path; the last two answer what there is not."""
    return [
        *(Route(f"/{PREFIX}{path}", endpoint) for path, endpoint in (*stories.ROUTES, *desk.ROUTES)),
        Route(f"/{PREFIX}", nothing_here),
        Route(f"/{PREFIX}/{{rest:path}}", nothing_here),
    ]
