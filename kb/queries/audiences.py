"""For whom somebody may publish, as the forms offer it."""

from base.db import marks, rows
from kb.rules import AUDIENCES, audiences_for
from members.viewer import Viewer

Choices = tuple[tuple[str, str], ...]


async def audience_choices(viewer: Viewer, current: str = "public", otherwise: str = "") -> Choices:
    """Return what the viewer may choose, and `current` in any case: in words, or as `otherwise` calls it."""
    offered = audiences_for(viewer)
    names = {"public": "Everybody", "network": "Members of the network"} | await _names(offered)
    found = [(name, names[name]) for name in offered if name in names]
    if current not in offered:
        found.append((current, names.get(current) or otherwise or "As it is now: a part of the network"))
    return tuple(found)


async def _names(offered: tuple[str, ...]) -> dict[str, str]:
    """Return what groups are called; without any nothing is asked."""
    groups = [name for name in offered if name not in AUDIENCES]
    if not groups:
        return {}
    found = await rows(
        "SELECT z.audience, z.name FROM (SELECT 'org:' || id AS audience, name FROM organisations "  # noqa: S608
        f"UNION ALL SELECT 'region:' || id, name FROM regions) z WHERE z.audience IN ({marks(groups)})",
        *groups,
    )
    return {row["audience"]: f"Only {row['name']}" for row in found}


async def is_audience(name: str) -> bool:
    """Say whether there are such people: everybody, the network, or a group that exists."""
    return name in AUDIENCES or bool(await _names((name,)))
