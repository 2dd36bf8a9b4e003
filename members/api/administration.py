"""JSON doors for administrators."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.grant import Grant, grant, revoke
from members.actions.invite import Invitation, invite
from members.actions.place import Placing, place, remove
from members.actions.reset_two_steps import TwoStepsReset, reset_two_steps
from members.actions.suspend import Suspension, restore, suspend
from members.current import need_member
from members.queries.administration import AdminPersonPage, AdminRow, admin_people_page, admin_person_page


@dataclass(frozen=True, slots=True)
class AdminPeopleOut:
    """A page of all people."""

    total: int
    page: int
    pages: int
    people: tuple[AdminRow, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """A role just given."""

    grant: int


_ASKED = {
    "q": "Part of the name, the handle or the address.",
    "state": "active, unverified, staged, suspended, leaving or gone.",
    "role": "A role they hold.",
    "page": "Page number, from 1.",
}
_ONE = "/api/v1/admin/people/{id:int}"


@endpoint("GET", "/api/v1/admin/people", output=AdminPeopleOut, query=_ASKED, summary="All people", tag="admin")
async def admin_people(request: Request, given: None) -> AdminPeopleOut:
    """Return a page of all people."""
    asked = request.query_params
    found = await admin_people_page(need_member(request), dict(asked), page_number(asked))
    return AdminPeopleOut(found.page.total, found.page.number, found.page.pages, found.people)


@endpoint("GET", _ONE, output=AdminPersonPage, summary="One person with roles and places", tag="admin")
async def admin_person(request: Request, given: None) -> AdminPersonPage:
    """Return one person with everything that can be changed."""
    return await admin_person_page(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_ONE}/roles", input=Grant, output=Granted, status=201, summary="Give a role", tag="admin")
async def give_role(request: Request, given: Grant) -> Granted:
    """Give a role."""
    return Granted(await grant(need_member(request), request.path_params["id"], given))


@endpoint("DELETE", "/api/v1/admin/roles/{id:int}", output=None, summary="Take a role back", tag="admin")
async def take_role(request: Request, given: None) -> None:
    """Take a role back."""
    await revoke(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_ONE}/suspension", input=Suspension, output=None, summary="Suspend", tag="admin")
async def suspend_member(request: Request, given: Suspension) -> None:
    """Close an account."""
    await suspend(need_member(request), request.path_params["id"], given)


@endpoint("DELETE", f"{_ONE}/suspension", output=None, summary="Let somebody back", tag="admin")
async def restore_member(request: Request, given: None) -> None:
    """Open an account again."""
    await restore(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_ONE}/places", input=Placing, output=None, summary="Place in an organisation", tag="admin")
async def place_member(request: Request, given: Placing) -> None:
    """Make somebody staff, or an administrator, of an organisation."""
    await place(need_member(request), request.path_params["id"], given)


@endpoint("DELETE", f"{_ONE}/places/{{organisation:int}}", output=None, summary="Take out of it", tag="admin")
async def remove_member(request: Request, given: None) -> None:
    """Say that somebody has left an organisation."""
    await remove(need_member(request), request.path_params["id"], request.path_params["organisation"])


@endpoint(
    "POST",
    f"{_ONE}/two-factor/reset",
    input=TwoStepsReset,
    output=None,
    summary="Turn off their two steps",
    tag="admin",
)
async def reset_member_two_steps(request: Request, given: TwoStepsReset) -> None:
    """Let somebody who lost their app sign in with the password alone; every sign-in of theirs ends."""
    await reset_two_steps(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_ONE}/invitation", input=Invitation, output=None, summary="Invite", tag="admin")
async def invite_member(request: Request, given: Invitation) -> None:
    """Hand somebody known from an import their account."""
    await invite(need_member(request), request.path_params["id"], given)


ENDPOINTS: list[Endpoint[Any]] = [
    admin_people,
    admin_person,
    give_role,
    take_role,
    suspend_member,
    restore_member,
    place_member,
    remove_member,
    invite_member,
    reset_member_two_steps,
]
