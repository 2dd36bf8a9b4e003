"""JSON doors to the organisations that ask to join."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.approve_organisation import (
    Approval,
    AskingBack,
    Declining,
    approve_organisation,
    ask_back,
    decline_organisation,
)
from members.actions.ask_to_join import (
    JoiningAnswer,
    JoiningOrganisation,
    answer_request,
    ask_to_join,
    withdraw_request,
)
from members.current import need_member
from members.private import sees_nothing
from members.queries.requests import RequestPage, RequestRow, joining_page, request_page, requests_page

_ALL: Final = "/api/v1/organisation-requests"
_ONE: Final = f"{_ALL}/{{id:int}}"


@dataclass(frozen=True, slots=True)
class RequestMade:
    """The number of a request."""

    id: int


@dataclass(frozen=True, slots=True)
class OrganisationIn:
    """The word in the address of an organisation that was let in."""

    slug: str


@dataclass(frozen=True, slots=True)
class RequestsOut:
    """A page of requests that wait for the viewer to decide."""

    total: int
    page: int
    pages: int
    requests: tuple[RequestRow, ...]


@dataclass(frozen=True, slots=True)
class OwnRequests:
    """What the viewer asked for, the latest first."""

    requests: tuple[RequestRow, ...]


@endpoint("POST", _ALL, input=JoiningOrganisation, output=RequestMade, status=201, summary="Ask", tag="organisations")
async def new_request(request: Request, given: JoiningOrganisation) -> RequestMade:
    """Ask that an organisation joins the network."""
    return RequestMade(await ask_to_join(need_member(request), given, sees_nothing=sees_nothing(request)))


@endpoint(
    "GET", _ALL, output=RequestsOut, query={"page": "Page number, from 1."}, summary="Organisations that ask to join",
    tag="organisations",
)  # fmt: skip
async def all_requests(request: Request, given: None) -> RequestsOut:
    """Return a page of the requests that wait for the viewer, the oldest first."""
    found = await requests_page(need_member(request), page_number(request.query_params))
    return RequestsOut(found.page.total, found.page.number, found.page.pages, found.requests)


@endpoint("GET", "/api/v1/me/organisation-requests", output=OwnRequests, summary="Own requests", tag="organisations")
async def own_requests(request: Request, given: None) -> OwnRequests:
    """Return what the viewer asked for."""
    return OwnRequests((await joining_page(need_member(request), sees_nothing=sees_nothing(request))).own)


@endpoint("GET", _ONE, output=RequestPage, summary="One request", tag="organisations")
async def one_request(request: Request, given: None) -> RequestPage:
    """Return a request to who asked, and with what speaks for and against it to who decides."""
    return await request_page(need_member(request), request.path_params["id"], sees_nothing=sees_nothing(request))


@endpoint("POST", f"{_ONE}/approve", input=Approval, output=OrganisationIn, summary="Let it in", tag="organisations")
async def approve(request: Request, given: Approval) -> OrganisationIn:
    """Let an organisation in; who asked becomes its administrator."""
    return OrganisationIn(await approve_organisation(need_member(request), request.path_params["id"], given))


@endpoint("POST", f"{_ONE}/decline", input=Declining, output=None, summary="Decline it", tag="organisations")
async def decline(request: Request, given: Declining) -> None:
    """Decline a request; who asked gets the words by letter."""
    await decline_organisation(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_ONE}/ask-back", input=AskingBack, output=None, summary="Ask something back", tag="organisations")
async def question(request: Request, given: AskingBack) -> None:
    """Ask something by letter before deciding."""
    await ask_back(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_ONE}/answer", input=JoiningAnswer, output=None, summary="Answer that", tag="organisations")
async def answer(request: Request, given: JoiningAnswer) -> None:
    """Answer what was asked back."""
    await answer_request(need_member(request), request.path_params["id"], given)


@endpoint("DELETE", _ONE, output=None, summary="Withdraw it", tag="organisations")
async def withdraw(request: Request, given: None) -> None:
    """Withdraw a request of one's own."""
    await withdraw_request(need_member(request), request.path_params["id"])


ENDPOINTS: list[Endpoint[Any]] = [
    new_request,
    all_requests,
    own_requests,
    one_request,
    approve,
    decline,
    question,
    answer,
    withdraw,
]
