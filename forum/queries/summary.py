"""Where the answer so far of a thread stands, and what it would have to take in."""

from dataclasses import dataclass

from base.db import rows
from base.errors import Missing
from forum.addresses import thread_url
from forum.queries.facts import NO_THREAD
from forum.rules import visible_threads
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SummaryPlace:
    """A thread to be summed up; `number` is that of the answer so far, 0 when there is none."""

    thread_id: int
    title: str
    url: str
    kind: str
    last_number: int
    number: int


async def summary_place(viewer: Viewer, thread_id: int) -> SummaryPlace:
    """Return what the form for the answer so far needs to know of its thread."""
    seen = visible_threads(viewer)
    found = await rows(
        "SELECT t.title, t.slug, t.kind, t.last_number, p.number FROM threads t "  # noqa: S608
        f"LEFT JOIN posts p ON p.id = t.summary_post_id WHERE t.id = ? AND ({seen.sql})",
        thread_id, *seen.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_THREAD)
    row = found[0]
    url = thread_url(thread_id, row["slug"])
    return SummaryPlace(thread_id, row["title"], url, row["kind"], row["last_number"], row["number"] or 0)
