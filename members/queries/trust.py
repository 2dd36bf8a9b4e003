"""How far a member is trusted, and what is missing to the next step: shown to themselves, and to nobody as a number."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, marks, rows
from base.errors import Missing
from members.rules import NEEDED, VERIFIED, TakenPart
from members.viewer import Viewer

CONFIRMED: Final = (
    "(EXISTS (SELECT 1 FROM memberships p WHERE p.member_id = m.id AND p.state = 'active') OR EXISTS "
    "(SELECT 1 FROM role_grants g WHERE g.member_id = m.id AND g.since <= ? AND (g.until IS NULL OR g.until > ?)))"
)
"""Whether an organisation has confirmed the member `m`, or the site has given them a role; twice the time."""
Told = Callable[[Sequence[int]], Awaitable[Mapping[int, TakenPart]]]
TOLD: Final[list[Told]] = []
"""What members read and wrote is known on a higher floor; app/wiring.py says here who tells."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of what makes a contributor: how much of it there is, and how much is needed."""

    what: str
    have: int
    need: int
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is trusted; `steps` are what the next step takes, empty where there is none to be earned."""

    level: int
    is_held: bool
    steps: tuple[Step, ...] = ()


async def standing(viewer: Viewer) -> Standing:
    """Return how far the viewer is trusted and how far they are, in three statements at most."""
    found = await _members([viewer.member_id])
    if not found:
        raise Missing
    level, is_held = int(found[0]["trust"]), found[0]["trust_held"] is not None
    if level != VERIFIED or is_held:
        return Standing(level, is_held)
    taken = (await _taken(found))[viewer.member_id]
    steps = tuple(Step(what, min(taken.of(what), need), need, taken.is_enough(what)) for what, need in NEEDED.items())
    return Standing(level, is_held, steps)


async def taken_part(member_ids: Sequence[int]) -> dict[int, TakenPart]:
    """Return what members have done, in three statements for all of them."""
    return await _taken(await _members(member_ids)) if member_ids else {}


async def _members(member_ids: Sequence[int]) -> list[dict[str, Any]]:
    return await rows(
        "SELECT m.id, m.trust, m.trust_held, COALESCE(m.email_confirmed_at, m.created_at) AS since FROM members m "  # noqa: S608
        f"WHERE m.id IN ({marks(member_ids)})",
        *member_ids,
    )


async def _taken(members: Sequence[dict[str, Any]]) -> dict[int, TakenPart]:
    told: dict[int, TakenPart] = {}
    for tell in TOLD:
        told |= await tell([row["id"] for row in members])
    at = now()
    return {row["id"]: replace(told.get(row["id"], TakenPart()), days=_days(row, at)) for row in members}


def _days(row: dict[str, Any], at: datetime) -> int:
    since = as_datetime(row["since"])
    return (at - since).days if since else 0
