"""The administration: how the site is, and what could not be delivered."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.actions.retry import Retry, retry
from app.queries.health import Figures, figures, journal_page
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member


@dataclass(frozen=True, slots=True)
class AdminPage:
    """What templates/app/admin.html shows."""

    figures: Figures


async def overview(request: Request) -> Response:
    """Show how the site is."""
    return page(request, "app/admin.html", AdminPage(await figures(need_member(request))))


async def journal(request: Request) -> Response:
    """Show what happened, newest first, and what could not be delivered."""
    found = await journal_page(need_member(request), page_number(request.query_params))
    return page(request, "app/journal.html", found)


async def try_again(request: Request) -> Response:
    """Give dead letters another try: one, or all of them."""
    number = await retry(need_member(request), Retry.read(await read_input(request)))
    return redirect("/admin/journal", f"{number} will be tried again." if number else "There was nothing to try again.")


ROUTES: list[BaseRoute] = [
    Route("/admin", overview, name="admin"),
    Route("/admin/journal", journal, name="admin.journal"),
    Route("/admin/journal/retry", try_again, methods=["POST"]),
]
