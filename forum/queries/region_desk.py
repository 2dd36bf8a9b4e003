"""The desk of a region: questions without an answer, newcomers, and the organisations that wait or need a hand."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from base.clock import now
from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from base.settings import get
from forum.addresses import thread_url
from forum.rules import listed_threads
from members.models import Region
from members.queries.by_slug import by_slug
from members.queries.main_organisation import MAIN_ORGANISATION
from members.queries.requests import request_rows
from members.rules import OPEN_STATES, check_may_see_desk, listed_members
from members.uses import OVERDUE
from members.viewer import Viewer

GLANCE: Final = 5
UNANSWERED_FOR: Final = timedelta(hours=48)
NEW_FOR: Final = timedelta(days=30)
ENOUGH_ADMINS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One row of the desk: what its link says, where it leads, and a few facts of its sort.

    `who` and `place` name a person and their organisation; `count` is how many were asked to help with a question, or
    how many administrators an organisation has; `due` is how many entries of its ledger nobody confirmed for a year.
    """

    id: int
    title: str
    url: str
    at: datetime | None = None
    who: str = ""
    who_url: str = ""
    place: str = ""
    place_url: str = ""
    state: str = ""
    count: int = 0
    due: int = 0
    act_url: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """One part of the desk: how much there is, and some of it."""

    name: str
    rows: tuple[DeskRow, ...]
    page: Page

    @property
    def total(self) -> int:
        """Return how many rows there are in all."""
        return self.page.total


@dataclass(frozen=True, slots=True)
class RegionDesk:
    """What templates/forum/region_desk.html shows; `lane` is the part that is shown in full, if one is."""

    name: str
    slug: str
    lanes: tuple[Lane, ...]
    lane: Lane | None


@dataclass(frozen=True, slots=True)
class _Asked:
    viewer: Viewer
    region_id: int
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Part:
    """How a part of the desk is counted and read."""

    count: Callable[[Viewer, int], Condition]
    read: Callable[[_Asked], Awaitable[tuple[DeskRow, ...]]]


async def region_desk(viewer: Viewer, slug: str, lane: str = "", number: int = 1) -> RegionDesk:
    """Return the desk of a region: two statements, and one for each part that is shown."""
    region = await by_slug(Region, slug)
    if region is None:
        raise Missing("There is no such region.")
    check_may_see_desk(viewer, region.id)
    if lane and lane not in LANES:
        raise Missing("There is no such part of the desk.")
    totals = await _totals(viewer, region.id)
    size = get().page_size if lane else GLANCE
    made = []
    for name, part in LANES.items():
        page = Page(number if lane == name else 1, size, totals[name])
        asked = _Asked(viewer, region.id, size, page.offset)
        is_shown = totals[name] and lane in ("", name)
        made.append(Lane(name, await part.read(asked) if is_shown else (), page))
    return RegionDesk(region.name, region.slug, tuple(made), next((one for one in made if one.name == lane), None))


async def _totals(viewer: Viewer, region_id: int) -> dict[str, int]:
    """Return how much there is in each part, in one statement."""
    counts = {name: part.count(viewer, region_id) for name, part in LANES.items()}
    sql = ", ".join(f"(SELECT COUNT(*) {one.sql}) AS {name}" for name, one in counts.items())
    found = await rows(f"SELECT {sql}", *(value for one in counts.values() for value in one.values))
    return {name: int(found[0][name]) for name in LANES}


def _unanswered(viewer: Viewer, region_id: int) -> Condition:
    seen = listed_threads(viewer)
    return Condition(
        f"FROM threads t WHERE t.region_id = ? AND t.kind = 'question' AND t.resolution = 'unanswered' "
        f"AND t.created_at <= ? AND ({seen.sql})",
        (region_id, now() - UNANSWERED_FOR, *seen.values),
    )


async def _unanswered_rows(asked: _Asked) -> tuple[DeskRow, ...]:
    """Return the questions that have waited longest first."""
    of = _unanswered(asked.viewer, asked.region_id)
    found = await rows(
        "SELECT z.*, m.name, m.handle, m.state AS member_state, g.name AS place, g.slug AS place_slug, "  # noqa: S608
        "q.people_asked FROM (SELECT t.id, t.slug, t.title, t.created_at, t.author_id, t.organisation_id "
        f"{of.sql} ORDER BY t.created_at, t.id LIMIT ? OFFSET ?) z JOIN members m ON m.id = z.author_id "
        "LEFT JOIN organisations g ON g.id = z.organisation_id LEFT JOIN question_details q ON q.thread_id = z.id "
        "ORDER BY z.created_at, z.id",
        *of.values, asked.limit, asked.offset,
    )  # fmt: skip
    return tuple(
        DeskRow(
            id=row["id"],
            title=row["title"],
            url=thread_url(row["id"], row["slug"]),
            at=as_datetime(row["created_at"]),
            who=row["name"],
            who_url=_person(row) if row["member_state"] != "mask" else "",
            place=row["place"] or "",
            place_url=_place(row),
            count=row["people_asked"] or 0,
            act_url=f"/t/{row['id']}/people",
        )
        for row in found
    )


def _newcomers(viewer: Viewer, region_id: int) -> Condition:
    listed = listed_members(viewer)
    return Condition(
        f"FROM members m {MAIN_ORGANISATION} WHERE o.region_id = ? AND m.created_at > ? AND ({listed.sql})",
        (region_id, now() - NEW_FOR, *listed.values),
    )


async def _newcomer_rows(asked: _Asked) -> tuple[DeskRow, ...]:
    """Return who joined lately, with the first thing that they wrote and that the viewer may read."""
    of, seen = _newcomers(asked.viewer, asked.region_id), listed_threads(asked.viewer)
    found = await rows(
        "SELECT z.*, t.id AS thread_id, t.slug AS thread_slug, t.title FROM (SELECT m.id, m.name, m.handle, "  # noqa: S608
        "m.created_at, o.name AS place, o.slug AS place_slug, (SELECT MIN(p.id) FROM posts p JOIN threads t "
        f"ON t.id = p.thread_id WHERE p.author_id = m.id AND p.state = 'published' AND ({seen.sql})) AS post_id "
        f"{of.sql} ORDER BY m.created_at DESC, m.id DESC LIMIT ? OFFSET ?) z LEFT JOIN posts p ON p.id = z.post_id "
        "LEFT JOIN threads t ON t.id = p.thread_id ORDER BY z.created_at DESC, z.id DESC",
        *seen.values, *of.values, asked.limit, asked.offset,
    )  # fmt: skip
    return tuple(
        DeskRow(
            id=row["id"],
            title=row["name"],
            url=_person(row),
            at=as_datetime(row["created_at"]),
            place=row["place"] or "",
            place_url=_place(row),
            state=row["title"] or "",
            act_url=thread_url(row["thread_id"], row["thread_slug"]) if row["thread_id"] else "",
        )
        for row in found
    )


def _requests(viewer: Viewer, region_id: int) -> Condition:
    return Condition(
        "FROM organisation_requests q JOIN organisations o ON o.id = q.organisation_id "
        "WHERE q.state = 'waiting' AND o.region_id = ?",
        (region_id,),
    )


async def _request_rows(asked: _Asked) -> tuple[DeskRow, ...]:
    which = Condition("q.state = 'waiting' AND o.region_id = ?", (asked.region_id,))
    return tuple(
        DeskRow(
            id=one.id,
            title=one.name,
            url=f"/organisation-requests/{one.id}",
            at=one.at,
            who=one.asker,
            who_url=f"/people/{one.asker_handle}" if one.asker_handle else "",
            place=one.country_name,
            state="answered" if one.answered else "asked_back" if one.asked_back else "",
        )
        for one in await request_rows(which, asked.limit, asked.offset)
    )


def _waiting(viewer: Viewer, region_id: int) -> Condition:
    is_open = one_of("o.state", OPEN_STATES)
    return Condition(
        "FROM memberships s JOIN members m ON m.id = s.member_id JOIN organisations o ON o.id = s.organisation_id "
        f"WHERE o.region_id = ? AND s.state = 'pending' AND m.state = 'active' AND {is_open.sql}",
        (region_id, *is_open.values),
    )


async def _waiting_rows(asked: _Asked) -> tuple[DeskRow, ...]:
    """Return who waits to be let into an organisation, the longest first."""
    of = _waiting(asked.viewer, asked.region_id)
    found = await rows(
        "SELECT m.id, m.name, m.handle, s.since, o.name AS place, o.slug AS place_slug "
        f"{of.sql} ORDER BY s.since, s.id LIMIT ? OFFSET ?",
        *of.values, asked.limit, asked.offset,
    )  # fmt: skip
    return tuple(
        DeskRow(
            id=row["id"],
            title=row["name"],
            url=_person(row),
            at=as_datetime(row["since"]),
            place=row["place"] or "",
            place_url=_place(row),
            act_url=f"/organisations/{row['place_slug']}/invitations",
        )
        for row in found
    )


_ADMINS: Final = (
    "(SELECT COUNT(*) FROM memberships s JOIN members m ON m.id = s.member_id AND m.state = 'active' "
    "WHERE s.organisation_id = o.id AND s.state = 'active' AND s.role = 'org_admin')"
)
_DUE: Final = (
    "(SELECT COUNT(*) FROM platform_uses u WHERE u.organisation_id = o.id AND u.status <> 'tried_stopped' "
    "AND u.checked_at <= ?)"
)


def _thin(viewer: Viewer, region_id: int) -> Condition:
    is_open = one_of("o.state", OPEN_STATES)
    return Condition(
        f"FROM organisations o WHERE o.region_id = ? AND {is_open.sql} AND ({_ADMINS} < {ENOUGH_ADMINS} OR {_DUE} > 0)",
        (region_id, *is_open.values, now() - OVERDUE),
    )


async def _thin_rows(asked: _Asked) -> tuple[DeskRow, ...]:
    """Return the organisations that few look after, or whose ledger is old."""
    of = _thin(asked.viewer, asked.region_id)
    found = await rows(
        f"SELECT o.id, o.name, o.slug, {_ADMINS} AS admins, {_DUE} AS due {of.sql} "
        "ORDER BY admins, due DESC, LOWER(o.name), o.id LIMIT ? OFFSET ?",
        now() - OVERDUE, *of.values, asked.limit, asked.offset,
    )  # fmt: skip
    return tuple(
        DeskRow(
            id=row["id"],
            title=row["name"],
            url=f"/organisations/{row['slug']}",
            count=int(row["admins"]),
            due=int(row["due"]),
            act_url=f"/organisations/{row['slug']}/platforms" if row["due"] else "",
        )
        for row in found
    )


def _person(row: Mapping[str, Any]) -> str:
    return f"/people/{row['handle']}"


def _place(row: Mapping[str, Any]) -> str:
    return f"/organisations/{row['place_slug']}" if row["place_slug"] else ""


LANES: Final[Mapping[str, _Part]] = {
    "unanswered": _Part(_unanswered, _unanswered_rows),
    "newcomers": _Part(_newcomers, _newcomer_rows),
    "organisations": _Part(_requests, _request_rows),
    "people": _Part(_waiting, _waiting_rows),
    "care": _Part(_thin, _thin_rows),
}
