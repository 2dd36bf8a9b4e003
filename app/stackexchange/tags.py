"""Tags of a dump."""

from app.stackexchange.dump import Row
from app.stackexchange.values import tags
from base.text.slug import slugify
from forum.models import Tag


class Tags:
    """Finds or makes tags by their slug."""

    def __init__(self) -> None:
        """Know no tag yet."""
        self._ids: dict[str, int] = {}

    async def ids(self, row: Row) -> tuple[int, ...]:
        """Return the ids of the tags of a question; a synonym counts as the tag that is meant."""
        return tuple([await self._id(name) for name in tags(row)])

    async def _id(self, name: str) -> int:
        slug = slugify(name, limit=60)
        if slug not in self._ids:
            tag, _ = await Tag.get_or_create(slug=slug, defaults={"name": name.replace("-", " ")})
            self._ids[slug] = tag.meant_id or tag.id  # type: ignore[attr-defined]
        return self._ids[slug]
