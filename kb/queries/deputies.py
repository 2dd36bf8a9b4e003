"""Who stands in for whom."""

from dataclasses import dataclass
from datetime import date

from base.clock import now
from base.condition import Condition
from base.db import rows
from kb.queries.article import Person
from kb.queries.people import possible_reviewers
from kb.rules import check_may_delegate
from members.queries.platform_changes import read_day
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who stands in, or for whom one does, and until when."""

    person: Person
    until: date


@dataclass(frozen=True, slots=True)
class Deputies:
    """Who stands in for the viewer, for whom they do, and who could."""

    own: StandIn | None
    others: tuple[StandIn, ...]
    possible: tuple[Person, ...]


async def deputies(viewer: Viewer) -> Deputies:
    """Return who stands in for the viewer, and for whom they do."""
    check_may_delegate(viewer)
    found = await rows(
        "SELECT d.member_id, d.until, m.name, m.handle FROM delegations d "
        "JOIN members m ON m.id = CASE WHEN d.member_id = ? THEN d.deputy_id ELSE d.member_id END "
        "WHERE (d.member_id = ? OR d.deputy_id = ?) AND d.until >= ? ORDER BY m.name",
        viewer.id, viewer.id, viewer.id, now().date(),
    )  # fmt: skip
    listed = [(row["member_id"], StandIn(Person(row["name"], row["handle"]), read_day(row["until"]))) for row in found]
    return Deputies(
        next((one for member, one in listed if member == viewer.id), None),
        tuple(one for member, one in listed if member != viewer.id),
        await possible_reviewers(viewer.member_id),
    )


def those_of(viewer: Viewer, column: str) -> Condition:
    """Ask for what is the viewer's own, or of somebody for whom they stand in now."""
    return Condition(
        f"({column} = ? OR {column} IN (SELECT d.member_id FROM delegations d WHERE d.deputy_id = ? AND d.until >= ?))",  # noqa: S608
        (viewer.id, viewer.id, now().date()),
    )


async def standing_in(member_ids: set[int]) -> set[int]:
    """Return these members, each who is away replaced by who stands in."""
    found = await rows("SELECT member_id, deputy_id FROM delegations WHERE until >= ?", now().date())
    instead = {row["member_id"]: row["deputy_id"] for row in found}
    return {instead.get(one, one) for one in member_ids}
