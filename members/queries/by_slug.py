"""Rows by the word in their address."""

from typing import TypeVar

from tortoise.fields import CharField
from tortoise.models import Model

Row = TypeVar("Row", bound=Model)


async def by_slug(model: type[Row], slug: str) -> Row | None:
    """Return the row with this slug; a word that is longer than the column is the slug of nothing."""
    column = model._meta.fields_map["slug"]
    assert isinstance(column, CharField)
    return await model.get_or_none(slug=slug) if len(slug) <= column.max_length else None
