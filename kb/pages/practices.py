"""The list of practices."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Missing
from base.paging import Page, page_number
from base.web.address import address
from base.web.kept_answers import keep
from base.web.render import page
from kb.queries.filters import FILTERS, Group
from kb.queries.practices import SORTS, ArticleRow, list_practices
from members.current import viewer_of

_SORT_WORDS = {"newest": "Newest", "checked": "Last checked", "due": "Check due first", "title": "Title"}
_MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class On:
    """A filter that is on, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticesPage:
    """What templates/kb/practices.html shows; `next_url` ends where the number of a page goes."""

    items: tuple[ArticleRow, ...]
    pages: Page
    groups: tuple[Group, ...]
    sort: str
    sorts: tuple[tuple[str, str], ...]
    on: tuple[On, ...]
    next_url: str


async def practices(request: Request) -> Response:
    """Show the published practices, narrowed as asked."""
    query = request.query_params
    chosen = {name: query.getlist(name)[:_MOST_VALUES] for name in FILTERS if query.getlist(name)}
    number = page_number(query)
    found = await list_practices(viewer_of(request), chosen, sort=query.get("sort", "newest"), page=number)
    if number > 1 and not found.items:
        raise Missing("There is no such page.")
    chosen_pairs = [(name, value) for name, values in chosen.items() for value in values]
    sort = [("sort", found.sort)] if found.sort != "newest" else []
    data = PracticesPage(
        items=found.items,
        pages=found.page,
        groups=found.groups,
        sort=found.sort,
        sorts=tuple((name, _SORT_WORDS[name]) for name in SORTS),
        on=tuple(
            On(_label(found.groups, *pair), _address([one for one in chosen_pairs if one != pair] + sort))
            for pair in chosen_pairs
        ),
        next_url=_address([*chosen_pairs, *sort, ("page", "")]),
    )
    keep(request)
    return page(request, "kb/practices.html", data)


def _label(groups: tuple[Group, ...], name: str, value: str) -> str:
    options = next((group.options for group in groups if group.name == name), ())
    return next((option.label for option in options if option.value == value), value)


def _address(pairs: list[tuple[str, str]]) -> str:
    return address("/practices", pairs)


ROUTES: list[BaseRoute] = [Route("/practices", practices, methods=["GET"])]
