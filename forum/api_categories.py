"""The JSON doors of categories."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from forum.actions.keep_categories import CategoryText, change_category, make_category, remove_category
from forum.queries.categories import Category, all_categories
from members.current import need_member, viewer_of

_ALL: Final = "/api/v1/categories"


@dataclass(frozen=True, slots=True)
class CategoryList:
    """All categories in their order."""

    total: int
    categories: list[Category]


@dataclass(frozen=True, slots=True)
class CategoryMade:
    """The name of a category in addresses."""

    slug: str


@endpoint("GET", _ALL, output=CategoryList, summary="List categories, with what each asks of a text", tag="labels")
async def list_categories(request: Request, given: None) -> CategoryList:
    """List categories."""
    found = await all_categories(viewer_of(request))
    return CategoryList(len(found), list(found))


@endpoint(
    "POST", _ALL, input=CategoryText, output=CategoryMade, status=201, summary="Bring in a category", tag="labels"
)
async def add_category(request: Request, given: CategoryText) -> CategoryMade:
    """Bring in a category."""
    return CategoryMade(await make_category(need_member(request), given))


@endpoint("PUT", f"{_ALL}/{{slug}}", input=CategoryText, output=None, summary="Change a category", tag="labels")
async def put_category(request: Request, given: CategoryText) -> None:
    """Change a category."""
    await change_category(need_member(request), request.path_params["slug"], given)


@endpoint("DELETE", f"{_ALL}/{{slug}}", output=None, summary="Take away a category that nothing is in", tag="labels")
async def delete_category(request: Request, given: None) -> None:
    """Take a category away."""
    await remove_category(need_member(request), request.path_params["slug"])


CATEGORY_ENDPOINTS: Final[list[Endpoint[Any]]] = [list_categories, add_category, put_category, delete_category]
