"""Sign-ins that began at a provider end with it; and what a browser brings from there opens something once."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base import settings
from base.clock import now
from base.db import transaction
from base.errors import Conflict
from base.journal.models import Entry
from members.actions.enter_by_link import Place, go_in
from members.devices import UNKNOWN
from members.models import IdentityLink, Member, Provider, SecondStep, Session, SpentState, TwoFactor
from members.oidc.exchange import Person
from members.queries.providers import facts_of_provider
from members.two_steps import code_at, sealed, step_at
from members.viewer import VISITOR
from tests import builders as make
from tests.databases import on_postgres
from tests.members.elsewhere import asked_in, go, path_of, provider, there_and_back
from tests.members.outline import faults_of
from tests.members.provider_elsewhere import CLIENT, Idp
from tests.members.secrets_of import PASSWORD, letters, link_in, whoami, with_password
from tests.site import open_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
ADMIN = "/admin/providers"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MARA = "mara@elisabeth.example"


@pytest.fixture
def idp(idp: Idp, client: httpx2.AsyncClient) -> Idp:
    settings.use(settings.get().model_copy(update={"sso_networks": "127.0.0.0/8"}))
    return idp


async def admin(client: httpx2.AsyncClient) -> Member:
    made = await make.member("Ada Admin", email="ada@elisabeth.example")
    await make.grant(made, "admin")
    await make.sign_in(client, made)
    return made


async def changed(client: httpx2.AsyncClient, one: Provider, **more: str) -> httpx2.Response:
    given = {
        "name": one.name, "issuer": one.issuer, "client_id": CLIENT, "secret": "", "two_steps": one.two_steps,
        "scopes": one.scopes, "email_claim": one.email_claim, "verified_claim": one.verified_claim,
        "name_claim": one.name_claim, "groups_claim": one.groups_claim, "roles": "", "trusts_addresses": "yes",
    } | more  # fmt: skip
    return await client.post(f"{ADMIN}/{one.id}", data=given)


@pytest.mark.parametrize("how", ["off", "remove", "moved", "api off", "api remove"])
async def test_sign_ins_end_with_their_provider(client: httpx2.AsyncClient, idp: Idp, how: str) -> None:
    one, other = await provider(idp), await provider(idp, slug="other")
    await admin(client)
    async with open_client() as there, open_client() as beside, open_client() as here:
        await there_and_back(there, idp)
        await IdentityLink.create(provider=other, subject="x", member=await Member.get(email=MARA), created_at=now())
        idp.person["sub"] = "x"
        await there_and_back(beside, idp, "other")
        await make.sign_in(here, await Member.get(email=MARA))
        page = (await client.get(f"{ADMIN}/{one.id}")).text
        assert "1 person is signed in by it now. Turning it off or removing it signs them out at once" in page
        assert "You are one of them." not in page
        assert not faults_of(page)
        if how == "off":
            told = await client.post(f"{ADMIN}/{one.id}/switch", data={"to": "off"}, follow_redirects=True)
            assert "It is off. Sign-ins that ended: 1." in told.text
            assert "Nobody is signed in by it now." in told.text
        elif how == "remove":
            told = await client.post(f"{ADMIN}/{one.id}/remove", follow_redirects=True)
            assert "Sign-ins that ended: 1." in told.text
        elif how == "moved":
            await changed(client, one, issuer="https://new.example", secret="new")
        elif how == "api off":
            assert (await client.get(f"/api/v1{ADMIN}/{one.id}")).json()["signed_in"] == 1
            await client.post(f"/api/v1{ADMIN}/{one.id}/switch", json={"is_on": False})
        else:
            await client.delete(f"/api/v1{ADMIN}/{one.id}")
        assert [await whoami(one) for one in (there, beside, here, client)] == [
            "",
            "mara-visser",
            "mara-visser",
            "ada-admin",
        ]
    entry = await Entry.filter(kind__startswith="provider.").order_by("-id").first()
    assert entry is not None
    assert entry.data["ended"] == 1


async def test_who_turns_off_the_provider_they_came_by_is_told(client: httpx2.AsyncClient, idp: Idp) -> None:
    one = await provider(idp)
    idp.person["auth_time"] = int(now().timestamp())
    await there_and_back(client, idp)
    await make.grant(await Member.get(email=MARA), "admin")
    assert "You are one of them." in (await client.get(f"{ADMIN}/{one.id}")).text
    await client.post(f"{ADMIN}/{one.id}/switch", data={"to": "off"})
    assert (await whoami(client), await Session.filter(revoked_at=None).exists()) == ("", False)


async def test_who_is_still_asked_for_a_code_does_not_come_in(client: httpx2.AsyncClient, idp: Idp) -> None:
    one, mara = await provider(idp), await make.member("Mara Visser", email=MARA)
    await IdentityLink.create(provider=one, subject="mara-1", member=mara, created_at=now())
    await TwoFactor.create(member=mara, secret=sealed(KEY), since=now(), made_at=now())

    async def begun() -> dict[str, str]:
        where = str((await there_and_back(client, idp)).headers["location"])
        return {"state": where.partition("state=")[2].partition("&")[0], "code": code_at(KEY, step_at(now()))}

    given = await begun()
    async with open_client() as by:
        await admin(by)
        await by.post(f"{ADMIN}/{one.id}/switch", data={"to": "off"})
        assert not await SecondStep.exists()
        assert (await client.post("/sign-in/code", data=given)).headers["location"] == "/sign-in"
        assert await whoami(client) == ""
        await by.post(f"{ADMIN}/{one.id}/switch", data={"to": "on"})
        await client.post("/sign-in/code", data=await begun())
        assert await whoami(client) == mara.handle
        await by.post(f"{ADMIN}/{one.id}/switch", data={"to": "off"})
        assert await whoami(client) == "", "with a code, too, it began at the provider"


async def test_nobody_comes_in_by_a_provider_that_was_changed_meanwhile(client: httpx2.AsyncClient, idp: Idp) -> None:
    one, mara = await provider(idp, two_steps="always"), await make.member("Mara Visser", email=MARA)
    link = await IdentityLink.create(provider=one, subject="mara-1", member=mara, created_at=now())
    before, person = await facts_of_provider(one), Person(
        subject="mara-1", email=MARA, is_verified=True, name="", groups=[], says_two_steps=True, signed_in_at=None
    )  # fmt: skip
    for change in ({"two_steps": "said"}, {"two_steps": "always", "is_on": False}):
        await Provider.filter(id=one.id).update(**change)
        with pytest.raises(Conflict):
            async with transaction():
                await go_in(Place(VISITOR, UNKNOWN), before, link, person, [])
    assert not await Session.exists()


@pytest.mark.skipif(not on_postgres(), reason="one writes after the other with SQLite")
@pytest.mark.parametrize("how", ["off", "remove", "moved"])
async def test_a_provider_is_taken_away_without_waiting_for_its_people(
    client: httpx2.AsyncClient, idp: Idp, how: str
) -> None:
    """Who comes in holds their account, and waits for the provider: each would wait for the other."""
    one, held = await provider(idp), asyncio.Event()
    await there_and_back(client, idp)
    client.cookies.clear()
    await admin(client)

    async def goes() -> httpx2.Response:
        await held.wait()
        if how == "moved":
            return await changed(client, one, issuer="https://new.example", secret="new")
        path = f"{ADMIN}/{one.id}/{'remove' if how == 'remove' else 'switch'}"
        return await client.post(path, data={"to": "off"})

    going = asyncio.create_task(goes())
    async with transaction():
        await Member.filter(email=MARA).select_for_update().get()
        held.set()
        assert (await asyncio.wait_for(going, 10)).status_code == 303
    assert not await Session.filter(member__email=MARA, revoked_at=None).exists()


@pytest.mark.parametrize("is_linked", [True, False])
@pytest.mark.parametrize("how", ["off", "remove"])
async def test_nobody_who_comes_in_at_that_moment_stays(
    client: httpx2.AsyncClient, idp: Idp, how: str, *, is_linked: bool
) -> None:
    one = await provider(idp)
    await admin(client)
    if is_linked:
        mara = await make.member("Mara Visser", email=MARA)
        await IdentityLink.create(provider=one, subject="mara-1", member=mara, created_at=now())

    gone, ready = asyncio.Semaphore(0), asyncio.Event()

    async def comes() -> None:
        async with open_client() as there:
            url = await go(there)
            back = path_of(idp.answer_to(asked_in(url)))
            gone.release()
            await ready.wait()
            answer = await there.get(back)
            assert answer.status_code in (303, 404, 409), answer.text

    async def turned_off() -> None:
        for _ in range(8):
            await gone.acquire()
        ready.set()
        await asyncio.sleep(0.01)
        path, given = (f"{ADMIN}/{one.id}/switch", {"to": "off"}) if how == "off" else (f"{ADMIN}/{one.id}/remove", {})
        assert (await client.post(path, data=given)).status_code == 303

    await asyncio.gather(*(comes() for _ in range(8)), turned_off())
    assert not await Provider.filter(is_on=True).exists()
    assert await Session.filter(revoked_at=None).count() == 1, "that of who did it"


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [("said", "never", False), ("always", "said", False), ("always", "never", False), ("said", "always", True),
     ("said", "said", True)],
)  # fmt: skip
async def test_who_was_counted_is_asked_again_when_it_counts_less(
    client: httpx2.AsyncClient, idp: Idp, before: str, after: str, *, stays: bool
) -> None:
    one = await provider(idp, two_steps=before)
    async with open_client() as there, open_client() as plain:
        idp.person["amr"] = ["mfa"]
        await there_and_back(there, idp)
        idp.person |= {"sub": "tom-1", "email": "tom@elisabeth.example", "name": "Tom", "amr": ["pwd"]}
        await there_and_back(plain, idp)
        await Session.filter(member__email="tom@elisabeth.example").update(did_two_steps=False)
        await TwoFactor.create(member=await Member.get(email=MARA), secret=sealed(KEY), since=now(), made_at=now())
        await admin(client)
        assert "those who were let in without a code are signed out" in (await client.get(f"{ADMIN}/{one.id}")).text
        assert (await changed(client, one, two_steps=after)).status_code == 303
        assert await whoami(there) == ("mara-visser" if stays else "")
        assert await whoami(plain) == "tom", "who was not counted stays"
        if not stays and after == "never":
            idp.person = {"sub": "mara-1", "email": MARA, "email_verified": True, "amr": ["mfa"]}
            back = await there_and_back(there, idp)
            assert str(back.headers["location"]).startswith("/sign-in/code")


# What a browser brings from there


async def test_an_arrival_links_once(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await with_password(await make.member("Mara Visser", email=MARA))
    await there_and_back(client, idp)
    await client.post("/sign-in/link/letter")
    token = link_in((await letters(MARA))[-1], "/sign-in/link").partition("token=")[2]
    cookie = client.cookies["commonplace_arrived"]
    assert (await client.post("/sign-in/link", data={"password": "wrong"})).status_code == 422, "this uses nothing up"
    assert (await client.post("/sign-in/link", data={"token": token})).status_code == 303
    async with open_client() as thief:
        thief.cookies.set("commonplace_arrived", cookie, domain="commonplace.test", path="/sign-in")
        for given in ({"token": token}, {"password": PASSWORD}):
            told = await thief.post("/sign-in/link", data=given)
            assert (told.status_code, await whoami(thief)) == (422, "")
            assert "sign in at the provider once more" in told.text
    await IdentityLink.all().delete()
    await Session.all().update(confirmed_at=now())
    told = await client.post("/sign-in/link", data={}, headers={"Cookie": _with(client, cookie)})
    assert told.status_code == 422
    assert not await IdentityLink.exists(), "what was taken off again is not put back by what is left of it"


async def test_what_was_used_up_is_kept_longer_than_it_is_good_for(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await with_password(await make.member("Mara Visser", email=MARA))
    await there_and_back(client, idp)
    await client.post("/sign-in/link", data={"password": PASSWORD})
    kept = await SpentState.all().values_list("hash", flat=True)
    await SpentState.all().update(at=now() - timedelta(minutes=31))
    await there_and_back(client, idp)
    assert set(kept) <= set(await SpentState.all().values_list("hash", flat=True))


def _with(client: httpx2.AsyncClient, arrived: str) -> str:
    kept = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return f"{kept}; commonplace_arrived={arrived}"
