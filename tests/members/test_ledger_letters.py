"""Once a year an organisation's administrators are asked whether its platform ledger is still right."""

from datetime import datetime, timedelta

import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.journal.models import Delivery, Entry
from base.mail.models import OutgoingMail
from members.actions.ask_keepers import ask_keepers
from members.actions.keep_uses import confirm_uses
from members.ledger_notices import ask_for_checks
from members.models import Member, Organisation, PlatformUse
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("client")]
LONG_AGO = timedelta(days=366)


async def scene() -> tuple[Organisation, Member]:
    """Make an organisation with two entries that nobody has confirmed for a year, and with an administrator."""
    there = await make.organisation("St. Elisabeth")
    keeper = await make.member("Olga Admin", at=there, role="org_admin")
    await make.member("Staff", at=there)
    for name in ("YouTube", "Podcast"):
        await make.use(there, await make.platform(name), checked_at=now() - LONG_AGO, since="2019")
    await make.use(there, await make.platform("Fax"), checked_at=now() - 3 * LONG_AGO, status="tried_stopped")
    await make.use(there, await make.platform("Fresh"))
    return there, keeper


async def days_pass(days: int) -> None:
    for use in await PlatformUse.all():
        use.checked_at -= timedelta(days=days)
        use.asked_at = use.asked_at - timedelta(days=days) if use.asked_at else None
        await use.save()


async def letters() -> list[OutgoingMail]:
    await deliver_all()
    return await OutgoingMail.all().order_by("id")


async def test_one_letter_for_an_organisation() -> None:
    await scene()
    assert await ask_keepers() == 1
    (letter,) = await letters()
    assert (letter.to, letter.subject) == ("olga-admin@example.org", "Are the platforms of St. Elisabeth still right?")
    for words in ("- YouTube: in use since 2019", "- Podcast", "/organisations/st-elisabeth/platforms"):
        assert words in letter.text
    for words in ("Fax", "Fresh"):
        assert words not in letter.text
    assert "List-Unsubscribe" in letter.headers
    assert await ask_keepers() == 0


async def test_again_after_thirty_days_and_then_every_year() -> None:
    await scene()
    asked = []
    for days in (0, 29, 2, 31, 300, 40, 300, 66):
        await days_pass(days)
        asked.append(await ask_keepers())
    assert asked == [1, 0, 1, 0, 0, 1, 0, 1]
    assert len(await letters()) == 4


async def test_who_confirms_is_asked_in_a_year() -> None:
    there, keeper = await scene()
    assert await ask_keepers() == 1
    await confirm_uses(await make.viewer(keeper), there.id)
    assert await letters() == []  # confirmed before the letter was written
    asked = []
    for days in (364, 2, 31):
        await days_pass(days)
        asked.append(await ask_keepers())
    assert asked == [0, 1, 1]


async def test_a_letter_is_never_written_twice() -> None:
    await scene()
    await ask_keepers()
    await deliver_all()
    entry = await Entry.get(kind="platform_use.asked")
    await Delivery.create(entry=entry, subscriber="ledger_letters", due=now())  # killed before it was ticked off
    await ask_for_checks([entry])
    assert len(await letters()) == 1


async def test_who_is_written_to() -> None:
    there, _ = await scene()
    await make.member("Second Admin", at=there, role="org_admin")
    await make.member("Silent Admin", at=there, role="org_admin", mail_notices=False)
    await make.member("Gone Admin", at=there, role="org_admin", state="suspended")
    await ask_keepers()
    assert {letter.to for letter in await letters()} == {"olga-admin@example.org", "second-admin@example.org"}


@pytest.mark.parametrize("state", ["pending", "lapsed", "archived"])
async def test_who_does_not_take_part_is_not_asked(state: str) -> None:
    there, _ = await scene()
    await Organisation.filter(id=there.id).update(state=state)
    assert await ask_keepers() == 0


async def test_without_an_administrator_it_waits_for_one() -> None:
    there = await make.organisation("Nobody's")
    await make.use(there, await make.platform(), checked_at=now() - LONG_AGO)
    assert await ask_keepers() == 0
    await make.member("Newly Here", at=there, role="org_admin")
    assert await ask_keepers() == 1
    asked: datetime | None = (await PlatformUse.get()).asked_at
    assert asked is not None
