"""The page of settings: found, changed, set back, taken along as a file."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from app.actions.change_settings import Changes, change_settings, reset_setting
from app.changeable import group_named
from app.queries.settings import SettingGroup, as_toml, setting_groups, settings_page
from base import settings
from base.errors import Invalid, Missing
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member
from members.pages.confirm_again import confirming
from members.rules import check_may_administer


@dataclass(frozen=True, slots=True)
class GroupPage:
    """What templates/app/settings_group.html shows."""

    group: SettingGroup
    groups: list[SettingGroup]


async def all_settings(request: Request) -> Response:
    """Show every setting, or those that go with the words that were typed."""
    found = await settings_page(need_member(request), request.query_params.get("q", "")[:100])
    return page(request, "app/settings.html", found)


async def group_form(request: Request) -> Response:
    """Show the settings of one group in a form."""
    check_may_administer(need_member(request))
    return page(request, "app/settings_group.html", await _group(request))


@confirming
async def change(request: Request) -> Response:
    """Keep what was changed in a group, or set one setting back."""
    viewer, given = need_member(request), await read_input(request)
    check_may_administer(viewer)
    shown = await _group(request)
    here = f"/admin/settings/{shown.group.name}"
    try:
        if name := str(given.get("reset", "")):
            await reset_setting(viewer, name)
            return redirect(here, "It is as it usually is again.")
        changed = await change_settings(viewer, _read(shown.group, given))
    except Invalid as error:
        return page(request, "app/settings_group.html", shown, status=422, errors=error.errors, given=given)
    return redirect(here, "It is changed, and in force." if changed else "Nothing was changed.")


def _read(group: SettingGroup, given: dict[str, object]) -> Changes:
    names = [row.name for row in group.rows if not row.is_firm and row.name in given]
    before = {name: str(given.get(f"was.{name}", "")) for name in names if f"was.{name}" in given}
    return Changes.read({"values": {name: str(given[name]) for name in names}, "before": before})


async def _group(request: Request) -> GroupPage:
    name = request.path_params["group"]
    if group_named(name) is None:
        raise Missing
    groups = [group for group in await setting_groups() if group.name]
    return GroupPage(next(group for group in groups if group.name == name), groups)


async def take_along(request: Request) -> Response:
    """Give the settings that differ from the defaults as a config.toml."""
    check_may_administer(need_member(request))
    headers = {"Content-Disposition": 'attachment; filename="config.toml"', "Cache-Control": "private, no-store"}
    return PlainTextResponse(as_toml(settings.get()), media_type="application/toml", headers=headers)


ROUTES: list[BaseRoute] = [
    Route("/admin/settings", all_settings, methods=["GET"], name="admin.settings"),
    Route("/admin/settings/config.toml", take_along, methods=["GET"]),
    Route("/admin/settings/{group}", group_form, methods=["GET"]),
    Route("/admin/settings/{group}", change, methods=["POST"]),
]
