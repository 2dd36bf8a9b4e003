"""Whether letters to a member may hold what people wrote: their organisations may say that they may not."""

from base.db import rows


async def may_quote_to(member_id: int) -> bool:
    """Say whether letters to a member may quote; one organisation that says no is enough, also while it pauses them."""
    found = await rows(
        "SELECT 1 AS yes FROM memberships s JOIN organisations o ON o.id = s.organisation_id "
        "WHERE s.member_id = ? AND s.state IN ('active', 'paused') AND o.mail_content = 'none' LIMIT 1",
        member_id,
    )
    return not found
