"""Administration of search: which words mean the same, and a box to try it."""

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
from members.current import need_member
from search_index.actions.keep_synonyms import SynonymForm, keep_synonyms, remove_synonyms
from search_index.queries.narrowing import LANGUAGES
from search_index.queries.synonyms import SynonymRow, synonym, synonyms_page
from search_index.queries.trying import tried
from search_index.rules import check_may_keep_synonyms

_BASE: Final = "/admin/search"
_FORM: Final = "search_index/synonym.html"


@dataclass(frozen=True, slots=True)
class FormPage:
    """What templates/search_index/synonym.html shows; id 0 is a new group."""

    group: SynonymRow
    languages: tuple[tuple[str, str], ...] = tuple(LANGUAGES.items())


async def listed(request: Request) -> Response:
    """Show all groups of words that mean the same."""
    found = await synonyms_page(need_member(request), page_number(request.query_params))
    return page(request, "search_index/synonyms.html", found)


async def try_page(request: Request) -> Response:
    """Show how a query is read, and what it finds with synonyms and without."""
    found = await tried(need_member(request), request.query_params.get("q", ""))
    return page(request, "search_index/try.html", found)


async def _form(request: Request) -> FormPage:
    viewer, id_ = need_member(request), request.path_params.get("id", 0)
    check_may_keep_synonyms(viewer)
    return FormPage(await synonym(viewer, id_) if id_ else SynonymRow(0, (), one_way=False, language=""))


async def form(request: Request) -> Response:
    """Show a group to be changed, or an empty form."""
    return page(request, _FORM, await _form(request))


async def keep(request: Request) -> Response:
    """Keep a group."""
    viewer, shown, given = need_member(request), await _form(request), await read_input(request)
    try:
        await keep_synonyms(viewer, SynonymForm.read(given), shown.group.id or None)
    except Invalid as error:
        return page(request, _FORM, shown, status=422, errors=error.errors, given=given)
    return redirect(_BASE, "Saved. The next search knows it.")


async def remove(request: Request) -> Response:
    """Take a group away."""
    await remove_synonyms(need_member(request), request.path_params["id"])
    return redirect(_BASE, "Removed. The next search knows it.")


ROUTES: list[BaseRoute] = [
    Route(_BASE, listed, methods=["GET"], name="admin.search"),
    Route(f"{_BASE}/try", try_page, methods=["GET"]),
    Route(f"{_BASE}/new", form, methods=["GET"]),
    Route(f"{_BASE}/new", keep, methods=["POST"]),
    Route(f"{_BASE}/{{id:int}}", form, methods=["GET"]),
    Route(f"{_BASE}/{{id:int}}", keep, methods=["POST"]),
    Route(f"{_BASE}/{{id:int}}/remove", remove, methods=["POST"]),
]
