"""What somebody who wants to leave should know: what stays, who has to take over, when it happens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from base import settings
from base.clock import now
from base.db import as_datetime, marks, rows
from members.models import Departure
from members.queries.duties import Duties, duties_of
from members.queries.masks import mine
from members.rules import check_may_leave
from members.viewer import Viewer

_OTHER_ADMINS: Final = """
SELECT 1 AS one FROM role_grants g JOIN members m ON m.id = g.member_id
WHERE g.role = 'admin' AND g.since <= ? AND (g.until IS NULL OR g.until > ?) AND m.state = 'active'
  AND (g.member_id = ?) = ? LIMIT 1"""
# Where nobody else of the organisation is active, nobody is left alone.
_ALONE_FOR: Final = """
SELECT o.name FROM memberships p JOIN organisations o ON o.id = p.organisation_id
WHERE p.member_id = ? AND p.role = 'org_admin' AND p.state = 'active'
  AND EXISTS (SELECT 1 FROM memberships q JOIN members m ON m.id = q.member_id
    WHERE q.organisation_id = o.id AND q.state = 'active' AND m.state = 'active' AND q.member_id <> p.member_id)
  AND NOT EXISTS (SELECT 1 FROM memberships q JOIN members m ON m.id = q.member_id
    WHERE q.organisation_id = o.id AND q.state = 'active' AND q.role = 'org_admin' AND m.state = 'active'
      AND q.member_id <> p.member_id)
ORDER BY o.name"""


@dataclass(frozen=True, slots=True)
class LeavingPage:
    """What templates/members/settings_leave.html shows: what stays, what would keep somebody, who takes over what."""

    posts: int
    threads: int
    cases_of_organisations: int
    grace_days: int
    is_last_admin: bool
    alone_for: tuple[str, ...]
    duties: Duties


@dataclass(frozen=True, slots=True)
class Waiting:
    """A departure that has not begun: what will happen, and when."""

    kind: str
    due: datetime


async def is_last_admin(member_id: int) -> bool:
    """Say whether a member runs the site and nobody else does."""
    at = now()
    runs = await rows(_OTHER_ADMINS, at, at, member_id, True)
    return bool(runs) and not await rows(_OTHER_ADMINS, at, at, member_id, False)


async def alone_for(member_id: int) -> tuple[str, ...]:
    """Return the organisations that a member alone administers, where colleagues would stay behind."""
    return tuple(row["name"] for row in await rows(_ALONE_FOR, member_id))


async def leaving_page(viewer: Viewer) -> LeavingPage:
    """Return what the viewer should know before they leave, in seven statements."""
    check_may_leave(viewer)
    posts, threads = mine(viewer.member_id, "p.author_id"), mine(viewer.member_id, "t.author_id")
    counted = (await rows(
        f"SELECT (SELECT COUNT(*) FROM posts p WHERE p.state <> 'deleted' AND ({posts.sql})) AS posts, "  # noqa: S608
        f"(SELECT COUNT(*) FROM threads t WHERE t.state <> 'deleted' AND ({threads.sql})) AS threads, "
        "(SELECT COUNT(*) FROM threads t WHERE t.state <> 'deleted' AND t.kind = 'case_study' "
        f"AND t.organisation_id IS NOT NULL AND ({threads.sql})) AS cases",
        *posts.values, *threads.values, *threads.values,
    ))[0]  # fmt: skip
    return LeavingPage(
        counted["posts"], counted["threads"], counted["cases"], settings.get().leaving_days,
        await is_last_admin(viewer.member_id), await alone_for(viewer.member_id),
        await duties_of(viewer, viewer.member_id),
    )  # fmt: skip


async def unfinished(states: tuple[str, ...] = ("working", "swept")) -> list[Departure]:
    """Return the departures that are under way, the oldest first."""
    return await Departure.filter(state__in=states).order_by("id")


async def due_departures() -> list[int]:
    """Return the ids of departures whose time has come, or that were broken off."""
    found = await rows(
        "SELECT id FROM departures WHERE (state = 'waiting' AND due_at <= ?) OR state = 'working' ORDER BY id", now()
    )
    return [row["id"] for row in found]


async def here_of(members: list[tuple[int, datetime]]) -> set[tuple[int, datetime]]:
    """Return which of these members are here under their name; each with the moment at which their account began."""
    ids = [member_id for member_id, _ in members]
    found = {
        row["id"]: as_datetime(row["created_at"])
        for row in await rows(
            f"SELECT id, created_at FROM members WHERE id IN ({marks(ids)}) AND state <> 'gone'",  # noqa: S608
            *ids,
        )
    }
    return {(member_id, created) for member_id, created in members if found.get(member_id) == created}
