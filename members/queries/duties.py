"""What somebody has taken on, to be handed over when they leave; the floors above offer it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing: `what` is owner (looks after it), reviewer (was asked to review it) or given (took it on)."""

    url: str
    title: str
    what: str


@dataclass(frozen=True, slots=True)
class Duties:
    """What the viewer may see of somebody's duties, and how many there are beside."""

    seen: tuple[Duty, ...] = ()
    others: int = 0


OFFERED: Final[list[Callable[[Viewer, int], Awaitable[Duties]]]] = []
"""Says what somebody has taken on; wired once."""


async def duties_of(viewer: Viewer, member_id: int) -> Duties:
    """Return what a member would leave to others."""
    return await OFFERED[0](viewer, member_id) if OFFERED else Duties()
