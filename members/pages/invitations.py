"""Invite people into an organisation, and see what became of it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.paging import page_number, whole_number
from base.web.inputs import read_input, read_with_files
from base.web.redirect import redirect
from base.web.render import page
from members.actions.invite_colleagues import (
    ColleagueList,
    Invited,
    OneColleague,
    check_colleagues,
    invite_colleague,
    invite_list,
    revoke_invitation,
    send_again,
)
from members.actions.let_in import Declining, decline, let_in
from members.actions.make_invitation_link import ManyUses, make_invitation_link
from members.colleagues import text_of_file
from members.current import need_member
from members.queries.invitations import invitations_page, invite_page
from members.viewer import Viewer

_HOME = "/organisations/{slug}/invitations"
Act = Callable[[Viewer, int], Awaitable[object]]


def _home(request: Request) -> str:
    return _HOME.format(slug=request.path_params["slug"])


async def invitations(request: Request) -> Response:
    """Show the invitations, narrowed and sorted as asked."""
    viewer, given = need_member(request), request.query_params
    found = await invitations_page(viewer, request.path_params["slug"], dict(given), page_number(given))
    return page(request, "members/invitations.html", found)


def form(template: str, *, many: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """Make the page of an empty form."""

    async def answer(request: Request) -> Response:
        found = await invite_page(need_member(request), request.path_params["slug"], many=many)
        return page(request, template, found)

    return answer


async def one(request: Request) -> Response:
    """Invite one colleague."""
    viewer, given = need_member(request), await read_input(request)
    found = await invite_page(viewer, request.path_params["slug"])
    try:
        done = await invite_colleague(viewer, found.id, OneColleague.read(given))
    except Invalid as error:
        return page(request, "members/invite_one.html", found, status=422, errors=error.errors, given=given)
    return redirect(_home(request), _told(done))


async def link(request: Request) -> Response:
    """Make a link for several."""
    viewer, given = need_member(request), await read_input(request)
    found = await invite_page(viewer, request.path_params["slug"])
    try:
        await make_invitation_link(viewer, found.id, ManyUses.read(given))
    except Invalid as error:
        return page(request, "members/invite_link.html", found, status=422, errors=error.errors, given=given)
    return redirect(_home(request), "The link is made. Copy it below and send it to your colleagues.")


async def check(request: Request) -> Response:
    """Show what would happen to each line of a list, typed or in a file; nothing is sent."""
    viewer = need_member(request)
    given, files = await read_with_files(request, 1)
    found = await invite_page(viewer, request.path_params["slug"], many=True)
    given = {**given, "lines": "\n".join([str(given.get("lines", "")), *(text_of_file(one.data) for one in files)])}
    try:
        read = ColleagueList.read(given)
        checked = await check_colleagues(viewer, found.slug, read.lines)
    except Invalid as error:
        return page(request, "members/invite_list.html", found, status=422, errors=error.errors, given=given)
    return page(request, "members/invite_checked.html", checked, given=given)


async def send(request: Request) -> Response:
    """Invite those on a list who can be."""
    viewer, given = need_member(request), await read_input(request)
    found = await invite_page(viewer, request.path_params["slug"], many=True)
    try:
        done = await invite_list(viewer, found.id, ColleagueList.read(given))
    except Invalid as error:
        return page(request, "members/invite_list.html", found, status=422, errors=error.errors, given=given)
    return redirect(_home(request), _told(done))


def _told(done: Invited) -> str:
    sent = "1 invitation is on its way." if done.sent == 1 else f"{done.sent} invitations are on their way."
    if not done.held:
        return sent
    held = "1 is held" if done.held == 1 else f"{done.held} are held"
    return f"{sent} {held} until an administrator of the organisation says that the address is right."


def act(work: Act, done: str) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that does one thing to one invitation and shows the list again."""

    async def answer(request: Request) -> Response:
        try:
            await work(need_member(request), request.path_params["id"])
        except Conflict as error:
            return redirect(_home(request), error.sentence, level="warning")
        return redirect(_home(request), done)

    return answer


async def admit(request: Request) -> Response:
    """Let somebody in who waits."""
    viewer, member_id = need_member(request), await _member(request)
    found = await invite_page(viewer, request.path_params["slug"])
    await let_in(viewer, found.id, member_id)
    return redirect(_home(request), "They belong to the organisation now.")


async def turn_away(request: Request) -> Response:
    """Say that somebody who waits does not belong here."""
    viewer, member_id = need_member(request), await _member(request)
    found = await invite_page(viewer, request.path_params["slug"])
    await decline(viewer, found.id, member_id, Declining())
    return redirect(_home(request), "They do not belong to the organisation. Their account stays.")


async def _member(request: Request) -> int:
    return whole_number((await read_input(request)).get("member")) or 0


ROUTES: list[BaseRoute] = [
    Route(_HOME, invitations, methods=["GET"]),
    Route(f"{_HOME}/one", form("members/invite_one.html"), methods=["GET"]),
    Route(f"{_HOME}/one", one, methods=["POST"]),
    Route(f"{_HOME}/link", form("members/invite_link.html"), methods=["GET"]),
    Route(f"{_HOME}/link", link, methods=["POST"]),
    Route(f"{_HOME}/list", form("members/invite_list.html", many=True), methods=["GET"]),
    Route(f"{_HOME}/list", check, methods=["POST"]),
    Route(f"{_HOME}/list/send", send, methods=["POST"]),
    Route(f"{_HOME}/let-in", admit, methods=["POST"]),
    Route(f"{_HOME}/turn-away", turn_away, methods=["POST"]),
    Route(f"{_HOME}/{{id:int}}/again", act(send_again, "The letter is on its way."), methods=["POST"]),
    Route(f"{_HOME}/{{id:int}}/revoke", act(revoke_invitation, "The invitation is taken back."), methods=["POST"]),
]
