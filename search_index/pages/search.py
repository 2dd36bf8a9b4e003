"""The search page."""

from collections.abc import Mapping, Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from base.web.answers import Keep
from base.web.kept_answers import keep
from base.web.render import page
from members.current import viewer_of
from members.viewer import Viewer
from search_index import searches
from search_index.engine import state_of_index
from search_index.queries.asked import Asked, asked_of
from search_index.queries.results import note, results


def parameters(request: Request) -> Mapping[str, Sequence[str]]:
    """Return the parameters of the address, each with all its values."""
    given = request.query_params
    return {name: given.getlist(name) for name in given}


async def search(request: Request) -> Response:
    """Show what was found; visitors get the same again while nothing was written, neither here nor into the index."""
    viewer, before = viewer_of(request), state_of_index()
    found = await results(viewer, asked_of(parameters(request)))
    if before is not None and not found.notice:
        # Whatever was written may be on its way into the index, which is changed a little later.
        # Of what was found only the page is kept, and what is counted of it.
        seen = partial(_count, viewer, found.asked, found.total, found.group)
        keep(request, Keep(here=lambda: state_of_index() == before, meanwhile=_never, seen=seen))
    return page(request, "search_index/search.html", found, status=503 if found.notice else 200)


def _count(viewer: Viewer, asked: Asked, total: int, group: str, _scope: Scope) -> None:
    note(viewer, asked, total, group)


async def _never() -> bool:
    return False


async def opened(request: Request) -> Response:
    """Count that a result of a search was opened, by nobody in particular."""
    viewer = viewer_of(request)
    searches.opened(request.query_params.get("q", ""), viewer.locale)
    return Response(status_code=204)


ROUTES: list[BaseRoute] = [
    Route("/search", search, name="search"),
    Route("/search/opened", opened, methods=["POST"], name="search.opened"),
]
