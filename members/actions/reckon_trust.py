"""Let trust follow what happened: who is confirmed, who belongs nowhere any more, who has taken part for some time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from base import journal
from base.clock import now
from base.db import execute, rows, transaction
from members.actions.notify import notify
from members.queries.trust import CONFIRMED, taken_part
from members.rules import BY_HAND, CONTRIBUTOR, NEEDED, VERIFIED, has_contributed, trust_of

_BATCH: Final = 200
_LATELY: Final = timedelta(days=7)
"""Who was not here since then is looked at when they come again."""
_OF: Final = f"SELECT m.trust, m.trust_held, {CONFIRMED} AS confirmed FROM members m WHERE m.id = ?"  # noqa: S608
_LOST: Final = (
    f"SELECT m.id FROM members m WHERE m.state = 'active' AND m.trust > 0 AND m.id > ? AND NOT {CONFIRMED} "  # noqa: S608
    "ORDER BY m.id LIMIT ?"
)
_FOUND: Final = (
    "SELECT m.id FROM members m WHERE m.state = 'active' AND m.trust = 0 AND m.id > ? "  # noqa: S608
    f"AND (m.trust_held IS NULL OR m.trust_held > 0) AND {CONFIRMED} ORDER BY m.id LIMIT ?"
)
_MAY_RISE: Final = (
    "SELECT m.id FROM members m WHERE m.state = 'active' AND m.trust = ? AND m.trust_held IS NULL AND m.id > ? "
    "AND m.last_seen_at > ? AND COALESCE(m.email_confirmed_at, m.created_at) <= ? ORDER BY m.id LIMIT ?"
)


_WORDS: Final = {
    CONTRIBUTOR: "You have read and answered here for some time. From now on you can edit your posts for 30 days, "
    "describe topics, and invite colleagues.",
    BY_HAND: "The people who run this site know your work and trust you. The limits on how often one may write do not "
    "hold for you any more.",
}


async def place_trust(member_id: int) -> bool:
    """Let trust follow that an organisation, or a role, was given or taken; inside the caller's transaction.

    Return whether it is another one now.
    """
    at = now()
    found = await rows(_OF, at, at, member_id)
    if not found:
        return False
    level = int(found[0]["trust"])
    fresh = trust_of(confirmed=bool(found[0]["confirmed"]), held=found[0]["trust_held"], level=level)
    return fresh != level and await _change(member_id, level, fresh)


async def reckon_trust() -> int:
    """Look at everybody whose trust may be another one by now, in batches; return how many it is. A chore."""
    at = now()
    changed = 0
    for statement in (_LOST, _FOUND):
        changed += await _each(statement, (), (at, at))
    changed += await _each(_MAY_RISE, (VERIFIED,), (at - _LATELY, at - timedelta(days=NEEDED["days"])))
    return changed


async def _each(statement: str, before: Sequence[Any], after: Sequence[datetime]) -> int:
    last = changed = 0
    while found := await rows(statement, *before, last, *after, _BATCH):
        ids = [int(row["id"]) for row in found]
        last = ids[-1]
        if before:
            taken = await taken_part(ids)
            ids = [one for one in ids if one in taken and has_contributed(taken[one])]
        for one in ids:
            changed += await (_rise(one) if before else _follow(one))
    return changed


async def _follow(member_id: int) -> int:
    async with transaction():
        return int(await place_trust(member_id))


async def _rise(member_id: int) -> int:
    """Make a verified member a contributor, unless something else happened to them meanwhile."""
    async with transaction():
        return int(await _change(member_id, VERIFIED, CONTRIBUTOR, if_not_held=True))


async def _change(member_id: int, level: int, fresh: int, *, if_not_held: bool = False) -> bool:
    held = " AND trust_held IS NULL" if if_not_held else ""
    done = await execute(f"UPDATE members SET trust = ? WHERE id = ? AND trust = ?{held}", fresh, member_id, level)  # noqa: S608
    if done:
        kind = "trust.risen" if fresh > level else "trust.fallen"
        await journal.record(kind, actor_id=None, subject_id=member_id, data={"before": level, "after": fresh})
    if done and fresh > max(level, VERIFIED):
        await _tell(member_id, fresh)
    return bool(done)


async def _tell(member_id: int, level: int) -> None:
    await notify(
        [member_id],
        key=f"trust:{member_id}:{level}",
        kind="trust",
        group="trust",
        subject="Thank you for taking part",
        text=_WORDS[level],
        url="/trust",
        reason="This is about your account.",
        because="account",
        actor_id=None,
    )
