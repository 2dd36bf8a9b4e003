"""JSON doors to how far people are trusted: one's own, and what is decided by hand."""

from typing import Any

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from members.actions.hold_trust import HeldTrust, hold_trust, release_trust
from members.current import need_member
from members.queries.trust import Standing, standing

_ONE = "/api/v1/admin/people/{id:int}/trust"


@endpoint("GET", "/api/v1/me/trust", output=Standing, summary="How far you are trusted", tag="me")
async def own_trust(request: Request, given: None) -> Standing:
    """Return how far one is trusted, and what is missing to the next step."""
    return await standing(need_member(request))


@endpoint("PUT", _ONE, input=HeldTrust, output=None, summary="Hold somebody's trust at a level", tag="admin")
async def hold(request: Request, given: HeldTrust) -> None:
    """Decide by hand how far somebody is trusted."""
    await hold_trust(need_member(request), request.path_params["id"], given)


@endpoint("DELETE", _ONE, output=None, summary="Let trust follow what somebody does", tag="admin")
async def release(request: Request, given: None) -> None:
    """Take back what was decided by hand."""
    await release_trust(need_member(request), request.path_params["id"])


ENDPOINTS: list[Endpoint[Any]] = [own_trust, hold, release]
