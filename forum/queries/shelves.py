"""What somebody has contributed to the forum, for their page: threads and answers, the newest first."""

from typing import Any, Final

from base.condition import Condition
from base.db import as_datetime, rows
from forum.addresses import place_url, thread_url
from forum.rules import visible_threads
from members.queries.contributions import Item, Shelf, Whose
from members.viewer import Viewer

_SHOWN: Final = 5
_COLUMN: Final[dict[Whose, str]] = {
    "member": "t.author_id",
    "organisation": "t.organisation_id",
    "region": "t.region_id",
}
_THREADS: Final = """
SELECT t.id, t.slug, t.title, t.kind, t.resolution, t.created_at, COUNT(*) OVER () AS total,
  (SELECT m.handle FROM members m WHERE m.id = t.author_id) AS handle
FROM threads t WHERE t.state = 'published' AND {column} = ? AND ({seen})
ORDER BY t.created_at DESC, t.id DESC LIMIT ?"""
_ATTEMPTS: Final = """
SELECT t.id, t.slug, t.title, t.created_at, COUNT(*) OVER () AS total
FROM threads t JOIN case_studies s ON s.thread_id = t.id
WHERE t.state = 'published' AND s.direction = 'did_not_work' AND t.author_id = ? AND ({seen})
ORDER BY t.created_at DESC, t.id DESC LIMIT ?"""
_ANSWERS: Final = """
SELECT t.id, t.slug, t.title, t.kind, p.number, p.position, p.place, p.created_at, p.accepted_at,
  COUNT(*) OVER () AS total, (SELECT m.handle FROM members m WHERE m.id = p.author_id) AS handle
FROM posts p JOIN threads t ON t.id = p.thread_id
WHERE t.state = 'published' AND p.author_id = ? AND p.state = 'published' AND p.kind IN ('answer', 'reply') AND ({seen})
ORDER BY p.created_at DESC, p.id DESC LIMIT ?"""


async def shelves(viewer: Viewer, whose: Whose, subject_id: int) -> list[Shelf]:
    """Return what the viewer may see of the threads of a member, organisation or region, and of a member's answers."""
    seen = visible_threads(viewer)
    found = [await _threads(whose, subject_id, seen)]
    if whose == "member":
        found += [await _attempts(subject_id, seen), await _answers(subject_id, seen)]
    return found


async def _threads(whose: Whose, subject_id: int, seen: Condition) -> Shelf:
    found = await rows(_THREADS.format(column=_COLUMN[whose], seen=seen.sql), subject_id, *seen.values, _SHOWN)
    items = tuple(
        Item(
            url=thread_url(row["id"], row["slug"]),
            title=row["title"],
            kind=row["kind"],
            at=as_datetime(row["created_at"]),
            state=row["resolution"],
        )
        for row in found
    )
    return _shelf("threads", "Questions, cases and discussions", found, items, whose)


async def _attempts(member_id: int, seen: Condition) -> Shelf:
    """Return the case studies in which somebody told that it did not work: a badge of theirs."""
    found = await rows(_ATTEMPTS.format(seen=seen.sql), member_id, *seen.values, _SHOWN)
    items = tuple(
        Item(
            url=thread_url(row["id"], row["slug"]),
            title=row["title"],
            kind="case_study",
            at=as_datetime(row["created_at"]),
            note="Others need not try it the same way.",
        )
        for row in found
    )
    return Shelf("attempts", "Shared what did not work", found[0]["total"] if found else 0, items)


async def _answers(member_id: int, seen: Condition) -> Shelf:
    found = await rows(_ANSWERS.format(seen=seen.sql), member_id, *seen.values, _SHOWN)
    items = tuple(
        Item(
            url=place_url(row["id"], row["slug"], row["number"], row["position"], row["place"]),
            title=row["title"],
            kind="post",
            at=as_datetime(row["created_at"]),
            state="solved" if row["accepted_at"] is not None else "",
        )
        for row in found
    )
    return _shelf("answers", "Answers", found, items, "member")


def _shelf(name: str, label: str, found: list[dict[str, Any]], items: tuple[Item, ...], whose: Whose) -> Shelf:
    if not found:
        return Shelf(name, label, 0)
    url = f"/search?q=by:{found[0]['handle']}&sort=newest" if whose == "member" else ""
    return Shelf(name, label, found[0]["total"], items, url)
