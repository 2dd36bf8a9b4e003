"""The administration: how the site is, and what could not be delivered."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.queries.health import DeadLetter, EntryRow, Figures, dead_letters, figures, journal_rows
from base.errors import Missing, Refused
from base.journal.deliver import revive
from base.paging import Page, page_number, whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class AdminPage:
    """What templates/app/admin.html shows."""

    figures: Figures


@dataclass(frozen=True, slots=True)
class JournalPage:
    """What templates/app/journal.html shows."""

    entries: list[EntryRow]
    dead: list[DeadLetter]
    page: Page
    at: datetime | None = None


def need_admin(request: Request) -> Viewer:
    """Return the viewer, who must be an administrator."""
    viewer = need_member(request)
    if not viewer.is_admin:
        raise Refused("This part of the site is for administrators.")
    return viewer


async def overview(request: Request) -> Response:
    """Show how the site is."""
    need_admin(request)
    return page(request, "app/admin.html", AdminPage(await figures()))


async def journal(request: Request) -> Response:
    """Show what happened, newest first, and what could not be delivered."""
    need_admin(request)
    number = page_number(request.query_params)
    total, entries = await journal_rows(number)
    at = Page(number, 50, total)
    if number > at.pages:
        raise Missing("There is no such page.")
    return page(request, "app/journal.html", JournalPage(entries, await dead_letters(), at))


async def retry(request: Request) -> Response:
    """Give dead letters another try: one, or all of them."""
    need_admin(request)
    given = (await read_input(request)).get("id")
    wanted = whole_number(given)
    if given is not None and wanted is None:
        raise Missing("There is no such delivery.")
    number = await revive(None if wanted is None else [wanted])
    return redirect("/admin/journal", f"{number} will be tried again." if number else "There was nothing to try again.")


ROUTES: list[BaseRoute] = [
    Route("/admin", overview, name="admin"),
    Route("/admin/journal", journal, name="admin.journal"),
    Route("/admin/journal/retry", retry, methods=["POST"]),
]
