"""Bring in topics that are not there yet."""

from forum.models import Tag


async def make_tags(new: tuple[tuple[str, str], ...]) -> tuple[int, ...]:
    """Make topics, as (slug, name), and return their ids; inside the caller's transaction."""
    if not new:
        return ()
    # Two people may bring in the same topic at the same moment.
    await Tag.bulk_create([Tag(slug=slug, name=name) for slug, name in new], ignore_conflicts=True)
    made = await Tag.filter(slug__in=[slug for slug, _ in new]).values_list("meant_id", "id")
    return tuple(meant or tag for meant, tag in made)
