"""What a guest of a private site waits for."""

from dataclasses import dataclass

from base.db import rows
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """What templates/members/waiting.html shows: the own address, and which organisations were asked."""

    email: str
    asked: tuple[str, ...]


async def waiting_page(viewer: Viewer) -> WaitingPage:
    """Return what the viewer waits for, in one statement."""
    found = await rows(
        "SELECT m.email, o.name FROM members m LEFT JOIN memberships p ON p.member_id = m.id AND p.state = 'pending' "
        "LEFT JOIN organisations o ON o.id = p.organisation_id WHERE m.id = ? ORDER BY o.name",
        viewer.member_id,
    )
    return WaitingPage(found[0]["email"] or "", tuple(row["name"] for row in found if row["name"]))
