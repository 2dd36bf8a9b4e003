"""The log of what changed on a platform."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.record_change import ChangeForm, record_change, withdraw_change
from members.current import need_member, viewer_of
from members.queries.platform_changes import ChangeLog, change_log
from members.rules import may_record_changes


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What templates/members/platform_changes.html shows."""

    log: ChangeLog
    may_record: bool


async def changes(request: Request) -> Response:
    """Show what changed on a platform."""
    data = ChangesPage(await change_log(request.path_params["slug"]), may_record_changes(viewer_of(request)))
    return page(request, "members/platform_changes.html", data)


async def add_change(request: Request) -> Response:
    """Write a change into the log."""
    viewer, slug, given = need_member(request), request.path_params["slug"], await read_input(request)
    try:
        await record_change(viewer, slug, ChangeForm.read(given))
    except Invalid as error:
        data = ChangesPage(await change_log(slug), may_record_changes(viewer))
        return page(request, "members/platform_changes.html", data, status=422, errors=error.errors, given=given)
    return redirect(f"/platforms/{slug}/changes", "Written down. Whoever looks after what it concerns is told.")


async def remove_change(request: Request) -> Response:
    """Take a change out of the log."""
    slug = request.path_params["slug"]
    await withdraw_change(need_member(request), slug, request.path_params["id"])
    return redirect(f"/platforms/{slug}/changes", "Taken out of the log.")


ROUTES: list[BaseRoute] = [
    Route("/platforms/{slug}/changes", changes, methods=["GET"]),
    Route("/platforms/{slug}/changes", add_change, methods=["POST"]),
    Route("/platforms/{slug}/changes/{id:int}/withdraw", remove_change, methods=["POST"]),
]
