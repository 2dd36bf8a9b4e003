"""Ask once a year whether what stands in an organisation's platform ledger is still right."""

from datetime import datetime, timedelta
from typing import Final

from base.clock import now
from base.condition import ALWAYS, Condition
from base.db import execute, rows, transaction
from base.journal import record
from members.models import Organisation
from members.rules import listed_uses
from members.uses import OVERDUE

AGAIN: Final = timedelta(days=30)
YEARLY: Final = timedelta(days=365)
_MOST: Final = 200
_OVERDUE: Final = "u.status <> 'tried_stopped' AND u.checked_at <= ?"


async def ask_keepers() -> int:
    """Record `platform_use.asked` for each organisation with something that nobody confirmed for a year.

    That is done again after thirty days, and from then on every year. Where nobody administrates the organisation it
    waits until somebody does. Returns how many were asked. A chore.
    """
    at, asked = now(), 0
    for organisation_id in await _due(at, ALWAYS):
        async with transaction():
            # Who confirms everything (keep_uses) takes turns with this.
            await Organisation.filter(id=organisation_id).select_for_update().first()
            if not await _due(at, Condition("u.organisation_id = ?", (organisation_id,))):
                continue
            await execute(
                "UPDATE platform_uses SET asked_at = ?, asks = asks + 1 "
                "WHERE organisation_id = ? AND status <> 'tried_stopped' AND checked_at <= ?",
                at, organisation_id, at - OVERDUE,
            )  # fmt: skip
            await record("platform_use.asked", actor_id=None, subject_id=organisation_id)
            asked += 1
    return asked


async def _due(at: datetime, which: Condition) -> list[int]:
    listed = listed_uses()
    found = await rows(
        "SELECT u.organisation_id AS id FROM platform_uses u JOIN organisations o ON o.id = u.organisation_id "  # noqa: S608
        f"WHERE ({listed.sql}) AND ({which.sql}) AND EXISTS (SELECT 1 FROM memberships s JOIN members m "
        "ON m.id = s.member_id AND m.state = 'active' WHERE s.organisation_id = o.id AND s.state = 'active' "
        "AND s.role = 'org_admin') GROUP BY u.organisation_id "
        f"HAVING MAX(CASE WHEN {_OVERDUE} THEN 1 ELSE 0 END) = 1 AND (MAX(u.asked_at) IS NULL "
        "OR (MAX(u.asks) = 1 AND MAX(u.asked_at) <= ?) OR MAX(u.asked_at) <= ?) ORDER BY u.organisation_id LIMIT ?",
        *listed.values, *which.values, at - OVERDUE, at - AGAIN, at - YEARLY, _MOST,
    )  # fmt: skip
    return [int(row["id"]) for row in found]
