"""What a member follows: one page for all of it, and the controls on people, organisations and categories."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.db import rows
from base.errors import Invalid, Missing
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from forum.actions.tidy_watches import Tidying, tidy_watches
from forum.actions.watch import Target, WatchLevel, watch
from forum.queries.watching import KINDS, LEVELS, Watching, watching
from members.current import need_member

_SAID: Final = {
    "watching": "You are told of new threads and of every answer.",
    "following": "You are told of new threads.",
    "normal": "You are told only of what is meant for you.",
    "muted": "You will hear nothing of it.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What templates/forum/watching.html shows."""

    watching: Watching
    kinds: tuple[str, ...]
    levels: tuple[str, ...]
    here: str


async def manage(request: Request) -> Response:
    """Show everything the viewer follows or has muted."""
    return await _shown(request)


async def _shown(request: Request, wrong: Invalid | None = None) -> Response:
    viewer, asked = need_member(request), request.query_params
    narrowed = {name: asked.get(name, "") for name in ("kind", "level", "q")}
    found = await watching(viewer, page_number(asked), **narrowed)
    here = "/settings/watching?" + urlencode({name: value for name, value in narrowed.items() if value})
    data = Shown(found, KINDS, LEVELS, here)
    errors = wrong.errors if wrong else {}
    return page(request, "forum/watching.html", data, status=422 if wrong else 200, errors=errors)


async def tidy(request: Request) -> Response:
    """Change several at once."""
    viewer, given = need_member(request), await read_input(request)
    try:
        number = await tidy_watches(viewer, Tidying.read(given))
    except Invalid as wrong:
        return await _shown(request, wrong)
    words = "Saved." if number else "There was nothing to change any more."
    return redirect(safe_path(str(given.get("next", "")), "/settings/watching"), words)


async def follow_person(request: Request) -> Response:
    """Set how closely the viewer follows a person."""
    return await _follow(request, "member", "handle")


async def follow_organisation(request: Request) -> Response:
    """Set how closely the viewer follows an organisation."""
    return await _follow(request, "organisation", "slug")


async def follow_category(request: Request) -> Response:
    """Set how closely the viewer follows a category."""
    return await _follow(request, "category", "slug")


_TABLES: Final[dict[Target, tuple[str, str]]] = {
    "member": ("members", "/people/"),
    "organisation": ("organisations", "/organisations/"),
    "category": ("categories", "/latest?category="),
}


async def _follow(request: Request, target: Target, column: str) -> Response:
    viewer, name = need_member(request), request.path_params["name"]
    table, place = _TABLES[target]
    found = await rows(f"SELECT id FROM {table} WHERE {column} = ?", name)  # noqa: S608
    if not found:
        raise Missing
    given = await read_input(request)
    level = WatchLevel.read(given)
    await watch(viewer, target, found[0]["id"], level)
    return redirect(safe_path(str(given.get("next", "")), f"{place}{name}"), _SAID[level.level])


ROUTES: Final[list[BaseRoute]] = [
    Route("/settings/watching", manage, methods=["GET"]),
    Route("/settings/watching", tidy, methods=["POST"]),
    Route("/people/{name}/follow", follow_person, methods=["POST"]),
    Route("/organisations/{name}/follow", follow_organisation, methods=["POST"]),
    Route("/categories/{name}/follow", follow_category, methods=["POST"]),
]
