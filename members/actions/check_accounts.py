"""Write down what official accounts answered; one that is gone, on two checks a day apart, is marked in the ledger."""

from datetime import datetime

from base.clock import now
from base.db import rows, transaction
from base.journal import record
from base.outward import take_answer
from members.models import PlatformAccount
from members.rules import listed_uses


async def accounts_to_check(before: datetime) -> list[str]:
    """Return the accounts that nobody asked since then, the longest unasked first; of what was stopped, none."""
    listed = listed_uses()
    found = await rows(
        "SELECT a.url FROM platform_accounts a JOIN platform_uses u ON u.id = a.use_id AND u.status <> 'tried_stopped' "  # noqa: S608
        f"JOIN organisations o ON o.id = u.organisation_id WHERE ({listed.sql}) "
        "AND (a.checked_at IS NULL OR a.checked_at < ?) GROUP BY a.url "
        "ORDER BY MAX(CASE WHEN a.checked_at IS NULL THEN 1 ELSE 0 END) DESC, MIN(a.checked_at), a.url",
        *listed.values, before,
    )  # fmt: skip
    return [row["url"] for row in found]


async def note_account(url: str, status: int) -> int:
    """Write down what an account answered, in every ledger it stands in; return in how many it is newly gone."""
    at, newly = now(), 0
    async with transaction():
        accounts = PlatformAccount.filter(url=url).select_for_update().order_by("id").prefetch_related("use")
        for account in await accounts:
            is_news = take_answer(account, status, at)
            await account.save(update_fields=["status", "checked_at", "failing_since"])
            if is_news:
                organisation_id: int = account.use.organisation_id  # type: ignore[attr-defined]
                data = {"url": url}
                await record("platform_use.account_gone", actor_id=None, subject_id=organisation_id, data=data)
                newly += 1
    return newly
