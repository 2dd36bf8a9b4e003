"""Remove what members/ keeps of somebody who leaves."""

import secrets

from base import journal
from base.clock import now
from base.db import execute, marks, rows, transaction
from members.inbox_bell import ring_for
from members.leaving import Leaver

_OWN = (
    "member_platforms",
    "member_topics",
    "memberships",
    "notices",
    "notice_switches",
    "invitation_uses",
    "data_exports",
)


async def forget_member(leaver: Leaver) -> None:
    """Remove it; may be done again. What they were told, invited and belonged to goes; ids and consents stay."""
    some, ids = marks(leaver.ids), leaver.ids
    async with transaction():
        for table in _OWN:
            await execute(f"DELETE FROM {table} WHERE member_id IN ({some})", *ids)  # noqa: S608
        told = await rows(f"DELETE FROM notices WHERE actor_id IN ({some}) RETURNING member_id", *ids)  # noqa: S608
        await _close_invitations(leaver)
        await _let_masks_go(leaver)
        await journal.record("member.forgotten", actor_id=None, subject_id=leaver.member_id)
        await ring_for(row["member_id"] for row in told)


async def _close_invitations(leaver: Leaver) -> None:
    """Void what they invited to, and take out addresses: those they gave, and theirs that others gave."""
    theirs = f"invited_by_id IN ({marks(leaver.ids)})"
    await execute(f"DELETE FROM invitations WHERE {theirs} AND used = 0", *leaver.ids)  # noqa: S608
    # Without an address an invitation is a link for whoever has it: so it is closed as well.
    blank = "email = NULL, name = '', title = '', revoked_at = COALESCE(revoked_at, ?)"
    await execute(f"UPDATE invitations SET {blank}, welcome = '' WHERE {theirs}", now(), *leaver.ids)  # noqa: S608
    if leaver.email:
        await execute(f"UPDATE invitations SET {blank} WHERE email = ?", now(), leaver.email)  # noqa: S608


async def _let_masks_go(leaver: Leaver) -> None:
    """Leave masks as they look, and let nobody, with the secret neither, find out whose they were."""
    for mask in leaver.masks:
        await execute(
            "UPDATE masks SET sealed = '', owner = ? WHERE member_id = ? AND sealed <> ''", secrets.token_hex(32), mask
        )
        await execute("UPDATE unmaskings SET state = 'refused' WHERE state = 'asked' AND mask_id IN "
                      "(SELECT id FROM masks WHERE member_id = ?)", mask)  # fmt: skip
