"""The categories, for those who keep them and for programs."""

from dataclasses import dataclass
from typing import Any, Final

from base.db import rows
from base.errors import Missing
from forum.rules import check_may_keep_tags, listed_threads
from members.viewer import Viewer

_COLUMNS: Final = "c.slug, c.name, c.about, c.hint, c.template, c.position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category, with how many threads in it the viewer may see."""

    slug: str
    name: str
    about: str
    hint: str
    template: str
    position: int
    threads: int


async def all_categories(viewer: Viewer) -> tuple[Category, ...]:
    """Return all categories in their order."""
    return await _read(viewer, "1 = 1")


async def kept_categories(viewer: Viewer) -> tuple[Category, ...]:
    """Return all categories to who keeps them."""
    check_may_keep_tags(viewer)
    return await _read(viewer, "1 = 1")


async def kept_category(viewer: Viewer, slug: str) -> Category:
    """Return one category to who keeps it."""
    check_may_keep_tags(viewer)
    found = await _read(viewer, "c.slug = ?", slug)
    if not found:
        raise Missing("There is no such category.")
    return found[0]


async def _read(viewer: Viewer, which: str, *values: Any) -> tuple[Category, ...]:
    seen = listed_threads(viewer)
    found = await rows(
        f"SELECT {_COLUMNS}, (SELECT COUNT(*) FROM threads t WHERE t.category_id = c.id AND ({seen.sql})) AS threads "  # noqa: S608
        f"FROM categories c WHERE {which} ORDER BY c.position, c.name",
        *seen.values, *values,
    )  # fmt: skip
    return tuple(Category(**row) for row in found)
