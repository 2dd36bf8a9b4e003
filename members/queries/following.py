"""How the viewer follows people and organisations; what follows stands on higher floors, which app/wiring.py joins."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Followed:
    """How closely the viewer follows one thing, and how many follow it."""

    level: str
    followers: int


Look = Callable[[Viewer, str, int], Awaitable[Followed]]
LOOK: Final[list[Look]] = []
"""Says how closely the viewer follows something."""

Name = Callable[[Viewer, str, int], Awaitable[tuple[str, str]]]
NAME: Final[list[Name]] = []
"""Says what something is called that the viewer follows, and how closely they do."""

Follow = Callable[[Viewer, str, int, str], Awaitable[str]]
FOLLOW: Final[list[Follow]] = []
"""Follows something as closely as said, and returns how closely it was followed before."""


async def followed(viewer: Viewer, target: str, target_id: int) -> Followed | None:
    """Return how closely the viewer follows a thing, where things can be followed."""
    return await LOOK[0](viewer, target, target_id) if LOOK else None
