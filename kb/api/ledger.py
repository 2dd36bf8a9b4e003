"""The adoption ledger of an article."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.adopt import Use, accept_use, adopt, decline_use, still_using, withdraw_adoption
from kb.queries.ledger import LedgerPage, ledger
from members.current import need_member, viewer_of

_USE: Final = "/api/v1/articles/{id:int}/adoption"


@dataclass(frozen=True, slots=True)
class UseRecorded:
    """Whether it is recorded; else it is proposed to the administrators of the organisation."""

    recorded: bool


@endpoint("GET", f"{_USE}s", output=LedgerPage, summary="Who uses a practice", tag="articles")
async def read_ledger(request: Request, given: None) -> LedgerPage:
    """Read who uses an article."""
    return await ledger(viewer_of(request), request.path_params["id"])


@endpoint("PUT", _USE, input=Use, output=UseRecorded, tag="articles",
          summary="Record what one's organisation does with a practice, or propose it")  # fmt: skip
async def adopt_article(request: Request, given: Use) -> UseRecorded:
    """Say what one's organisation does with an article."""
    return UseRecorded(await adopt(need_member(request), request.path_params["id"], given))


@endpoint("DELETE", _USE, output=None, summary="Take that back", tag="articles")
async def unadopt_article(request: Request, given: None) -> None:
    """Take back what one's organisation said."""
    await withdraw_adoption(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_USE}/still", output=None, summary="Confirm that one's organisation still does", tag="articles")
async def confirm_use(request: Request, given: None) -> None:
    """Confirm that it is still so."""
    await still_using(need_member(request), request.path_params["id"])


@endpoint("POST", f"{_USE}s/{{change:int}}/accept", output=None, summary="Record what a member proposed",
          tag="articles")  # fmt: skip
async def accept_proposed_use(request: Request, given: None) -> None:
    """Record what a member proposed."""
    await accept_use(need_member(request), request.path_params["id"], request.path_params["change"])


@endpoint("POST", f"{_USE}s/{{change:int}}/decline", output=None, summary="Decline it", tag="articles")
async def decline_proposed_use(request: Request, given: None) -> None:
    """Decline what a member proposed."""
    await decline_use(need_member(request), request.path_params["id"], request.path_params["change"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    read_ledger, adopt_article, unadopt_article, confirm_use, accept_proposed_use, decline_proposed_use,
]  # fmt: skip
