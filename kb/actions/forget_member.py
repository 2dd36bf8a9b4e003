"""Remove somebody who leaves from practices: what is theirs goes, what they did for practices stays without a name."""

import secrets
from typing import Final

from base.clock import now
from base.db import execute, marks, transaction
from base.journal import record
from members.leaving import Leaver

_WITHDRAWN: Final = "(Withdrawn by its author.)"


async def forget_member(leaver: Leaver) -> None:
    """Remove it; may be done again."""
    async with transaction():
        await _forget_own(leaver)
        await _keep_credit(leaver)
        if leaver.withdraws:
            await _withdraw_words(leaver)
        await record("contributor.forgotten", actor_id=None, subject_id=leaver.member_id)


async def _forget_own(leaver: Leaver) -> None:
    some, ids = marks(leaver.ids), leaver.ids
    await execute(f"DELETE FROM delegations WHERE member_id IN ({some}) OR deputy_id IN ({some})", *ids, *ids)  # noqa: S608
    for table in ("assignments", "collection_progress"):
        await execute(f"DELETE FROM {table} WHERE member_id IN ({some})", *ids)  # noqa: S608
    for table in ("articles", "collections"):  # the editors see them as nobody's, and take them on
        await execute(f"UPDATE {table} SET owner_id = NULL WHERE owner_id IN ({some})", *ids)  # noqa: S608
    await execute(f"UPDATE reviews SET decision = 'withdrawn' WHERE reviewer_id IN ({some}) AND decision = ''", *ids)  # noqa: S608
    # What an organisation does with a practice is its own; what they only proposed is taken back.
    await execute(
        "UPDATE adoption_changes SET standing = 'withdrawn', note = '' "  # noqa: S608
        f"WHERE by_id IN ({some}) AND standing = 'proposed'",
        *ids,
    )
    for one in ids:  # a vote goes on counting, for whom nobody can say any more
        await execute(
            "UPDATE helpful_votes SET voter = ?, comment = CASE WHEN ? THEN '' ELSE comment END WHERE voter = ?",
            f"gone:{secrets.token_hex(16)}", leaver.withdraws, f"m:{one}",
        )  # fmt: skip


async def _keep_credit(leaver: Leaver) -> None:
    """Let practices name somebody who agreed to it, and nobody else; masks never."""
    if leaver.attribution:
        await execute(
            "UPDATE contributors SET attribution = ? WHERE member_id = ? AND credit IN ('name', 'organisation')",
            leaver.attribution[:120], leaver.member_id,
        )  # fmt: skip


async def _withdraw_words(leaver: Leaver) -> None:
    some, ids = marks(leaver.ids), leaver.ids
    await execute(f"DELETE FROM nominations WHERE member_id IN ({some})", *ids)  # noqa: S608
    await execute(
        f"UPDATE suggestions SET text = ?, why = '', state = CASE WHEN state = 'open' THEN 'declined' ELSE state END, "  # noqa: S608
        f"decided_at = CASE WHEN state = 'open' THEN ? ELSE decided_at END WHERE author_id IN ({some})",
        _WITHDRAWN, now(), *ids,
    )  # fmt: skip
    await execute(f"UPDATE review_comments SET text = ? WHERE author_id IN ({some})", _WITHDRAWN, *ids)  # noqa: S608
    await execute(f"UPDATE reviews SET note = '' WHERE reviewer_id IN ({some})", *ids)  # noqa: S608
    # The passages that practices rest on; what editors made of them is the practice's own text, and they are told.
    await execute(
        "UPDATE source_links SET text = ?, hash = '', state = 'withdrawn', changed_at = COALESCE(changed_at, ?) "  # noqa: S608
        "WHERE post_id IN (SELECT p.id FROM posts p JOIN threads t ON t.id = p.thread_id "
        f"WHERE p.author_id IN ({some}) "
        "AND NOT (t.kind = 'case_study' AND t.organisation_id IS NOT NULL AND p.number = 1))",
        _WITHDRAWN, now(), *ids,
    )  # fmt: skip
