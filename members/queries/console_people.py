"""The people of an organisation as its administrators see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from base.clock import now
from base.condition import Condition, any_of, containing, one_of
from base.db import as_datetime, rows
from base.errors import Missing
from base.inputs import Input, Line
from base.paging import Page
from base.settings import get
from members.queries.console import ConsoleHead, console_of
from members.queries.duties import Duties, duties_of
from members.rules import may_transfer_role
from members.viewer import Viewer

STATES: Final = ("active", "paused", "pending", "left", "declined")
_HERE: Final = ("active", "paused")
_SEEN: Final = (("week", timedelta(days=7)), ("month", timedelta(days=31)), ("year", timedelta(days=365)))


class PeopleWanted(Input):
    """What the list is narrowed to; without a state, those who are active or paused."""

    q: Line = ""
    state: Literal["", "active", "paused", "pending", "left", "declined"] = ""
    role: Literal["", "staff", "org_admin"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """Somebody's place; `title` is the organisation's word, `own_title` their own. `seen` is coarse.

    `address` is there for its administrators, in one of its own domains: what else people use is theirs.
    """

    id: int
    handle: str
    name: str
    title: str
    own_title: str
    address: str
    role: str
    state: str
    account: str
    since: datetime | None
    until: datetime | None
    seen: str


@dataclass(frozen=True, slots=True)
class ConsolePeoplePage:
    """What templates/members/console_people.html shows."""

    head: ConsoleHead
    people: tuple[PlaceRow, ...]
    counts: Mapping[str, int]
    page: Page
    chosen: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePersonPage:
    """What templates/members/console_person.html shows; `duties` are to be handed over when they leave."""

    head: ConsoleHead
    person: PlaceRow
    duties: Duties
    sessions: int
    tokens: int
    is_self: bool
    is_last: bool
    may_transfer: bool


_COLUMNS: Final = """m.id, m.handle, m.name, m.title AS own_title, m.email, m.state AS account, m.last_seen_at,
  ms.title, ms.role, ms.state, ms.since, ms.until,
  EXISTS (SELECT 1 FROM organisation_domains d WHERE d.organisation_id = ms.organisation_id
    AND d.verified_at IS NOT NULL AND m.email LIKE '%@' || d.domain) AS at_work"""


async def console_people(viewer: Viewer, slug: str, given: Mapping[str, object], number: int = 1) -> ConsolePeoplePage:
    """Return one page of an organisation's people, in three statements beside that of the organisation."""
    head, _ = await console_of(viewer, slug)
    chosen = PeopleWanted.read(given)
    here = Condition("ms.organisation_id = ? AND m.state NOT IN ('gone', 'mask')", (head.id,))
    counts = await _counts(here)
    where = here & (one_of("ms.state", [chosen.state] if chosen.state else ["active", "paused"]))
    if chosen.role:
        where &= Condition("ms.role = ?", (chosen.role,))
    if chosen.q:
        words = chosen.q.lstrip("@")
        where &= any_of(containing(column, words) for column in ("m.name", "m.handle", "m.title", "ms.title"))
    from_ = f"FROM memberships ms JOIN members m ON m.id = ms.member_id WHERE {where.sql}"
    counted = await rows(f"SELECT COUNT(*) AS n {from_}", *where.values)
    page = Page(number, get().page_size, counted[0]["n"])
    found = await rows(
        f"SELECT {_COLUMNS} {from_} ORDER BY CASE ms.role WHEN 'org_admin' THEN 0 ELSE 1 END, LOWER(m.name), m.id "
        "LIMIT ? OFFSET ?",
        *where.values, page.size, page.offset,
    )  # fmt: skip
    kept = {name: value for name, value in chosen.model_dump().items() if value}
    return ConsolePeoplePage(head, tuple(_row(row, learns=head.learns) for row in found), counts, page, kept)


async def _counts(here: Condition) -> dict[str, int]:
    found = await rows(
        "SELECT ms.state, COUNT(*) AS n FROM memberships ms JOIN members m ON m.id = ms.member_id "  # noqa: S608
        f"WHERE {here.sql} GROUP BY ms.state",
        *here.values,
    )
    known = {row["state"]: int(row["n"]) for row in found}
    return {state: known.get(state, 0) for state in STATES}


async def console_person(viewer: Viewer, slug: str, member_id: int) -> ConsolePersonPage:
    """Return one of an organisation's people, with what may be done, and what they would leave behind."""
    head, _ = await console_of(viewer, slug)
    here = await rows(
        f"SELECT {_COLUMNS}, "  # noqa: S608
        "(SELECT COUNT(*) FROM sessions s WHERE s.member_id = m.id AND s.revoked_at IS NULL AND s.expires_at > ?) "
        "AS sessions, (SELECT COUNT(*) FROM tokens t WHERE t.member_id = m.id AND t.revoked_at IS NULL) AS tokens, "
        "(SELECT COUNT(*) FROM memberships x JOIN members y ON y.id = x.member_id AND y.state = 'active' "
        " WHERE x.organisation_id = ms.organisation_id AND x.state = 'active' AND x.role = 'org_admin' "
        " AND x.member_id <> m.id) AS others FROM memberships ms JOIN members m ON m.id = ms.member_id "
        "WHERE ms.organisation_id = ? AND m.id = ? AND m.state NOT IN ('gone', 'mask')",
        now(), head.id, member_id,
    )  # fmt: skip
    if not here:
        raise Missing("Nobody of this name belongs to the organisation.")
    person = _row(here[0], learns=head.learns)
    belongs = person.state in _HERE
    is_admin = person.role == "org_admin" and person.state == "active"
    return ConsolePersonPage(
        head=head,
        person=person,
        duties=await duties_of(viewer, person.id),
        sessions=int(here[0]["sessions"]) if belongs else 0,
        tokens=int(here[0]["tokens"]) if belongs else 0,
        is_self=viewer.id == person.id,
        is_last=is_admin and not here[0]["others"],
        may_transfer=may_transfer_role(viewer, head.id, person.id),
    )


def _row(row: Mapping[str, Any], *, learns: bool) -> PlaceRow:
    stays = row["state"] in _HERE
    return PlaceRow(
        id=row["id"],
        handle=row["handle"],
        name=row["name"],
        title=row["title"],
        own_title=row["own_title"],
        address=(row["email"] or "") if row["at_work"] and stays and learns else "",
        role=row["role"],
        state=row["state"],
        account=row["account"],
        since=as_datetime(row["since"]),
        until=as_datetime(row["until"]),
        seen=_seen(as_datetime(row["last_seen_at"])) if stays else "",
    )


def _seen(at: datetime | None) -> str:
    """Return about when somebody was here: to the day is nobody's business."""
    if at is None:
        return "never"
    return next((word for word, span in _SEEN if now() - at <= span), "longer")
