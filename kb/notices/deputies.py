"""Who is told that somebody else's reviews and practices come to them."""

from collections.abc import Sequence

from base.clock import now
from base.db import rows
from base.journal.models import Entry
from members.actions.notify import notify
from members.queries.platform_changes import read_day


async def tell_of_deputies(entries: Sequence[Entry]) -> None:
    """Tell who stands in, unless that has ended or somebody else does meanwhile; telling again changes nothing."""
    for entry in entries:
        found = await rows(
            "SELECT m.name, d.deputy_id, d.until FROM delegations d JOIN members m ON m.id = d.member_id "
            "JOIN members s ON s.id = d.deputy_id AND s.state = 'active' "
            "WHERE d.member_id = ? AND d.deputy_id = ? AND d.until >= ?",
            entry.subject_id, entry.data.get("deputy_id", 0), now().date(),
        )  # fmt: skip
        for row in found:
            until = read_day(row["until"])
            await notify(
                [row["deputy_id"]],
                key=f"{entry.id}:deputy",
                kind="deputy",
                group=f"deputy:{entry.subject_id}",
                subject=f"You stand in for {row['name']} until {until.day} {until:%b %Y}.",
                text="Their reviews and what concerns the practices they look after come to you.",
                url="/review/deputy",
                reason=f"{row['name']} chose you as deputy.",
                because="given",
                actor_id=entry.actor_id,
            )
