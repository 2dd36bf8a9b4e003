"""A member's inbox."""

from dataclasses import dataclass
from datetime import datetime

from base.db import as_datetime, marks, rows
from base.paging import Page
from base.settings import get
from members.viewer import Viewer

MOST_SHOWN = 5


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
class NoticeGroup:
    """Notices about one thing, the newest first; of many, only some are shown; `opens` is the first unread."""

    name: str
    subject: str
    reason: str
    total: int
    unread: int
    opens: int
    notices: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What templates/members/inbox.html shows."""

    groups: tuple[NoticeGroup, ...]
    page: Page
    unread: int
    is_unread_only: bool


async def inbox_page(viewer: Viewer, number: int = 1, *, unread_only: bool = False) -> InboxPage:
    """Return one page of the inbox, what is unread first, in three statements."""
    member_id = viewer.member_id
    only = "AND n.read_at IS NULL " if unread_only else ""
    counted = await rows(
        'SELECT COUNT(DISTINCT n."group") AS n, SUM(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) AS unread '  # noqa: S608
        f"FROM notices n WHERE n.member_id = ? {only}",
        member_id,
    )
    page = Page(number, get().page_size, counted[0]["n"])
    groups = await rows(
        'SELECT n."group" AS name, COUNT(*) AS total, SUM(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) AS unread, '  # noqa: S608
        "COALESCE(MIN(CASE WHEN n.read_at IS NULL THEN n.id END), MAX(n.id)) AS opens "
        f'FROM notices n WHERE n.member_id = ? {only}GROUP BY n."group" '
        "ORDER BY MAX(CASE WHEN n.read_at IS NULL THEN 1 ELSE 0 END) DESC, MAX(n.id) DESC LIMIT ? OFFSET ?",
        member_id, page.size, page.offset,
    )  # fmt: skip
    lines = await _lines(member_id, [row["name"] for row in groups], only)
    return InboxPage(
        tuple(
            NoticeGroup(
                row["name"], *lines[row["name"]][0], row["total"], row["unread"], row["opens"], lines[row["name"]][1]
            )
            for row in groups
        ),
        page,
        int(counted[0]["unread"] or 0),
        unread_only,
    )


async def _lines(
    member_id: int, names: list[str], only: str
) -> dict[str, tuple[tuple[str, str], tuple[NoticeLine, ...]]]:
    """Return the newest notices of each group, with the subject and the reason of its newest."""
    if not names:
        return {}
    found = await rows(
        'SELECT * FROM (SELECT n.id, n."group" AS group_name, n.kind, n.subject, n.text, n.reason, n.created_at, '  # noqa: S608
        "n.read_at, a.name AS actor, ROW_NUMBER() OVER ("
        '  PARTITION BY n."group" ORDER BY CASE WHEN n.read_at IS NULL THEN 0 ELSE 1 END, n.id DESC) AS place '
        "FROM notices n LEFT JOIN members a ON a.id = n.actor_id "
        f'WHERE n.member_id = ? AND n."group" IN ({marks(names)}) {only}) ranked '
        "WHERE place <= ? ORDER BY place",
        member_id, *names, MOST_SHOWN,
    )  # fmt: skip
    lines: dict[str, tuple[tuple[str, str], tuple[NoticeLine, ...]]] = {}
    for row in found:
        line = NoticeLine(
            row["id"], row["kind"], row["actor"] or "", row["text"], as_datetime(row["created_at"]),
            row["read_at"] is None,
        )  # fmt: skip
        head, before = lines.get(row["group_name"], ((row["subject"], row["reason"]), ()))
        lines[row["group_name"]] = (head, (*before, line))
    return lines
