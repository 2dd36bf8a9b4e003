"""Drafts: the list, saving while one writes, throwing away."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from base.web.failures import wants_json
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.save_draft import DraftKey, drop_draft, save_draft
from forum.queries.drafts import DraftRow, drafts_of
from members.current import need_member


@dataclass(frozen=True, slots=True)
class DraftsPage:
    """What /drafts shows."""

    drafts: tuple[DraftRow, ...]


async def list_drafts(request: Request) -> Response:
    """Show what the viewer is still writing."""
    return page(request, "forum/drafts.html", DraftsPage(await drafts_of(need_member(request))))


async def save(request: Request) -> Response:
    """Save a form as it is; scripts ask for this while one writes."""
    viewer = need_member(request)
    given = await read_input(request)
    place = request.query_params.get("place", given.get("place", ""))
    saved = await save_draft(viewer, DraftKey.read({**given, "place": place}), given)
    if not wants_json(request):
        return redirect("/drafts", "Saved.")
    answer = {"id": saved.id, "version": saved.version, "saved": _clock(saved.at, viewer.timezone)}
    if saved.apart:
        answer["note"] = "Changed in another window; this is now a second draft."
    return JSONResponse(answer)


async def drop(request: Request) -> Response:
    """Throw a draft away."""
    await drop_draft(need_member(request), int(request.path_params["id"]))
    return redirect("/drafts", "The draft is deleted.")


def _clock(at: datetime, timezone: str) -> str:
    try:
        return at.astimezone(ZoneInfo(timezone)).strftime("%H:%M")
    except (ZoneInfoNotFoundError, ValueError):
        return at.strftime("%H:%M")
