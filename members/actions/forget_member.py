"""Remove what members/ keeps of somebody who leaves."""

import secrets
from typing import Final

from base import journal
from base.clock import now
from base.db import execute, marks, rows, transaction
from members.inbox_bell import ring_for
from members.leaving import Leaver

_WITHDRAWN: Final = "(Withdrawn by its author.)"
_OWN: Final = (
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
        await _take_requests_back(leaver)
        await _take_proposals_back(leaver)
        await _answer_for_nobody(leaver)
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
    for address in leaver.addresses:
        await execute(f"UPDATE invitations SET {blank} WHERE LOWER(email) = ?", now(), address.lower())  # noqa: S608


async def _take_requests_back(leaver: Leaver) -> None:
    """Remove requests that organisations join, which led to none, with those that wait; others say no words."""
    theirs = f"asked_by_id IN ({marks(leaver.ids)})"
    waiting = await rows(
        f"SELECT organisation_id FROM organisation_requests WHERE {theirs} AND state = 'waiting' "  # noqa: S608
        "AND organisation_id IS NOT NULL ORDER BY id",
        *leaver.ids,
    )
    await execute(f"DELETE FROM organisation_requests WHERE {theirs} AND state <> 'approved'", *leaver.ids)  # noqa: S608
    await execute(
        f"UPDATE organisation_requests SET why = '', note = '', answer = '', words = '' WHERE {theirs}",  # noqa: S608
        *leaver.ids,
    )
    for row in waiting:  # somebody of the staff may have placed others there meanwhile: then it is theirs
        await execute(
            "DELETE FROM organisations WHERE id = ? AND state = 'pending' AND NOT EXISTS "
            "(SELECT 1 FROM memberships p WHERE p.organisation_id = organisations.id)",
            row["organisation_id"],
        )


async def _take_proposals_back(leaver: Leaver) -> None:
    """Remove what they would have changed in their organisation; what was accepted is the organisation's."""
    theirs = f"by_id IN ({marks(leaver.ids)})"
    await execute(f"DELETE FROM organisation_proposals WHERE {theirs} AND state <> 'accepted'", *leaver.ids)  # noqa: S608
    await execute(f"UPDATE organisation_proposals SET why = '', note = '' WHERE {theirs}", *leaver.ids)  # noqa: S608
    if leaver.withdraws:
        await execute(f"UPDATE organisation_proposals SET what = ? WHERE {theirs}", _WITHDRAWN, *leaver.ids)  # noqa: S608


async def _answer_for_nobody(leaver: Leaver) -> None:
    """Let no organisation say that questions about data go to an address of theirs."""
    for address in leaver.addresses:
        await execute("UPDATE organisations SET privacy_contact = '' WHERE LOWER(privacy_contact) = ?", address.lower())


async def _let_masks_go(leaver: Leaver) -> None:
    """Leave masks as they look, and let nobody, with the secret neither, find out whose they were."""
    for mask in leaver.masks:
        await execute(
            "UPDATE masks SET sealed = '', owner = ? WHERE member_id = ? AND sealed <> ''", secrets.token_hex(32), mask
        )
        await execute("UPDATE unmaskings SET state = 'refused' WHERE state = 'asked' AND mask_id IN "
                      "(SELECT id FROM masks WHERE member_id = ?)", mask)  # fmt: skip
