"""Posts as they stand in their thread, for what moves them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from base.db import as_datetime, marks, rows
from forum.arranging import Standing

# An answer so far is about its thread as a whole: it stays with it, for as long as there is that thread.
MOVABLE: Final = "p.kind IN ('opening', 'answer', 'reply', 'comment')"
_SQL: Final = """SELECT p.id, p.number, p.position, p.place, p.comments, p.kind, p.parent_id, p.author_id, p.state,
  p.accepted_at, p.accepted_by_id, m.state AS author_state FROM posts p JOIN members m ON m.id = p.author_id
  WHERE p.thread_id = ? AND ({which}) ORDER BY p.number"""
AT_ONCE: Final = 500


async def standing_in(thread_id: int, *, ends: bool = False) -> list[Standing]:
    """Return every post of a thread that can move, by number; when the thread `ends`, the answer so far with them."""
    which = f"{MOVABLE} OR (p.kind = 'summary' AND p.state = 'published')" if ends else MOVABLE
    return [_read(row) for row in await rows(_SQL.format(which=which), thread_id)]


async def masked_places(*thread_ids: int) -> set[int]:
    """Return in which of the threads somebody writes behind a mask."""
    places = {f"thread:{one}": one for one in thread_ids}
    sql = f"SELECT DISTINCT place FROM masks WHERE place IN ({marks(list(places))})"  # noqa: S608
    return {places[row["place"]] for row in await rows(sql, *places)}


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Divide numbers into as many as go into one statement."""
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _read(row: Mapping[str, Any]) -> Standing:
    return Standing(
        id=row["id"],
        number=row["number"],
        position=row["position"],
        place=row["place"],
        comments=row["comments"],
        kind=row["kind"],
        parent_id=row["parent_id"],
        author_id=row["author_id"],
        state=row["state"],
        masked=row["author_state"] == "mask",
        accepted_at=as_datetime(row["accepted_at"]),
        accepted_by_id=row["accepted_by_id"],
    )
