"""A topic by what people call it, for acts on topics."""

from dataclasses import dataclass
from typing import Final

from base.condition import Condition
from base.db import rows
from base.errors import Missing
from forum.queries.labels import tag_slug, topics_near
from forum.rules import known_topics
from members.viewer import Viewer

NO_TOPIC: Final = "There is no such topic."


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What acts need to know of a topic."""

    id: int
    slug: str
    name: str
    parent_id: int | None
    deprecated: bool


async def topic_facts(viewer: Viewer, slug: str) -> TopicFacts:
    """Return a topic that the viewer knows by its slug; raises Missing for another name of one."""
    known = known_topics(viewer)
    found = await _find(Condition("g.slug = ? AND g.meant_id IS NULL", (slug,)) & known)
    if found is None:
        raise Missing(NO_TOPIC)
    return found


async def topic_by_id(tag_id: int) -> TopicFacts | None:
    """Return a topic that is one of its own."""
    return await _find(Condition("g.id = ? AND g.meant_id IS NULL", (tag_id,)))


async def topic_called(viewer: Viewer, name: str) -> TopicFacts | None:
    """Return the topic, if the viewer knows it, that a name means: its slug, its name or another name of it."""
    slug, called = tag_slug(name), name.lower()
    meant = Condition(
        "g.id = (SELECT COALESCE(n.meant_id, n.id) FROM tags n WHERE n.slug = ? OR LOWER(n.name) = ? "
        "ORDER BY CASE WHEN n.slug = ? THEN 0 ELSE 1 END, n.id LIMIT 1)",
        (slug, called, slug),
    )
    return await _find(meant & known_topics(viewer))


async def not_called(viewer: Viewer, name: str) -> str:
    """Say that no topic is called so, and which come near."""
    return f"“{name[:60]}”: no such topic.{await topics_near(viewer, [name])}"


async def _find(which: Condition) -> TopicFacts | None:
    found = await rows(
        f"SELECT g.id, g.slug, g.name, g.parent_id, g.deprecated_at FROM tags g WHERE {which.sql}",  # noqa: S608
        *which.values,
    )
    if not found:
        return None
    row = found[0]
    return TopicFacts(row["id"], row["slug"], row["name"], row["parent_id"], row["deprecated_at"] is not None)
