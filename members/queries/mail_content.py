"""Whether letters to a member may hold what people wrote: their organisations may say that they may not."""

from typing import Final

from base.db import rows
from members.models import Organisation

QUOTED_TO: Final = """NOT EXISTS (SELECT 1 FROM memberships qs JOIN organisations qo ON qo.id = qs.organisation_id
  WHERE qs.member_id = {member} AND qs.state IN ('active', 'paused') AND qo.mail_content = 'none')"""
"""Whether letters to a member may quote; one organisation that says no is enough, also while it pauses them."""


async def may_quote_to(member_id: int) -> bool:
    """Say whether letters to a member may quote."""
    found = await rows(f"SELECT {QUOTED_TO.format(member='m.id')} AS yes FROM members m WHERE m.id = ?", member_id)  # noqa: S608
    return bool(found and found[0]["yes"])


async def may_quote_to_address(address: str) -> bool:
    """Say whether a letter to an address may quote: that of a member, or of nobody who is known."""
    sql = f"SELECT {QUOTED_TO.format(member='m.id')} AS yes FROM members m WHERE m.email = ?"  # noqa: S608
    return all(row["yes"] for row in await rows(sql, address))


async def hold_policies_of(member_id: int) -> None:
    """Let nobody change these policies until the caller's transaction ends: a letter on its way would miss it."""
    found = await rows(
        "SELECT s.organisation_id AS id FROM memberships s WHERE s.member_id = ? AND s.state IN ('active', 'paused')",
        member_id,
    )
    if found:
        ids = [row["id"] for row in found]
        await Organisation.filter(id__in=ids).order_by("id").select_for_update(no_key=True).only("id")
