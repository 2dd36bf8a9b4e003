"""How far a member is trusted, and what is missing to the next step: shown to themselves, and to nobody as a number."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
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
    """Return how far the viewer is trusted and how far they are, in two or three statements."""
    found = await rows("SELECT m.trust, m.trust_held FROM members m WHERE m.id = ?", viewer.member_id)
    if not found:
        raise Missing
    level, is_held = int(found[0]["trust"]), found[0]["trust_held"] is not None
    if level != VERIFIED or is_held:
        return Standing(level, is_held)
    taken = (await taken_part([viewer.member_id]))[viewer.member_id]
    steps = tuple(Step(what, min(taken.of(what), need), need, taken.is_enough(what)) for what, need in NEEDED.items())
    return Standing(level, is_held, steps)


async def taken_part(member_ids: Sequence[int]) -> dict[int, TakenPart]:
    """Return what members have done, in a fixed number of statements for all of them."""
    if not member_ids:
        return {}
    told: dict[int, TakenPart] = {}
    for tell in TOLD:
        told |= await tell(member_ids)
    at = now()
    joined = await _joined(member_ids)
    return {
        one: replace(told.get(one, TakenPart()), days=(at - since).days if since else 0)
        for one, since in joined.items()
    }


async def _joined(member_ids: Sequence[int]) -> dict[int, datetime | None]:
    found: list[dict[str, Any]] = await rows(
        f"SELECT m.id, COALESCE(m.email_confirmed_at, m.created_at) AS since FROM members m "  # noqa: S608
        f"WHERE m.id IN ({', '.join('?' * len(member_ids))})",
        *member_ids,
    )
    return {row["id"]: as_datetime(row["since"]) for row in found}
