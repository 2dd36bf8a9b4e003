"""Who is told of collections: to whom one is handed over."""

from collections.abc import Sequence

from base.errors import Missing
from base.journal.models import Entry
from kb.queries.collections import collection
from members.actions.notify import notify
from members.queries.viewer import viewers_of_members


async def tell_of_handing_over(entries: Sequence[Entry]) -> None:
    """Tell who looks after a collection from now on; telling again changes nothing."""
    for entry in entries:
        for owner in await viewers_of_members([int(entry.data["owner_id"])]):
            try:
                row = (await collection(owner, entry.subject_id)).row
            except Missing:
                continue
            await notify(
                [owner.member_id],
                key=f"{entry.id}:collection",
                kind="collection",
                group=f"collection:{row.id}",
                subject=row.title,
                text="You look after this collection now.",
                url=row.url,
                reason="It was handed over to you.",
                because="given",
                actor_id=entry.actor_id,
            )
