"""JSON doors to invitations: to make them, to see what became of them, and to accept one."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.accept_invitation import Acceptance, accept_as_new, accept_signed_in, found_invitation
from members.actions.come_by_invitation import Came
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
from members.actions.make_invitation_link import MadeLink, ManyUses, make_invitation_link
from members.current import need_member, set_session, viewer_of
from members.device_cookie import device_of
from members.queries.colleagues import CheckedLine
from members.queries.invitations import InvitationRow, WaitingRow, invitations_page, invite_page
from members.queries.invited import InvitedPage, invited_page


@dataclass(frozen=True, slots=True)
class InvitationsOut:
    """A page of the invitations into an organisation, and who waits to be let in."""

    total: int
    page: int
    pages: int
    counts: dict[str, int]
    invitations: tuple[InvitationRow, ...]
    waiting: tuple[WaitingRow, ...]


@dataclass(frozen=True, slots=True)
class CheckedOut:
    """What would happen to each line of a list."""

    counts: dict[str, int]
    lines: tuple[CheckedLine, ...]


@dataclass(frozen=True, slots=True)
class AcceptedOut:
    """Where the member belongs now, or asks to; `signed_in` is false while a letter has to confirm the address."""

    organisation: str
    asked: str
    signed_in: bool


_ALL = "/api/v1/organisations/{slug}/invitations"
_ONE = "/api/v1/invitations/{id:int}"
_HELD = "/api/v1/invitation/{token}"
_ASKED = {
    "state": "sent, opened, held, accepted, expired or revoked.",
    "sort": "newest, name or expires.",
    "page": "Page number, from 1.",
}


@endpoint("GET", _ALL, output=InvitationsOut, query=_ASKED, summary="Invitations into it", tag="organisations")
async def all_invitations(request: Request, given: None) -> InvitationsOut:
    """Return a page of the invitations into an organisation."""
    asked = request.query_params
    found = await invitations_page(need_member(request), request.path_params["slug"], dict(asked), page_number(asked))
    here = found.page
    return InvitationsOut(here.total, here.number, here.pages, dict(found.counts), found.invitations, found.waiting)


@endpoint("POST", _ALL, input=OneColleague, output=Invited, status=201, summary="Invite one", tag="organisations")
async def new_invitation(request: Request, given: OneColleague) -> Invited:
    """Invite one colleague by letter."""
    viewer = need_member(request)
    found = await invite_page(viewer, request.path_params["slug"])
    return await invite_colleague(viewer, found.id, given)


@endpoint("POST", f"{_ALL}/check", input=ColleagueList, output=CheckedOut, summary="Check a list", tag="organisations")
async def check_list(request: Request, given: ColleagueList) -> CheckedOut:
    """Say what would happen to each line of a list; nothing is sent."""
    found = await check_colleagues(need_member(request), request.path_params["slug"], given.lines)
    return CheckedOut(dict(found.checked.counts), found.checked.lines)


@endpoint(
    "POST", f"{_ALL}/list", input=ColleagueList, output=Invited, status=201, summary="Invite a list",
    tag="organisations",
)  # fmt: skip
async def new_invitations(request: Request, given: ColleagueList) -> Invited:
    """Invite those on a list who can be."""
    viewer = need_member(request)
    found = await invite_page(viewer, request.path_params["slug"])
    return await invite_list(viewer, found.id, given)


@endpoint(
    "POST", f"{_ALL}/link", input=ManyUses, output=MadeLink, status=201, summary="Make a link for several",
    tag="organisations",
)  # fmt: skip
async def new_link(request: Request, given: ManyUses) -> MadeLink:
    """Make a link by which several people may come."""
    viewer = need_member(request)
    found = await invite_page(viewer, request.path_params["slug"])
    return await make_invitation_link(viewer, found.id, given)


@endpoint("POST", f"{_ONE}/letter", output=None, summary="Send its letter again", tag="organisations")
async def another_letter(request: Request, given: None) -> None:
    """Send the letter of an invitation again, or for the first time where it was held."""
    await send_again(need_member(request), request.path_params["id"])


@endpoint("DELETE", _ONE, output=None, summary="Take an invitation back", tag="organisations")
async def no_invitation(request: Request, given: None) -> None:
    """Take an invitation back; whoever came by it stays."""
    await revoke_invitation(need_member(request), request.path_params["id"])


@endpoint("GET", _HELD, output=InvitedPage, summary="An invitation, for who holds its link", tag="accounts")
async def held_invitation(request: Request, given: None) -> InvitedPage:
    """Return an invitation to the holder of its link."""
    viewer, token = viewer_of(request), request.path_params["token"]
    return await invited_page(viewer, token, await found_invitation(viewer, token))


@endpoint(
    "POST", f"{_HELD}/account", input=Acceptance, output=AcceptedOut, summary="Accept with a new account",
    tag="accounts",
)  # fmt: skip
async def accept_invitation(request: Request, given: Acceptance) -> Response:
    """Accept with a new account; signed in by cookie where the link proves the mailbox."""
    viewer = viewer_of(request)
    invitation = await found_invitation(viewer, request.path_params["token"])
    done = await accept_as_new(viewer, invitation, given, device=device_of(request))
    body = {"organisation": done.came.organisation, "asked": done.came.asked, "signed_in": bool(done.secret)}
    response = JSONResponse(body, headers={"Cache-Control": "private, no-store"})
    if done.secret:
        set_session(request, response, done.secret)
    return response


@endpoint("POST", _HELD, output=Came, summary="Accept as who is signed in", tag="accounts")
async def accept_as_member(request: Request, given: None) -> Came:
    """Accept with the account that is signed in."""
    viewer = need_member(request)
    return await accept_signed_in(viewer, await found_invitation(viewer, request.path_params["token"]))


ENDPOINTS: list[Endpoint[Any]] = [
    all_invitations,
    new_invitation,
    check_list,
    new_invitations,
    new_link,
    another_letter,
    no_invitation,
    held_invitation,
    accept_invitation,
    accept_as_member,
]
