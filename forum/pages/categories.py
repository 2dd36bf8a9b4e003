"""Keeping the categories: the list, and the form for one."""

from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.keep_categories import CategoryText, change_category, make_category, remove_category
from forum.queries.categories import Category, kept_categories, kept_category
from forum.rules import check_may_keep_tags
from members.current import need_member

_LIST = "/admin/categories"


@dataclass(frozen=True, slots=True)
class CategoriesPage:
    """What templates/forum/categories.html shows."""

    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """What templates/forum/category_edit.html shows; a new one has no slug."""

    slug: str
    threads: int = 0


async def list_kept(request: Request) -> Response:
    """Show all categories."""
    return page(request, "forum/categories.html", CategoriesPage(await kept_categories(need_member(request))))


async def open_new(request: Request) -> Response:
    """Show the form for a new category."""
    check_may_keep_tags(need_member(request))
    return page(request, "forum/category_edit.html", CategoryPage(""))


async def send_new(request: Request) -> Response:
    """Bring a category in."""
    viewer, given = need_member(request), await read_input(request)
    check_may_keep_tags(viewer)
    try:
        await make_category(viewer, CategoryText.read(given))
    except Invalid as wrong:
        return page(request, "forum/category_edit.html", CategoryPage(""), status=422, errors=wrong.errors, given=given)
    return redirect(_LIST, "The category is there.")


async def open_one(request: Request) -> Response:
    """Show the form for a category."""
    one = await kept_category(need_member(request), request.path_params["slug"])
    return page(request, "forum/category_edit.html", CategoryPage(one.slug, one.threads), given=asdict(one))


async def send_one(request: Request) -> Response:
    """Store it."""
    viewer, slug, given = need_member(request), request.path_params["slug"], await read_input(request)
    one = await kept_category(viewer, slug)
    try:
        await change_category(viewer, slug, CategoryText.read(given))
    except Invalid as wrong:
        data = CategoryPage(slug, one.threads)
        return page(request, "forum/category_edit.html", data, status=422, errors=wrong.errors, given=given)
    return redirect(_LIST, "The category is changed.")


async def remove(request: Request) -> Response:
    """Take it away."""
    await remove_category(need_member(request), request.path_params["slug"])
    return redirect(_LIST, "The category is gone.")
