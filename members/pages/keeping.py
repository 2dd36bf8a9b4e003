"""Add and edit organisations, regions and platforms."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.keep_organisation import (
    About,
    Particulars,
    add_organisation,
    describe_organisation,
    edit_organisation,
)
from members.actions.keep_platform import PlatformForm, keep_platform
from members.actions.keep_region import RegionForm, keep_region
from members.current import need_member
from members.queries.keeping import description_form, organisation_form, platform_form, region_form, things_page
from members.viewer import Viewer

Given = dict[str, object]


@dataclass(frozen=True, slots=True)
class Kept:
    """How one sort of thing is shown and kept; id 0 is a new one."""

    what: str
    template: str
    form: Callable[[Viewer, int], Awaitable[object]]
    keep: Callable[[Viewer, int, Given], Awaitable[object]]


async def _keep_organisation(viewer: Viewer, id_: int, given: Given) -> None:
    read = Particulars.read(given)
    await (edit_organisation(viewer, id_, read) if id_ else add_organisation(viewer, read))


async def _keep_region(viewer: Viewer, id_: int, given: Given) -> None:
    await keep_region(viewer, RegionForm.read(given), id_ or None)


async def _keep_platform(viewer: Viewer, id_: int, given: Given) -> None:
    await keep_platform(viewer, PlatformForm.read(given), id_ or None)


_KEPT: Final = (
    Kept("organisations", "members/admin_organisation.html", organisation_form, _keep_organisation),
    Kept("regions", "members/admin_region.html", region_form, _keep_region),
    Kept("platforms", "members/admin_platform.html", platform_form, _keep_platform),
)


def _routes(kept: Kept) -> list[BaseRoute]:
    base = f"/admin/{kept.what}"

    async def listed(request: Request) -> Response:
        viewer, given = need_member(request), request.query_params
        return page(request, "members/admin_things.html", await things_page(viewer, kept.what, page_number(given)))

    async def form(request: Request) -> Response:
        viewer, id_ = need_member(request), request.path_params.get("id", 0)
        return page(request, kept.template, await kept.form(viewer, id_))

    async def keep(request: Request) -> Response:
        viewer, id_, given = need_member(request), request.path_params.get("id", 0), await read_input(request)
        shown = await kept.form(viewer, id_)
        try:
            await kept.keep(viewer, id_, given)
        except Invalid as error:
            return page(request, kept.template, shown, status=422, errors=error.errors, given=given)
        return redirect(base, "Saved.")

    return [
        Route(base, listed, methods=["GET"]),
        Route(f"{base}/new", form, methods=["GET"]),
        Route(f"{base}/new", keep, methods=["POST"]),
        Route(f"{base}/{{id:int}}", form, methods=["GET"]),
        Route(f"{base}/{{id:int}}", keep, methods=["POST"]),
    ]


async def description(request: Request) -> Response:
    """Show what an organisation says about itself, to be edited."""
    found = await description_form(need_member(request), request.path_params["slug"])
    return page(request, "members/organisation_edit.html", found)


async def describe(request: Request) -> Response:
    """Keep what an organisation says about itself."""
    viewer, given = need_member(request), await read_input(request)
    found = await description_form(viewer, request.path_params["slug"])
    try:
        await describe_organisation(viewer, found.id, About.read(given))
    except Invalid as error:
        return page(request, "members/organisation_edit.html", found, status=422, errors=error.errors, given=given)
    return redirect(f"/organisations/{found.slug}", "Saved.")


ROUTES: list[BaseRoute] = [
    *(route for kept in _KEPT for route in _routes(kept)),
    Route("/organisations/{slug}/edit", description, methods=["GET"]),
    Route("/organisations/{slug}/edit", describe, methods=["POST"]),
]
