"""A member's inbox."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.condition import ALWAYS, Condition, any_of, one_of
from base.db import as_datetime, marks, rows
from base.errors import Missing
from base.paging import Page
from base.settings import get
from members.queries.vendors import VENDOR_OF, signed
from members.reasons import FOLLOWED, KINDS_BEFORE, SORTS, can_be_switched
from members.viewer import Viewer

MOST_SHOWN: Final = 5
MOST_COUNTED: Final = 100
"""A badge says 99+ of more: nothing is counted further."""

UNREAD_OF: Final = (
    "(SELECT COUNT(*) FROM (SELECT 1 FROM notices n WHERE n.member_id = {member} AND n.read_at IS NULL "  # noqa: S608
    f"LIMIT {MOST_COUNTED}) unread_ones)"
)
"""Counts the unread notices of a member as far as a badge needs it."""


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice in a group."""

    id: int
    kind: str
    actor: str
    text: str
    at: datetime | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for which notices of a group came; `notice` is one of them, by which it can be switched off."""

    notice: int
    reason: str
    because: str
    because_id: int | None

    @property
    def follows(self) -> bool:
        """Say whether the reason is something that is followed."""
        return self.because in FOLLOWED

    @property
    def can_be_switched(self) -> bool:
        """Say whether one can do without notices for this reason."""
        return can_be_switched(self.because)


@dataclass(frozen=True, slots=True)
class NoticeGroup:
    """Notices about one thing, the newest first; of many, only some are shown; `opens` is the first unread.

    `reason` is that of the newest, `reasons` are all of those that are shown.
    """

    name: str
    subject: str
    reason: str
    total: int
    unread: int
    opens: int
    notices: tuple[NoticeLine, ...]
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What templates/members/inbox.html shows; `sort` is what it is narrowed to, or nothing."""

    groups: tuple[NoticeGroup, ...]
    page: Page
    unread: int
    is_unread_only: bool
    sort: str


def of_sort(sort: str, alias: str = "n") -> Condition:
    """Return the condition of notices of one sort; raises Missing when there is no such sort."""
    if not sort:
        return ALWAYS
    if sort not in SORTS:
        raise Missing("There is no such part of the inbox.")
    before = Condition(f"{alias}.because = ''") & one_of(f"{alias}.kind", KINDS_BEFORE[sort])
    return any_of([one_of(f"{alias}.because", SORTS[sort]), before])


async def inbox_page(viewer: Viewer, number: int = 1, *, unread_only: bool = False, sort: str = "") -> InboxPage:
    """Return one page of the inbox, what is unread first, in two statements however much is in it."""
    which = Condition("n.member_id = ?", (viewer.member_id,)) & of_sort(sort)
    if unread_only:
        which = which & Condition("n.read_at IS NULL")
    size = get().page_size
    groups = await rows(
        'WITH gathered AS (SELECT n."group" AS name, COUNT(*) AS total, MAX(n.id) AS newest, '  # noqa: S608
        "SUM(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) AS unread, "
        "COALESCE(MIN(CASE WHEN n.read_at IS NULL THEN n.id END), MAX(n.id)) AS opens "
        f'FROM notices n WHERE {which.sql} GROUP BY n."group") '
        "SELECT g.*, COUNT(*) OVER () AS all_groups, SUM(g.unread) OVER () AS all_unread FROM gathered g "
        "ORDER BY CASE WHEN g.unread > 0 THEN 0 ELSE 1 END, g.newest DESC LIMIT ? OFFSET ?",
        *which.values, size, (number - 1) * size,
    )  # fmt: skip
    if not groups and number > 1:
        raise Missing("There is no such page.")
    lines = await _lines(which, [row["name"] for row in groups])
    page = Page(number, size, groups[0]["all_groups"] if groups else 0)
    unread = int(groups[0]["all_unread"] or 0) if groups else 0
    return InboxPage(tuple(_group(row, lines[row["name"]]) for row in groups), page, unread, unread_only, sort)


def _group(row: dict[str, Any], lines: list[dict[str, Any]]) -> NoticeGroup:
    # One line for each thing that can be switched: the words may differ, the newest stand for all.
    why = {(one["because"], one["because_id"], "" if one["because"] else one["reason"]): one for one in reversed(lines)}
    return NoticeGroup(
        row["name"],
        lines[0]["subject"],
        lines[0]["reason"],
        row["total"],
        int(row["unread"]),
        row["opens"],
        tuple(
            NoticeLine(
                line["id"], line["kind"], signed(line["actor"] or "", line["vendor"]), line["text"],
                as_datetime(line["created_at"]), line["read_at"] is None,
            )
            for line in lines
        ),
        tuple(Why(one["id"], one["reason"], one["because"], one["because_id"]) for one in reversed(why.values())),
    )  # fmt: skip


async def _lines(which: Condition, names: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the newest notices of each group, what is unread first."""
    if not names:
        return {}
    # Ranked by their ids alone: one thread may have thousands of them, each with its text.
    found = await rows(
        'SELECT r.group_name, n.id, n.kind, n.subject, n.text, n.reason, n.because, n.because_id, n.created_at, '  # noqa: S608
        f'n.read_at, a.name AS actor, {VENDOR_OF.format(member="a.id")} AS vendor FROM '
        '(SELECT n.id, n."group" AS group_name, ROW_NUMBER() OVER ('
        '  PARTITION BY n."group" ORDER BY CASE WHEN n.read_at IS NULL THEN 0 ELSE 1 END, n.id DESC) AS place '
        f'FROM notices n WHERE {which.sql} AND n."group" IN ({marks(names)})) r '
        "JOIN notices n ON n.id = r.id LEFT JOIN members a ON a.id = n.actor_id "
        "WHERE r.place <= ? ORDER BY r.place",
        *which.values, *names, MOST_SHOWN,
    )  # fmt: skip
    lines: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        lines.setdefault(row["group_name"], []).append(row)
    return lines


@dataclass(frozen=True, slots=True)
class Unread:
    """How many notices are new; of more than 99, `more` is true; `newest` is the id of the newest one."""

    unread: int
    more: bool
    newest: int


async def unread_of(viewer: Viewer) -> Unread:
    """Count the viewer's unread notices as far as a badge needs it."""
    found = await rows(
        f"SELECT {UNREAD_OF.format(member='m.id')} AS unread, (SELECT MAX(n.id) FROM notices n "  # noqa: S608
        "WHERE n.member_id = m.id AND n.read_at IS NULL) AS newest FROM members m WHERE m.id = ?",
        viewer.member_id,
    )  # fmt: skip
    return read_unread(found[0]) if found else Unread(0, more=False, newest=0)


def read_unread(row: dict[str, Any]) -> Unread:
    """Read a row with `unread` and `newest`."""
    return Unread(min(row["unread"], MOST_COUNTED - 1), row["unread"] >= MOST_COUNTED, row["newest"] or 0)
