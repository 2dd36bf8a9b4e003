"""The platform ledger: who uses what in the whole network, and an organisation's own to be kept."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.errors import Invalid, Refused
from base.limits import count_against
from base.paging import page_number
from base.web.address import address
from base.web.inputs import read_input
from base.web.kept_answers import keep
from base.web.redirect import redirect
from base.web.render import page
from base.web.spreadsheet import spreadsheet
from members.actions.keep_uses import NewUse, Use, add_use, change_use, confirm_uses, remove_use
from members.current import address_of, viewer_of
from members.pages.likeness import Switch, in_words, switch, ways_out
from members.queries.uses import ledger_page
from members.queries.uses_list import UsesFilter, UsesPage, all_uses, uses_page
from members.uses import PURPOSES, STATUSES

_FILES: Final = "30/hour"
PATH: Final = "/who-uses-what"
_HEAD: Final = (
    "organisation", "vendor", "kind", "country", "beds", "platform", "state", "since", "until", "what for",
    "official accounts", "team", "tools", "note", "why stopped", "checked on", "address", "like ours",
)  # fmt: skip
_KEPT: Final = "/organisations/{slug}/platforms"


@dataclass(frozen=True, slots=True)
class WhoUsesWhat:
    """What templates/members/uses.html shows; `pager_url` ends where the number of a page goes.

    `like` is one click to what is like ours and back; `looser` has the filters worth taking away, with their addresses.
    """

    found: UsesPage
    statuses: tuple[str, ...]
    purposes: tuple[str, ...]
    pager_url: str
    csv_url: str
    json_url: str
    map_url: str
    like: Switch
    looser: tuple[tuple[str, int, str], ...]


async def who_uses_what(request: Request) -> Response:
    """Show who uses what, narrowed as asked."""
    given = request.query_params
    asked = UsesFilter.read(dict(given))
    found = await uses_page(viewer_of(request), asked, page_number(given))
    keep(request)
    chosen, sort = dict(found.chosen), {"sort": found.sort} if found.sort else {}
    data = WhoUsesWhat(
        found=found,
        statuses=STATUSES,
        purposes=PURPOSES,
        pager_url=address(PATH, chosen | sort | {"page": ""}),
        csv_url=address(f"{PATH}.csv", chosen | sort),
        json_url=address("/api/v1/platform-uses", chosen | sort),
        map_url=address("/organisations", chosen | {"view": "map"}),
        like=switch(PATH, found.like, chosen, sort),
        looser=ways_out(PATH, found.looser, chosen, sort),
    )
    return page(request, "members/uses.html", data)


async def uses_file(request: Request) -> Response:
    """Answer the list, narrowed as asked, as a file for spreadsheets."""
    await count_against("uses-file", _FILES, address_of(request))
    asked, site = UsesFilter.read(dict(request.query_params)), settings.get().address
    try:
        found = await all_uses(viewer_of(request), asked)
    except (Invalid, Refused):
        # A file has no room for why this cannot be answered; the page says it.
        return redirect(address(PATH, {name: value for name, value in asked.model_dump().items() if value}))
    lines = (
        (
            one.organisation, "yes" if one.is_vendor else "", _words(one.type), one.country_name, one.beds_band,
            one.platform, _words(one.status), one.since, one.until, ", ".join(one.purposes), " ".join(one.accounts),
            _words(one.team_size_band), one.tools, one.note, one.why_stopped, one.checked_at.date(),
            f"{site}/organisations/{one.organisation_slug}", in_words(one.alike),
        )
        for one in found
    )  # fmt: skip
    return spreadsheet("who-uses-what", _HEAD, lines)


def _words(value: str) -> str:
    return value.replace("_", " ").replace("-", "–")


async def ledger(request: Request) -> Response:
    """Show an organisation's ledger to who keeps it."""
    return await _show(request, "members/organisation_platforms.html")


async def entry(request: Request) -> Response:
    """Show an entry of a ledger, to be changed."""
    return await _show(request, "members/organisation_platform.html")


async def _show(request: Request, template: str, error: Invalid | None = None) -> Response:
    # Rules first: whoever may not keep the ledger learns nothing from a form that is wrong.
    _, data = await ledger_page(viewer_of(request), *request.path_params.values())
    errors, given = (error.errors, error.given) if error else ({}, {})
    return page(request, template, data, status=422 if error else 200, errors=errors, given=given)


async def add(request: Request) -> Response:
    """Write a platform into a ledger."""
    viewer, given = viewer_of(request), await read_input(request)
    organisation_id, found = await ledger_page(viewer, request.path_params["slug"])
    try:
        await add_use(viewer, organisation_id, NewUse.read(given))
    except Invalid as error:
        return await _show(request, "members/organisation_platforms.html", Invalid(error.errors, given))
    return redirect(_back(found.slug), "Added.")


async def change(request: Request) -> Response:
    """Keep what an organisation now does with a platform."""
    viewer, slug, given = viewer_of(request), request.path_params["platform"], await read_input(request)
    organisation_id, found = await ledger_page(viewer, request.path_params["slug"], slug)
    try:
        await change_use(viewer, organisation_id, slug, Use.read(given))
    except Invalid as error:
        return await _show(request, "members/organisation_platform.html", Invalid(error.errors, given))
    return redirect(_back(found.slug), "Saved.")


async def remove(request: Request) -> Response:
    """Take a platform out of a ledger."""
    viewer, slug = viewer_of(request), request.path_params["platform"]
    organisation_id, found = await ledger_page(viewer, request.path_params["slug"])
    await remove_use(viewer, organisation_id, slug)
    return redirect(_back(found.slug), "Taken out of the ledger.")


async def confirm(request: Request) -> Response:
    """Confirm that everything in a ledger is still right."""
    viewer = viewer_of(request)
    organisation_id, found = await ledger_page(viewer, request.path_params["slug"])
    await confirm_uses(viewer, organisation_id)
    return redirect(_back(found.slug), "Thank you. We ask again in a year.")


def _back(slug: str) -> str:
    return f"/organisations/{slug}/platforms"


ROUTES: list[BaseRoute] = [
    Route(PATH, who_uses_what, methods=["GET"]),
    Route(f"{PATH}.csv", uses_file, methods=["GET"]),
    Route(_KEPT, ledger, methods=["GET"]),
    Route(_KEPT, add, methods=["POST"]),
    Route(f"{_KEPT}/confirm", confirm, methods=["POST"]),
    Route(f"{_KEPT}/{{platform}}/edit", entry, methods=["GET"]),
    Route(f"{_KEPT}/{{platform}}/edit", change, methods=["POST"]),
    Route(f"{_KEPT}/{{platform}}/remove", remove, methods=["POST"]),
]
