"""The platform ledgers of the demonstration's organisations."""

from app.demo.content import content
from app.demo.ledger import Ledger
from base.journal import record
from members.models import PlatformAccount, PlatformUse


async def make_uses(ledger: Ledger) -> None:
    """Write what the organisations use, plan and stopped; each entry goes with its organisation."""
    for place, uses in content("platform_uses").items():
        organisation_id = ledger.id("organisations", place)
        for given in uses:
            fields = {name: value for name, value in given.items() if name not in ("platform", "accounts", "checked")}
            fields["purposes"] = ",".join(given.get("purposes", ()))
            use = await PlatformUse.create(
                organisation_id=organisation_id,
                platform_id=ledger.id("platforms", given["platform"]),
                checked_at=ledger.ago(given.get("checked", 60)),
                **fields,
            )
            for url in given.get("accounts", ()):
                await PlatformAccount.create(use_id=use.id, url=url)
        await record("platform_use.added", actor_id=None, subject_id=organisation_id, quiet=True)
