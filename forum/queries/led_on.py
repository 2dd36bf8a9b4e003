"""Where the address of a post or thread leads that is not there any more."""

from dataclasses import dataclass

from base.db import rows
from base.errors import Missing
from forum.addresses import place_url
from forum.queries.facts import NO_POST
from forum.rules import visible_threads
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class There:
    """Where a post stands today."""

    thread_id: int
    slug: str
    number: int
    position: int
    place: int

    @property
    def url(self) -> str:
        """Return its page, and the post on it."""
        return place_url(self.thread_id, self.slug, self.number, self.position, self.place)


async def led_on(viewer: Viewer, thread_id: int, number: int | None = None, *, or_beginning: bool = False) -> There:
    """Return where a post was moved, or a whole thread: with its opening; raises Missing for who may not see it there.

    With `or_beginning` a thread that has merged leads to its opening with every number it never had.
    """
    seen = visible_threads(viewer)
    found = await rows(
        f"SELECT t.id, t.slug, p.number, p.position, p.place, CASE WHEN {seen.sql} THEN 1 ELSE 0 END AS seen "  # noqa: S608
        "FROM post_places l JOIN posts p ON p.id = l.post_id JOIN threads t ON t.id = p.thread_id "
        "WHERE l.thread_id = CAST(? AS BIGINT) AND l.number IN (CAST(? AS BIGINT), CAST(? AS BIGINT)) "
        "ORDER BY l.number DESC LIMIT 1",
        *seen.values, thread_id, number or 1, 1 if or_beginning else number or 1,
    )  # fmt: skip
    if not found or not found[0]["seen"]:
        raise Missing(NO_POST)
    row = found[0]
    return There(row["id"], row["slug"], row["number"], row["position"], row["place"])
