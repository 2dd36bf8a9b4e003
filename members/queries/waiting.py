"""What a guest of a private site waits for."""

from dataclasses import dataclass

from base.db import rows
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What templates/members/waiting.html shows: the own address, and which organisations were asked.

    `joining` are those that do not take part yet: the viewer has asked in their name.
    """

    email: str
    asked: tuple[str, ...]
    joining: tuple[str, ...]


async def waiting_page(viewer: Viewer) -> WaitingPage:
    """Return what the viewer waits for, in one statement."""
    found = await rows(
        "SELECT m.email, o.name, o.state FROM members m "
        "LEFT JOIN memberships p ON p.member_id = m.id AND p.state = 'pending' "
        "LEFT JOIN organisations o ON o.id = p.organisation_id WHERE m.id = ? ORDER BY o.name",
        viewer.member_id,
    )
    places = [(row["name"], row["state"] != "pending") for row in found if row["name"]]
    return WaitingPage(
        found[0]["email"] or "",
        asked=tuple(name for name, takes_part in places if takes_part),
        joining=tuple(name for name, takes_part in places if not takes_part),
    )
