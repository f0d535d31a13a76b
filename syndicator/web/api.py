"""Orders by HTTP. Whoever gets here is entitled (`orders.py`); each order is done by a job elsewhere, not in here."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syndicator.model import Condition
from syndicator.web.site import Site


def routes() -> list[Route]:
    """Return the routes of this module, below the base path."""
    return [Route("/api/sources/{slug}/read-now", read_now, methods=["POST"])]


def read_now(request: Request) -> Response:
    """Have a source be due at once: the daemon reads it with its next tick, or the next `run --due` does.

    202 with the source's slug; 404 for a source that is not configured; 409 for one whose origin said 410.
    """
    site: Site = request.app.state.site
    slug = request.path_params["slug"]
    if slug not in {source.slug for source in site.settings.source_list()}:
        return JSONResponse({"error": "there is no such source in the configuration"}, status_code=404)
    with site.open_store() as store:
        if store.source_state(slug).condition is Condition.GONE:
            return JSONResponse({"error": "its origin says that it is gone for good"}, status_code=409)
        store.bring_forward(slug)
    return JSONResponse({"source": slug, "state": "due"}, status_code=202)
