"""The front page."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.queries.network import Network, network
from base.condition import Condition, one_of
from base.web.render import page
from forum.queries.listing import Wanted, listing
from forum.queries.thread_rows import ThreadRow
from kb.queries.practices import ArticleRow, practices_for
from members.current import viewer_of
from members.viewer import Viewer

FEED: Final = 8
CARDS: Final = 3
YOURS: Final = 4

TABS: Final = {
    "": Wanted(),
    "unanswered": Wanted(kind="question", state="unanswered"),
    "cases": Wanted(kind="case_study"),
    "discussions": Wanted(kind="discussion"),
}
MORE: Final = {
    "": "/latest",
    "unanswered": "/questions?state=unanswered",
    "cases": "/case-studies",
    "discussions": "/discussions",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What templates/app/home.html shows."""

    tab: str
    more: str
    threads: tuple[ThreadRow, ...]
    practices: tuple[ArticleRow, ...]
    yours: tuple[ThreadRow, ...]
    network: Network


async def home(request: Request) -> Response:
    """Show what is new, what is ready to reuse and where the viewer can help."""
    viewer = viewer_of(request)
    given = request.query_params.get("tab", "")
    tab = given if given in TABS else ""
    data = HomePage(
        tab=tab,
        more=MORE[tab],
        threads=(await listing(viewer, TABS[tab], size=FEED)).threads,
        practices=await practices_for(viewer, most=CARDS),
        yours=await _unanswered_for(viewer),
        network=await network(),
    )
    return page(request, "app/home.html", data)


async def _unanswered_for(viewer: Viewer) -> tuple[ThreadRow, ...]:
    """Return what others ask about the platforms the viewer works with, and nobody has answered."""
    if not viewer.platform_ids:
        return ()
    mine = one_of("x.platform_id", sorted(viewer.platform_ids))
    about = Condition(
        f"t.author_id <> ? AND t.id IN (SELECT x.thread_id FROM thread_platforms x WHERE {mine.sql})",  # noqa: S608
        (viewer.member_id, *mine.values),
    )
    wanted = Wanted(kind="question", state="unanswered", sort="new")
    return (await listing(viewer, wanted, size=YOURS, also=about)).threads


ROUTES: list[BaseRoute] = [Route("/", home, name="home")]
