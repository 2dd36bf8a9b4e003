"""Whether letters to a member may hold what people wrote: their organisations may say that they may not."""

from base.db import rows
from members.models import Organisation


async def may_quote_to(member_id: int) -> bool:
    """Say whether letters to a member may quote; one organisation that says no is enough, also while it pauses them."""
    found = await rows(
        "SELECT 1 AS yes FROM memberships s JOIN organisations o ON o.id = s.organisation_id "
        "WHERE s.member_id = ? AND s.state IN ('active', 'paused') AND o.mail_content = 'none' LIMIT 1",
        member_id,
    )
    return not found


async def hold_policies_of(member_id: int) -> None:
    """Let nobody change these policies until the caller's transaction ends: a letter on its way would miss it."""
    found = await rows(
        "SELECT s.organisation_id AS id FROM memberships s WHERE s.member_id = ? AND s.state IN ('active', 'paused')",
        member_id,
    )
    if found:
        ids = [row["id"] for row in found]
        await Organisation.filter(id__in=ids).order_by("id").select_for_update(no_key=True).only("id")
