"""Which desks of regions are somebody's, and how much waits there."""

from dataclasses import dataclass
from typing import Final

from base.db import rows
from members.rules import check_has_desk, looks_after, visible_desks
from members.viewer import Viewer

REQUESTS_IN: Final = """(SELECT COUNT(*) FROM organisation_requests wq JOIN organisations wo
    ON wo.id = wq.organisation_id WHERE wq.state = 'waiting' AND wo.region_id = {region})"""
PEOPLE_IN: Final = """(SELECT COUNT(*) FROM memberships ws JOIN members wm ON wm.id = ws.member_id JOIN organisations wp
    ON wp.id = ws.organisation_id WHERE wp.region_id = {region} AND wp.state IN ('active', 'grace')
    AND ws.state = 'pending' AND wm.state = 'active')"""
WAITING_IN: Final = f"({REQUESTS_IN} + {PEOPLE_IN})"
"""How much waits in a region: organisations that ask to join, and people to be let in."""


@dataclass(frozen=True, slots=True)
class DeskLink:
    """The desk of a region: how many organisations ask to join, and how many people wait to be let in."""

    slug: str
    name: str
    organisations: int
    people: int

    @property
    def waiting(self) -> int:
        """Return how much waits there."""
        return self.organisations + self.people


@dataclass(frozen=True, slots=True)
class Desks:
    """The desks of the viewer, and how many requests wait that belong to no region; only moderators see those."""

    desks: tuple[DeskLink, ...]
    elsewhere: int


async def desks(viewer: Viewer) -> Desks:
    """Return the desks of the regions that the viewer looks after, in at most two statements."""
    check_has_desk(viewer)
    own = visible_desks(viewer)
    found = await rows(
        f"SELECT r.slug, r.name, {REQUESTS_IN.format(region='r.id')} AS organisations, "  # noqa: S608
        f"{PEOPLE_IN.format(region='r.id')} AS people FROM regions r WHERE {own.sql} ORDER BY LOWER(r.name), r.id",
        *own.values,
    )
    links = tuple(DeskLink(row["slug"], row["name"], int(row["organisations"]), int(row["people"])) for row in found)
    return Desks(links, await _elsewhere() if looks_after(viewer, None) else 0)


async def _elsewhere() -> int:
    found = await rows(
        "SELECT COUNT(*) AS n FROM organisation_requests q JOIN organisations o ON o.id = q.organisation_id "
        "WHERE q.state = 'waiting' AND o.region_id IS NULL"
    )
    return int(found[0]["n"])
