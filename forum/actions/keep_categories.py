"""Keep the categories: bring one in, change it, take one away that nothing is in."""

from typing import Annotated

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base.db import execute, rows, transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Body, Input, Line
from base.journal import record
from base.text.slug import slugify
from forum.rules import check_may_keep_tags
from members.viewer import Viewer

_NO_CATEGORY = "There is no such category."


class CategoryText(Input):
    """A category: `hint` is what is asked of a text in it, `template` what an empty one begins with.

    Lists show them by `position`, then by name.
    """

    name: Annotated[Line, Field(min_length=2, max_length=60, title="Name")]
    about: Annotated[Body, Field(max_length=1_000, title="About")] = ""
    hint: Annotated[Line, Field(max_length=300, title="What is asked")] = ""
    template: Annotated[Body, Field(max_length=4_000, title="Template")] = ""
    position: Annotated[int, Field(ge=0, le=10_000, title="Place")] = 0


async def make_category(viewer: Viewer, given: CategoryText) -> str:
    """Bring in a category and return its slug, which stays whatever it is called later."""
    check_may_keep_tags(viewer)
    slug = slugify(given.name, 60, empty="category")
    slug = "new-ones" if slug == "new" else slug  # the address of the form for a new one
    try:
        async with transaction():
            made = await rows(
                "INSERT INTO categories (slug, name, about, hint, template, position) VALUES (?, ?, ?, ?, ?, ?) "
                "RETURNING id",
                slug, given.name, given.about, given.hint, given.template, given.position,
            )  # fmt: skip
            data = {"name": given.name, "slug": slug}
            await record("category.made", actor_id=viewer.member_id, subject_id=made[0]["id"], data=data)
    except IntegrityError:
        raise Invalid({"name": "There is a category of that name already."}, given.model_dump()) from None
    return slug


async def change_category(viewer: Viewer, slug: str, given: CategoryText) -> None:
    """Change what a category is called, says and asks."""
    check_may_keep_tags(viewer)
    async with transaction():
        changed = await rows(
            "UPDATE categories SET name = ?, about = ?, hint = ?, template = ?, position = ? WHERE slug = ? "
            "RETURNING id",
            given.name, given.about, given.hint, given.template, given.position, slug,
        )  # fmt: skip
        if not changed:
            raise Missing(_NO_CATEGORY)
        data = {"name": given.name, "slug": slug}
        await record("category.changed", actor_id=viewer.member_id, subject_id=changed[0]["id"], data=data)
        await execute("UPDATE threads SET version = version + 1 WHERE category_id = ?", changed[0]["id"])


async def remove_category(viewer: Viewer, slug: str) -> None:
    """Take a category away; one with threads in it stays."""
    check_may_keep_tags(viewer)
    async with transaction():
        found = await rows(
            "SELECT c.id, (SELECT COUNT(*) FROM threads t WHERE t.category_id = c.id) AS threads "
            "FROM categories c WHERE c.slug = ?",
            slug,
        )
        if not found:
            raise Missing(_NO_CATEGORY)
        if found[0]["threads"]:
            raise Conflict("There are threads in this category, so it stays. You can give it another name.")
        await execute("DELETE FROM watches WHERE target = 'category' AND target_id = ?", found[0]["id"])
        await execute("DELETE FROM categories WHERE id = ?", found[0]["id"])
        data = {"slug": slug}
        await record("category.removed", actor_id=viewer.member_id, subject_id=found[0]["id"], data=data)
