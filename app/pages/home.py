"""The front page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.actions.set_up import hide_next_steps
from app.queries.network import Network, network
from app.queries.next_steps import NextStep, left_to_do
from base.web.answers import Theirs
from base.web.kept_answers import shared_or_own
from base.web.redirect import redirect
from base.web.render import page
from forum.pages.news_marks import marks_of, with_holes
from forum.queries.concerned import wrote_one
from forum.queries.listing import Wanted, listing, unanswered_for
from forum.queries.thread_rows import ThreadRow
from kb.queries.practices import ArticleRow, practices_for
from members.current import need_member, viewer_of
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
    steps: tuple[NextStep, ...] = ()


async def home(request: Request) -> Response:
    """Show what is new, what is ready to reuse and where the viewer can help."""
    viewer = viewer_of(request)
    given = request.query_params.get("tab", "")
    tab = given if given in TABS else ""
    # What is left to do is no act of anybody, and a page that tells of it is not kept.
    if steps := await left_to_do(viewer):
        data = await _home_page(viewer, tab, steps)
    else:
        data = await shared_or_own(request, viewer, lambda who: _home_page(who, tab), _theirs)
    return page(request, "app/home.html", data)


async def _home_page(viewer: Viewer, tab: str, steps: tuple[NextStep, ...] = ()) -> HomePage:
    return HomePage(
        tab=tab,
        more=MORE[tab],
        threads=with_holes(viewer, (await listing(viewer, TABS[tab], size=FEED)).threads),
        practices=await practices_for(viewer, most=CARDS),
        yours=await unanswered_for(viewer, most=YOURS),
        network=await network(),
        steps=steps,
    )


def _theirs(data: HomePage) -> Theirs:
    marks, asked = marks_of(data.threads), [row.id for row in data.yours]

    async def theirs(member: Viewer) -> Mapping[str, str] | None:
        return None if await wrote_one(member, asked) else await marks(member)

    return theirs


async def put_away(request: Request) -> Response:
    """Take the list of next steps off the front page."""
    await hide_next_steps(need_member(request))
    return redirect("/", "The list is put away. Settings → The site brings it back.")


ROUTES: list[BaseRoute] = [
    Route("/", home, name="home"),
    Route("/admin/next-steps/hide", put_away, methods=["POST"]),
]
