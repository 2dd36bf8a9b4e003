"""Let threads follow the organisation that wrote them into another region."""

from collections.abc import Sequence
from typing import Final

from base.db import execute
from base.journal.models import Entry

KINDS: Final = ("organisation.moved",)


async def follow_regions(entries: Sequence[Entry]) -> None:
    """Give threads the region that their organisation came into; a subscriber, so it may be repeated.

    What somebody moved into another region by hand stays there, and so does what only the readers of a region read. A
    thread behind a mask names no organisation, so it stays, too: to follow would tell where its author works.
    """
    for entry in entries:
        before, now = entry.data.get("before"), entry.data.get("region_id")
        await execute(
            "UPDATE threads SET region_id = CAST(? AS BIGINT), version = version + 1 WHERE organisation_id = ? "
            "AND COALESCE(region_id, 0) = ? AND audience NOT LIKE 'region:%' "
            "AND (SELECT COALESCE(o.region_id, 0) FROM organisations o WHERE o.id = threads.organisation_id) = ?",
            now, entry.subject_id, before or 0, now or 0,
        )  # fmt: skip
