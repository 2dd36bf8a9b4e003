"""Official accounts that do not exist any more: found by the link check, shown to who keeps the ledger."""

from datetime import timedelta

import httpx2
import pytest

from app.commands.links import check_pages
from base.clock import now
from base.journal.models import Entry
from base.outward import NO_HOST, Pace
from members.actions.check_accounts import accounts_to_check, note_account
from members.models import Organisation, PlatformAccount
from tests import builders as make

pytestmark = pytest.mark.anyio
URL = "https://a.example/hospital"


async def answered(*statuses: int, hours: int = 25) -> list[int]:
    """Let an account answer, so many hours apart; return in how many ledgers it was newly gone each time."""
    told = []
    for status in statuses:
        for one in await PlatformAccount.all():
            one.checked_at = one.checked_at - timedelta(hours=hours) if one.checked_at else None
            one.failing_since = one.failing_since - timedelta(hours=hours) if one.failing_since else None
            await one.save()
        told.append(await note_account(URL, status))
    return told


@pytest.mark.parametrize(
    ("statuses", "told"),
    [
        ((404, 404), [0, 1]),
        ((404, 410, 404), [0, 1, 0]),
        ((NO_HOST, 404), [0, 1]),
        ((404, 200, 404), [0, 0, 0]),
        ((404, 503, 404), [0, 0, 1]),
        ((403, 429, 500, 0), [0, 0, 0, 0]),
        ((404, 404, 200, 404, 404), [0, 1, 0, 0, 1]),
    ],
)
@pytest.mark.usefixtures("database")
async def test_twice_in_a_row_and_a_day_apart(statuses: tuple[int, ...], told: list[int]) -> None:
    await make.use(await make.organisation(), await make.platform(), URL, "https://other.example/")
    assert await answered(*statuses) == told
    assert await Entry.filter(kind="platform_use.account_gone").count() == sum(told)
    assert (await PlatformAccount.get(url="https://other.example/")).checked_at is None


@pytest.mark.usefixtures("database")
async def test_twice_on_a_day_is_once() -> None:
    await make.use(await make.organisation(), await make.platform(), URL)
    assert await answered(404, 404, 404, hours=8) == [0, 0, 0]


@pytest.mark.usefixtures("database")
async def test_which_are_asked() -> None:
    platform = await make.platform()
    await make.use(await make.organisation(), platform, URL, "https://b.example/")
    await make.use(await make.organisation(), platform, URL)
    await make.use(await make.organisation(), platform, "https://stopped.example/", status="tried_stopped")
    await make.use(await make.organisation(state="lapsed"), platform, "https://lapsed.example/")
    await PlatformAccount.filter(url="https://b.example/").update(checked_at=now())
    assert await accounts_to_check(now() - timedelta(hours=20)) == [URL]
    assert await accounts_to_check(now() + timedelta(hours=1)) == [URL, "https://b.example/"]


async def test_the_command_asks_and_who_keeps_the_ledger_sees(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await make.organisation("St. Elisabeth")
    keeper = await make.member("Olga", at=there, role="org_admin")
    await make.use(there, await make.platform(), URL, "https://b.example/")
    monkeypatch.setattr("app.commands.links.ask", lambda url, *_: 404 if url == URL else 200)
    done = await check_pages(0, json_=True, pace=Pace(0))
    assert (done.asked, done.answered, done.missing, done.accounts) == (2, 1, 1, 0)
    yesterday = now() - timedelta(hours=25)
    await PlatformAccount.filter(url=URL).update(checked_at=yesterday, failing_since=yesterday)
    done = await check_pages(0, json_=True, pace=Pace(0))
    assert (done.accounts, done.told) == (1, 0)
    assert "Official accounts newly gone: 1" in done.text()
    words = "Not found any more"
    assert words not in (await client.get("/organisations/st-elisabeth")).text
    await make.sign_in(client, keeper)
    for path in ("/organisations/st-elisabeth", "/organisations/st-elisabeth/platforms"):
        assert (await client.get(path)).text.count(words) == 1
    assert "1 account could not be found any more" in (await client.get("/organisations/st-elisabeth/platforms")).text
    assert await Organisation.filter(id=there.id).exists()
