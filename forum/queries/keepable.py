"""What can be bookmarked, and what has become of it: threads and posts here, articles through app/wiring.py."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.db import marks, rows
from forum.addresses import place_url, thread_url
from forum.rules import visible_posts, visible_threads
from members.viewer import Viewer

TARGETS: Final = ("thread", "post", "article")


@dataclass(frozen=True, slots=True)
class Kept:
    """A thing as its bookmark shows it.

    `state` says what has become of it: merged, duplicate, moved, hidden, deleted, obsolete or retired; with `then` and
    `then_url`, what there is instead.
    """

    kind: str
    title: str
    url: str
    number: int = 0
    state: str = ""
    then: str = ""
    then_url: str = ""


Provider = Callable[[Viewer, Sequence[int]], Awaitable[Mapping[int, Kept]]]
"""Returns those of some things that the viewer may see, by their ids."""


async def kept_threads(viewer: Viewer, ids: Sequence[int]) -> Mapping[int, Kept]:
    """Return threads as bookmarks show them; one that was merged leads to where it is now."""
    seen, then = visible_threads(viewer), visible_threads(viewer, "d")
    found = await rows(
        f"SELECT t.id, t.slug, t.title, t.kind, t.state, CASE WHEN {seen.sql} THEN 1 ELSE 0 END AS seen, "  # noqa: S608
        "t.merged_into_id, d.id AS then_id, d.slug AS then_slug, d.title AS then_title FROM threads t "
        f"LEFT JOIN threads d ON d.id = COALESCE(t.merged_into_id, t.duplicate_of_id) AND ({then.sql}) "
        f"WHERE t.id IN ({marks(ids)})",
        *seen.values, *then.values, *ids,
    )  # fmt: skip
    return {row["id"]: _thread(row) for row in found if row["seen"] or (row["merged_into_id"] and row["then_id"])}


def _thread(row: Mapping[str, Any]) -> Kept:
    then = (row["then_title"], thread_url(row["then_id"], row["then_slug"])) if row["then_id"] else ("", "")
    if row["merged_into_id"] and row["then_id"]:
        return Kept(row["kind"], row["title"] if row["seen"] else then[0], then[1], 0, "merged", *then)
    state = row["state"] if row["state"] != "published" else "duplicate" if row["then_id"] else ""
    return Kept(row["kind"], row["title"], thread_url(row["id"], row["slug"]), 0, state, *then)


async def kept_posts(viewer: Viewer, ids: Sequence[int]) -> Mapping[int, Kept]:
    """Return posts as bookmarks show them, where they stand now; of a deleted one, the thread."""
    threads, posts = visible_threads(viewer), visible_posts(viewer)
    found = await rows(
        "SELECT p.id, p.number, p.position, p.place, p.state, p.thread_id, t.slug, t.title, "  # noqa: S608
        f"CASE WHEN {posts.sql} THEN 1 ELSE 0 END AS seen, "
        "(SELECT COUNT(*) FROM post_places x WHERE x.post_id = p.id) AS moves "
        f"FROM posts p JOIN threads t ON t.id = p.thread_id WHERE p.id IN ({marks(ids)}) AND ({threads.sql})",
        *posts.values, *ids, *threads.values,
    )  # fmt: skip
    return {row["id"]: _post(row) for row in found}


def _post(row: Mapping[str, Any]) -> Kept:
    if not row["seen"]:
        url = thread_url(row["thread_id"], row["slug"])
        return Kept("post", row["title"], url, row["number"], "hidden" if row["state"] == "hidden" else "deleted")
    url = place_url(row["thread_id"], row["slug"], row["number"], row["position"], row["place"])
    state = row["state"] if row["state"] != "published" else "moved" if row["moves"] else ""
    return Kept("post", row["title"], url, row["number"], state)


PROVIDERS: Final[dict[str, Provider]] = {"thread": kept_threads, "post": kept_posts}


async def look_up(viewer: Viewer, wanted: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], Kept]:
    """Return those of some things that the viewer may see, one statement for each sort of them."""
    found: dict[tuple[str, int], Kept] = {}
    for target, provider in PROVIDERS.items():
        if ids := [one for kind, one in wanted if kind == target]:
            found |= {(target, id_): kept for id_, kept in (await provider(viewer, ids)).items()}
    return found
