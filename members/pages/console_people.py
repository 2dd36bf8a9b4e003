"""The people of an organisation, in its console: who waits, who belongs, and what is done about each."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.keep_place_title import PlaceTitle, keep_place_title
from members.actions.let_in import Declining, decline, let_in
from members.actions.make_org_admin import make_org_admin, transfer_role, unmake_org_admin
from members.actions.pause_place import Pause, pause_place, resume_place
from members.actions.remove_leaver import Leaving, remove_leaver
from members.current import need_member
from members.pages.confirm_again import confirming
from members.pages.console import CONSOLE, home
from members.queries.console import console_of
from members.queries.console_people import console_people, console_person
from members.viewer import Viewer

Given = Mapping[str, object]
Act = Callable[[Viewer, int, int, Given], Awaitable[object]]

_PEOPLE: Final = f"{CONSOLE}/people"


async def people(request: Request) -> Response:
    """Show the people, narrowed as asked."""
    viewer, given = need_member(request), request.query_params
    found = await console_people(viewer, request.path_params["slug"], dict(given), page_number(given))
    return page(request, "members/console_people.html", found)


async def person(request: Request) -> Response:
    """Show one of the people, with what may be done."""
    found = await console_person(need_member(request), request.path_params["slug"], request.path_params["id"])
    return page(request, "members/console_person.html", found)


async def _let_in(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await let_in(viewer, organisation_id, member_id)


async def _decline(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await decline(viewer, organisation_id, member_id, Declining.read(given))


async def _pause(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await pause_place(viewer, organisation_id, member_id, Pause.read(given))


async def _resume(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await resume_place(viewer, organisation_id, member_id)


async def _title(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await keep_place_title(viewer, organisation_id, member_id, PlaceTitle.read(given))


async def _make_admin(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await make_org_admin(viewer, organisation_id, member_id)


async def _unmake_admin(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await unmake_org_admin(viewer, organisation_id, member_id)


async def _transfer(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await transfer_role(viewer, organisation_id, member_id)


async def _remove(viewer: Viewer, organisation_id: int, member_id: int, given: Given) -> None:
    await remove_leaver(viewer, organisation_id, member_id, Leaving.read(given))


# What is done, the words for it, and whether the whole console is shown afterwards, or the organisation's page.
_ACTS: Final[Mapping[str, tuple[Act, str, str]]] = {
    "let-in": (_let_in, "They belong to the organisation now.", "console"),
    "decline": (_decline, "They do not belong to the organisation, and are told. Their account stays.", "console"),
    "pause": (_pause, "Suspended here: their place gives nothing until you let them back.", "person"),
    "resume": (_resume, "They are back.", "person"),
    "title": (_title, "Saved.", "person"),
    "make-admin": (_make_admin, "An administrator of the organisation now.", "person"),
    "unmake-admin": (_unmake_admin, "No administrator any more.", "person"),
    "transfer": (_transfer, "The role is theirs now. You are staff.", "page"),
    "remove": (_remove, "Removed: sign-ins and tokens are ended. What is to be handed over stands below.", "person"),
}


def _after(request: Request, where: str) -> str:
    if where == "page":
        return f"/organisations/{request.path_params['slug']}"
    return home(request, "" if where == "console" else f"/people/{request.path_params['id']}")


def act(work: Act, done: str, where: str) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that does one thing about one person."""

    async def answer(request: Request) -> Response:
        viewer, slug, member_id = need_member(request), request.path_params["slug"], request.path_params["id"]
        given = await read_input(request)
        head, _ = await console_of(viewer, slug)
        try:
            await work(viewer, head.id, member_id, given)
        except Invalid as error:
            found = await console_person(viewer, slug, member_id)
            return page(request, "members/console_person.html", found, status=422, errors=error.errors, given=given)
        except Conflict as error:
            return redirect(_after(request, "person"), error.sentence, level="warning")
        return redirect(_after(request, where), done)

    return confirming(answer)


ROUTES: list[BaseRoute] = [
    Route(_PEOPLE, people, methods=["GET"]),
    Route(f"{_PEOPLE}/{{id:int}}", person, methods=["GET"]),
    *(Route(f"{_PEOPLE}/{{id:int}}/{name}", act(*one), methods=["POST"]) for name, one in _ACTS.items()),
]
