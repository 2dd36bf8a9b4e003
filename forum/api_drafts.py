"""The JSON doors of drafts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field
from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from forum.actions.save_draft import DraftKey, Saved, drop_draft, save_draft
from forum.queries.drafts import DraftRow, draft_text, drafts_of
from members.current import need_member


class NewDraft(DraftKey):
    """A form as it is: `place` says where it belongs (ask.question, reply.17, …), `given` are its fields."""

    given: Annotated[dict[str, Any], Field(default_factory=dict)]


@dataclass(frozen=True, slots=True)
class DraftList:
    """What the viewer is still writing."""

    total: int
    drafts: list[DraftRow]


@dataclass(frozen=True, slots=True)
class DraftJson:
    """One draft with everything in it."""

    id: int
    place: str
    version: int
    saved_at: datetime
    given: dict[str, Any]


@endpoint("GET", "/api/v1/drafts", output=DraftList, summary="List your drafts", tag="drafts")
async def list_drafts(request: Request, given: None) -> DraftList:
    """List the drafts of the viewer."""
    found = await drafts_of(need_member(request))
    return DraftList(len(found), list(found))


@endpoint(
    "POST", "/api/v1/drafts", input=NewDraft, output=Saved, summary="Save a draft, or a draft again", tag="drafts"
)
async def keep_draft(request: Request, given: NewDraft) -> Saved:
    """Save a draft."""
    return await save_draft(need_member(request), given, given.given)


@endpoint("GET", "/api/v1/drafts/{id:int}", output=DraftJson, summary="Read a draft", tag="drafts")
async def read_draft(request: Request, given: None) -> DraftJson:
    """Read a draft."""
    found = await draft_text(need_member(request), request.path_params["id"])
    return DraftJson(found.id, found.place, found.version, found.at, dict(found.given))


@endpoint("DELETE", "/api/v1/drafts/{id:int}", output=None, summary="Throw a draft away", tag="drafts")
async def delete_draft(request: Request, given: None) -> None:
    """Throw a draft away."""
    await drop_draft(need_member(request), request.path_params["id"])


DRAFT_ENDPOINTS: Final[list[Endpoint[Any]]] = [list_drafts, keep_draft, read_draft, delete_draft]
