"""Who stands in while one is away."""

from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.delegate import Deputy, delegate, end_delegation
from kb.queries.deputies import Deputies, deputies
from members.current import need_member

_DEPUTY: Final = "/api/v1/me/deputy"


@endpoint("GET", _DEPUTY, output=Deputies, summary="Who stands in for me, and for whom I do", tag="articles")
async def read_deputies(request: Request, given: None) -> Deputies:
    """Read who stands in."""
    return await deputies(need_member(request))


@endpoint("PUT", _DEPUTY, input=Deputy, output=None, summary="Let another editor stand in for me", tag="articles")
async def choose_deputy(request: Request, given: Deputy) -> None:
    """Let somebody stand in."""
    await delegate(need_member(request), given)


@endpoint("DELETE", _DEPUTY, output=None, summary="I am back", tag="articles")
async def end_deputy(request: Request, given: None) -> None:
    """Be back."""
    await end_delegation(need_member(request))


ENDPOINTS: Final[list[Endpoint[Any]]] = [read_deputies, choose_deputy, end_deputy]
