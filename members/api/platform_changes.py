"""JSON doors to the log of what changed on a platform."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from members.actions.record_change import ChangeForm, record_change, withdraw_change
from members.current import need_member
from members.queries.platform_changes import ChangeLog, change_log

_CHANGES = "/api/v1/platforms/{slug}/changes"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry of the log."""

    id: int


@endpoint("GET", _CHANGES, output=ChangeLog, summary="What changed on a platform", tag="labels")
async def read_changes(request: Request, given: None) -> ChangeLog:
    """Read what changed on a platform."""
    return await change_log(request.path_params["slug"])


@endpoint("POST", _CHANGES, input=ChangeForm, output=Recorded, status=201,
          summary="Write down that a platform changed", tag="labels")  # fmt: skip
async def add_change(request: Request, given: ChangeForm) -> Recorded:
    """Write a change into the log."""
    return Recorded(await record_change(need_member(request), request.path_params["slug"], given))


@endpoint("DELETE", f"{_CHANGES}/{{id:int}}", output=None, summary="Take an entry out of the log", tag="labels")
async def remove_change(request: Request, given: None) -> None:
    """Take a change out of the log."""
    await withdraw_change(need_member(request), request.path_params["slug"], request.path_params["id"])


ENDPOINTS: list[Endpoint[Any]] = [read_changes, add_change, remove_change]
