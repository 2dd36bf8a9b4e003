"""JSON doors to the platform ledger."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.keep_uses import NewUse, Use, add_use, change_use, confirm_uses, remove_use
from members.api.directory import LIKE
from members.current import viewer_of
from members.queries.likeness import check_answered
from members.queries.uses import UseRow, ledger_of, ledger_page
from members.queries.uses_list import Figures, UseLine, UsesFilter, uses_page


@dataclass(frozen=True, slots=True)
class UsesOut:
    """A page of who uses what; `organisations` counts them by state, without vendors, whatever state was asked for."""

    total: int
    page: int
    pages: int
    organisations: Figures
    uses: tuple[UseLine, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """An entry of a ledger."""

    id: int


_LEDGER: Final = "/api/v1/organisations/{slug}/platforms"
_QUERY: Final = {
    "platform": "Slug of a platform.",
    "status": "using, planning or tried_stopped.",
    "purpose": "What for, such as recruitment.",
    "country": "Two-letter code of the organisation's country.",
    "region": "Slug of a region.",
    "type": "Type of the organisation, such as hospital.",
    "beds": "Band of beds, as the organisation says it.",
    "language": "Code of a language the organisation works in.",
    "like": LIKE,
    "sort": "organisation, platform, since or checked; without it by organisation, with `like` the most alike first.",
    "page": "Page number, from 1.",
}


@endpoint("GET", "/api/v1/platform-uses", output=UsesOut, query=_QUERY, summary="Who uses what", tag="platforms")
async def find_uses(request: Request, given: None) -> UsesOut:
    """Return a page of the platform ledgers of all organisations."""
    asked = request.query_params
    found = await uses_page(viewer_of(request), UsesFilter.read(dict(asked)), page_number(asked))
    check_answered(found.like)
    return UsesOut(found.page.total, found.page.number, found.page.pages, found.figures, found.uses)


@endpoint("GET", _LEDGER, output=tuple[UseRow, ...], summary="Its platform ledger", tag="organisations")
async def read_platform_ledger(request: Request, given: None) -> tuple[UseRow, ...]:
    """Return what an organisation does with platforms."""
    return await ledger_of(viewer_of(request), request.path_params["slug"])


@endpoint("POST", _LEDGER, input=NewUse, output=Written, status=201, summary="Add a platform to its ledger",
          tag="organisations")  # fmt: skip
async def new_use(request: Request, given: NewUse) -> Written:
    """Write a platform into an organisation's ledger."""
    return Written(await add_use(viewer_of(request), await _organisation(request), given))


@endpoint("POST", f"{_LEDGER}/confirm", output=None, summary="Confirm that its ledger is still right",
          tag="organisations")  # fmt: skip
async def still_right(request: Request, given: None) -> None:
    """Confirm that everything in an organisation's ledger is still right."""
    await confirm_uses(viewer_of(request), await _organisation(request))


@endpoint("PUT", f"{_LEDGER}/{{platform}}", input=Use, output=None, summary="Change what it does with a platform",
          tag="organisations")  # fmt: skip
async def changed_use(request: Request, given: Use) -> None:
    """Keep what an organisation now does with a platform."""
    await change_use(viewer_of(request), await _organisation(request), request.path_params["platform"], given)


@endpoint("DELETE", f"{_LEDGER}/{{platform}}", output=None, summary="Take a platform out of its ledger",
          tag="organisations")  # fmt: skip
async def removed_use(request: Request, given: None) -> None:
    """Take a platform out of an organisation's ledger."""
    await remove_use(viewer_of(request), await _organisation(request), request.path_params["platform"])


async def _organisation(request: Request) -> int:
    return (await ledger_page(viewer_of(request), request.path_params["slug"]))[0]


ENDPOINTS: list[Endpoint[Any]] = [find_uses, read_platform_ledger, new_use, still_right, changed_use, removed_use]
