"""JSON doors to the people of an organisation, for those who decide who belongs to it."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.keep_place_title import PlaceTitle, keep_place_title
from members.actions.let_in import Declining, decline, let_in
from members.actions.make_org_admin import make_org_admin, transfer_role, unmake_org_admin
from members.actions.pause_place import Pause, pause_place, resume_place
from members.actions.remove_leaver import Leaving, Left, remove_leaver
from members.current import need_member
from members.queries.console import console_of
from members.queries.console_people import ConsolePersonPage, PlaceRow, console_people, console_person

_PEOPLE: Final = "/api/v1/organisations/{slug}/console/people"
_ONE: Final = f"{_PEOPLE}/{{id:int}}"
_ASKED: Final = {
    "q": "Part of the name, the handle or the title.",
    "state": "active, paused, pending, left or declined; without it active and paused.",
    "role": "staff or org_admin.",
    "page": "Page number, from 1.",
}


@dataclass(frozen=True, slots=True)
class ConsolePeopleOut:
    """A page of an organisation's people."""

    total: int
    page: int
    pages: int
    counts: dict[str, int]
    people: tuple[PlaceRow, ...]


def _id(request: Request) -> int:
    return int(request.path_params["id"])


async def _here(request: Request) -> int:
    return (await console_of(need_member(request), request.path_params["slug"]))[0].id


@endpoint("GET", _PEOPLE, output=ConsolePeopleOut, query=_ASKED, summary="Its people, for its administrators",
          tag="organisations")  # fmt: skip
async def its_people(request: Request, given: None) -> ConsolePeopleOut:
    """Return a page of an organisation's people."""
    asked = request.query_params
    found = await console_people(need_member(request), request.path_params["slug"], dict(asked), page_number(asked))
    here = found.page
    return ConsolePeopleOut(here.total, here.number, here.pages, dict(found.counts), found.people)


@endpoint("GET", _ONE, output=ConsolePersonPage, summary="One of its people, with what they look after",
          tag="organisations")  # fmt: skip
async def one_of_its_people(request: Request, given: None) -> ConsolePersonPage:
    """Return one of an organisation's people."""
    return await console_person(need_member(request), request.path_params["slug"], _id(request))


@endpoint("POST", f"{_ONE}/let-in", output=None, summary="Let in who waits", tag="organisations")
async def admit(request: Request, given: None) -> None:
    """Let somebody in who waits."""
    await let_in(need_member(request), await _here(request), _id(request))


@endpoint("POST", f"{_ONE}/decline", input=Declining, output=None, summary="Decline who waits", tag="organisations")
async def turn_away(request: Request, given: Declining) -> None:
    """Decline somebody who waits."""
    await decline(need_member(request), await _here(request), _id(request), given)


@endpoint("POST", f"{_ONE}/pause", input=Pause, output=None, summary="Suspend within it", tag="organisations")
async def pause(request: Request, given: Pause) -> None:
    """Let somebody's place give nothing."""
    await pause_place(need_member(request), await _here(request), _id(request), given)


@endpoint("DELETE", f"{_ONE}/pause", output=None, summary="Let somebody back into it", tag="organisations")
async def resume(request: Request, given: None) -> None:
    """Let somebody's place give again what it gave."""
    await resume_place(need_member(request), await _here(request), _id(request))


@endpoint("PUT", f"{_ONE}/title", input=PlaceTitle, output=None, summary="Say what somebody is in it",
          tag="organisations")  # fmt: skip
async def entitle(request: Request, given: PlaceTitle) -> None:
    """Keep somebody's title."""
    await keep_place_title(need_member(request), await _here(request), _id(request), given)


@endpoint("POST", f"{_ONE}/administrator", output=None, summary="Make an administrator of it", tag="organisations")
async def make_administrator(request: Request, given: None) -> None:
    """Make somebody an administrator of the organisation."""
    await make_org_admin(need_member(request), await _here(request), _id(request))


@endpoint("DELETE", f"{_ONE}/administrator", output=None, summary="Unmake an administrator of it", tag="organisations")
async def unmake_administrator(request: Request, given: None) -> None:
    """Let an administrator be staff again."""
    await unmake_org_admin(need_member(request), await _here(request), _id(request))


@endpoint("POST", f"{_ONE}/transfer", output=None, summary="Hand one's role in it over", tag="organisations")
async def hand_over(request: Request, given: None) -> None:
    """Hand one's own role over."""
    await transfer_role(need_member(request), await _here(request), _id(request))


@endpoint("POST", f"{_ONE}/remove", input=Leaving, output=Left, summary="Remove who has left it", tag="organisations")
async def remove_person(request: Request, given: Leaving) -> Left:
    """Remove somebody who has left; their sign-ins and tokens end."""
    return await remove_leaver(need_member(request), await _here(request), _id(request), given)


ENDPOINTS: list[Endpoint[Any]] = [
    its_people, one_of_its_people, admit, turn_away, pause, resume, entitle, make_administrator, unmake_administrator,
    hand_over, remove_person,
]  # fmt: skip
