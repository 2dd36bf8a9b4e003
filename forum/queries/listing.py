"""Lists of threads: filters, sorts, numbered pages; one statement whatever their length."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.condition import ALWAYS, Condition, any_of, one_of
from base.db import marks, rows
from base.db.documents import text_in
from base.errors import Missing
from base.inputs import Input, Line
from base.paging import Page
from forum.queries.case_evidence import grades_of, grades_sql
from forum.queries.thread_rows import ROW_COLUMNS, ROW_JOINS, UNREAD, ThreadRow, read_row
from forum.queries.topic_tree import below
from forum.rules import listed_threads
from members.viewer import Viewer

Slug = Annotated[Line, Field(max_length=80)]

SORTS: Final = ("active", "new", "votes")
CASE_SORTS: Final = (*SORTS, "evidence")
_PINNED: Final = "t.id IN (SELECT x.id FROM threads x WHERE x.pinned_until > ?)"
_ORDERS: Final = {
    "active": "t.active_at DESC, t.id DESC",
    "new": "t.created_at DESC, t.id DESC",
    "votes": "t.votes DESC, t.id DESC",
    "evidence": "g.grade, t.votes DESC, t.id DESC",
}

_CASES: Final = Condition("t.kind = 'case_study'")
# Case studies that were brought from elsewhere as plain text have no grade and stand last.
_UNGRADED: Final = (
    " UNION ALL SELECT u.id, 'none' FROM threads u WHERE u.kind = 'case_study' "
    "AND NOT EXISTS (SELECT 1 FROM case_studies w WHERE w.thread_id = u.id)"
)


class Wanted(Input):
    """What a list is narrowed to, and how it is sorted; empty means anything."""

    kind: Literal["", "question", "case_study", "discussion", "announcement"] = ""
    state: Literal["", "unanswered", "answered", "solved", "closed"] = ""
    direction: Literal["", "worked", "mixed", "did_not_work"] = ""
    evidence: Literal["", "E1", "E2", "E3", "E4"] = ""
    platform: Slug = ""
    tag: Slug = ""
    category: Slug = ""
    language: Annotated[Line, Field(max_length=8)] = ""
    country: Annotated[Line, Field(max_length=2)] = ""
    organisation: Slug = ""
    size: Annotated[Line, Field(max_length=12)] = ""
    sort: Literal["active", "new", "votes", "evidence"] = "active"

    @property
    def filters(self) -> Mapping[str, str]:
        """Return the filters that are on, the kind not among them."""
        return {name: value for name, value in self.model_dump(include=set(_FILTERS) - {"kind"}).items() if value}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `page.total` counts everything the viewer may see in it, exactly."""

    page: Page
    threads: tuple[ThreadRow, ...]


async def listing(
    viewer: Viewer, wanted: Wanted, *, page: int = 1, size: int = 20, also: Condition = ALWAYS
) -> Listing:
    """Return one page of the threads that are wanted and that the viewer may see; pinned ones come first."""
    by_grade = wanted.sort == "evidence"
    seen = listed_threads(viewer) & narrowed(wanted) & also & (_CASES if by_grade else ALWAYS)
    order = _ORDERS[wanted.sort]
    pinned = Condition(_PINNED, (now(),)) if wanted.sort == "active" else Condition("1 = 0")
    offset = (page - 1) * size
    graded = f"graded AS MATERIALIZED ({grades_sql()}{_UNGRADED}), " if by_grade or wanted.evidence else ""
    joined = "JOIN graded g ON g.id = t.id" if by_grade else ""
    unread = f", {UNREAD.format(mine=marks(viewer.ids))}" if viewer.is_member else ""
    found = await rows(
        f"WITH {graded}first AS (SELECT t.id FROM threads t WHERE ({pinned.sql}) AND ({seen.sql})), "  # noqa: S608
        f"rest AS (SELECT t.id FROM threads t {joined} WHERE ({seen.sql}) AND t.id NOT IN (SELECT id FROM first) "
        f"ORDER BY {order} "
        "LIMIT (SELECT CASE WHEN ? = 0 THEN CASE WHEN COUNT(*) > ? THEN 0 ELSE ? - COUNT(*) END ELSE ? END FROM first) "
        "OFFSET (SELECT CASE WHEN ? > COUNT(*) THEN ? - COUNT(*) ELSE 0 END FROM first)), "
        "shown AS (SELECT id, 0 AS place FROM first WHERE ? = 0 UNION ALL SELECT id, 1 FROM rest) "
        f"SELECT (SELECT COUNT(*) FROM threads t WHERE {seen.sql}) AS total, {ROW_COLUMNS}{unread} "
        f"FROM shown JOIN threads t ON t.id = shown.id {ROW_JOINS} {joined} ORDER BY shown.place, {order}",
        *pinned.values, *seen.values, *seen.values, offset, size, size, size, offset, offset, offset, *seen.values,
        *((viewer.id, *viewer.ids) if viewer.is_member else ()),
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    total = found[0]["total"] if found else 0
    read = [read_row(row, by_creation=wanted.sort == "new") for row in found]
    grades = await grades_of([row.id for row in read if row.result])
    return Listing(Page(page, size, total), tuple(replace(row, evidence=grades.get(row.id, "")) for row in read))


async def unanswered_for(viewer: Viewer, most: int) -> tuple[ThreadRow, ...]:
    """Return what others ask about the platforms the viewer works with, and nobody has answered."""
    if not viewer.platform_ids:
        return ()
    mine, own = one_of("x.platform_id", sorted(viewer.platform_ids)), one_of("t.author_id", viewer.ids)
    about = Condition(
        f"NOT ({own.sql}) AND t.id IN (SELECT x.thread_id FROM thread_platforms x WHERE {mine.sql})",  # noqa: S608
        (*own.values, *mine.values),
    )
    wanted = Wanted(kind="question", state="unanswered", sort="new")
    return (await listing(viewer, wanted, size=most, also=about)).threads


def narrowed(wanted: Wanted) -> Condition:
    """Return the condition of the filters."""
    condition = ALWAYS
    for name, value in wanted.model_dump(include=set(_FILTERS)).items():
        if name == "state" and value == "closed":
            condition = condition & Condition("t.resolution IN ('closed', 'duplicate')")
        elif value:
            given = value.upper() if name == "country" else value
            found = Condition(_FILTERS[name], (given,))
            if wanted.kind == "case_study" and name in _OF_SETTING:
                found = any_of([found, _as_shown(name, given)])
            condition = condition & found
    return condition


_FILTERS: Final[Mapping[str, str]] = {
    "kind": "t.kind = ?",
    "state": "t.resolution = ?",
    "language": "t.language = ?",
    "direction": "t.id IN (SELECT x.thread_id FROM case_studies x WHERE x.direction = ?)",
    "platform": "t.id IN (SELECT x.thread_id FROM thread_platforms x JOIN platforms y ON y.id = x.platform_id "
    "WHERE y.slug = ?)",
    "tag": f"t.id IN (SELECT x.thread_id FROM thread_tags x WHERE x.tag_id IN ({below('g.slug = ?')}))",  # noqa: S608
    "category": "t.category_id = (SELECT x.id FROM categories x WHERE x.slug = ?)",
    "country": "t.organisation_id IN (SELECT x.id FROM organisations x WHERE x.country = ?)",
    "evidence": "t.id IN (SELECT x.id FROM graded x WHERE x.grade = ?)",
    "size": "t.organisation_id IN (SELECT x.id FROM organisations x WHERE x.beds_band = ?)",
    "organisation": "t.organisation_id = (SELECT x.id FROM organisations x WHERE x.slug = ?)",
}
_OF_SETTING: Final[Mapping[str, str]] = {"country": "country", "size": "beds_band"}


def _as_shown(name: str, value: str) -> Condition:
    """Return which case studies behind a mask show this: they name no organisation."""
    shown = text_in("x.setting", _OF_SETTING[name])
    sql = f"t.organisation_id IS NULL AND t.id IN (SELECT x.thread_id FROM case_studies x WHERE {shown} = ?)"  # noqa: S608
    return Condition(sql, (value,))
