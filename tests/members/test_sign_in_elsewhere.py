"""Signing in at a provider: the whole way, first arrivals, two steps, roles, and who stays out."""

import time
from datetime import timedelta

import httpx2
import pytest

from base import settings
from base.clock import now
from base.journal.models import Entry
from base.signing import sign
from members.actions.register import Registration, register
from members.models import (
    IdentityLink,
    InvitationUse,
    Member,
    Membership,
    Organisation,
    OrganisationDomain,
    Provider,
    RoleGrant,
    Session,
    Token,
    TwoFactor,
)
from members.secrets import hash_secret
from members.two_steps import code_at, sealed, step_at
from members.viewer import VISITOR
from tests import builders as make
from tests.members.elsewhere import asked_in, come_back, elisabeth, go, provider, there_and_back
from tests.members.provider_elsewhere import Idp
from tests.members.secrets_of import PASSWORD, letters, link_in, whoami, with_password
from tests.site import open_client

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MARA = "mara@elisabeth.example"


@pytest.fixture
def idp(idp: Idp, client: httpx2.AsyncClient) -> Idp:
    settings.use(settings.get().model_copy(update={"sso_networks": "127.0.0.0/8"}))
    return idp


# The whole way


async def test_a_new_account_by_a_provider_of_the_site(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    assert "Sign in with Clinic ID" in (await client.get("/sign-in")).text
    url = await go(client)
    asked = asked_in(url)
    assert url.startswith(f"{idp.address}/authorize?")
    assert asked["redirect_uri"] == "http://commonplace.test/sign-in/with/clinic-id/return"
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid email profile", "S256")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    back = await come_back(client, idp, url)
    assert (back.status_code, back.headers["location"]) == (303, "/settings/profile?welcome=1")
    assert await whoami(client) == "mara-visser"
    made = await Member.get(email=MARA)
    assert (made.state, made.password_hash, made.email_confirmed_at is not None) == ("active", "", True)
    link = await IdentityLink.get()
    assert (link.subject, link.email, link.used_at is not None) == ("mara-1", MARA, True)
    kinds = await Entry.filter(kind__in=("member.confirmed", "identity.linked")).values_list("kind", flat=True)
    assert sorted(kinds) == ["identity.linked", "member.confirmed"]
    assert not await letters(MARA), "a new account needs no letter about its first sign-in"


async def test_the_second_time_goes_on_to_where_one_was_headed(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    await client.post("/sign-out")
    assert await whoami(client) == ""
    idp.person |= {"email": "other@elsewhere.example", "email_verified": False, "name": "Renamed"}
    back = await there_and_back(client, idp, after="/questions?x=1&y=2")
    assert back.headers["location"] == "/questions?x=1&y=2"
    assert await whoami(client) == "mara-visser", "who somebody is goes by the subject, and not by the address"
    assert await Member.filter(state="active").count() == 1


@pytest.mark.parametrize("after", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)"])
async def test_next_never_leads_elsewhere(client: httpx2.AsyncClient, idp: Idp, after: str) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    assert (await there_and_back(client, idp, after=after)).headers["location"] == "/"


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
async def test_keys_that_change_are_fetched_once_more(client: httpx2.AsyncClient, idp: Idp, alg: str) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    idp.signs_with = ("next " + alg, alg)
    idp.published = [idp.signs_with]
    from members.oidc import metadata

    metadata._kept[idp.address].keys_at = time.monotonic() - metadata.AGAIN_SECONDS - 1
    assert (await there_and_back(client, idp)).status_code == 303
    assert idp.asked.count("keys") == 2
    idp.signs_with = ("unknown", "RS256")
    for _ in range(3):
        assert (await there_and_back(client, idp)).status_code == 403
    assert idp.asked.count("keys") == 2, "who makes up names of keys does not make the site ask again and again"


async def test_what_the_token_does_not_hold_is_asked_for(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    idp.userinfo = {"email": "Mara@Elisabeth.example", "email_verified": True, "name": "Mara Visser"}
    idp.person = {"sub": "mara-1"}
    assert (await there_and_back(client, idp)).status_code == 303
    assert (await Member.get(email=MARA)).name == "Mara Visser"
    idp.person = {"sub": "another"}
    idp.userinfo = {"sub": "mara-1", "email": "x@elisabeth.example", "email_verified": True}
    assert (await there_and_back(client, idp)).status_code == 403, "it told of somebody else"


# First arrivals


async def test_an_unverified_address_opens_nothing(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await with_password(await make.member("Mara Visser", email=MARA))
    for odd in (False, None, "false", 0, "no", [], {}):
        idp.person["email_verified"] = odd
        back = await there_and_back(client, idp)
        assert (back.status_code, "does not say that your e-mail address was confirmed" in back.text) == (403, True)
    assert await whoami(client) == ""
    assert not await IdentityLink.exists()
    assert await Member.all().count() == 1


async def test_a_provider_that_is_not_believed_opens_only_what_was_linked(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, trusts_addresses=False)
    back = await there_and_back(client, idp)
    assert (back.status_code, "only signs in people who linked it" in back.text) == (403, True)
    assert not await Member.exists()


async def test_an_organisations_provider_makes_staff_of_it(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()
    await provider(idp, of=here)
    await there_and_back(client, idp)
    mine = await Membership.get(organisation_id=here.id)
    assert (mine.role, mine.state, (await Member.get(email=MARA)).trust) == ("staff", "active", 1)


@pytest.mark.parametrize("email", ["boss@other.example", "m@elisabeth.example.evil.test", "m@sub.elisabeth.example"])
async def test_a_rogue_organisation_speaks_for_nobody_else(client: httpx2.AsyncClient, idp: Idp, email: str) -> None:
    await provider(idp, of=await elisabeth())
    victim = await with_password(await make.member("The Boss", email="boss@other.example"))
    idp.person["email"] = email
    back = await there_and_back(client, idp)
    assert (back.status_code, "speaks only for addresses of its own organisation" in back.text) == (403, True)
    assert await whoami(client) == ""
    assert not await IdentityLink.exists()
    assert await Member.all().count() == 1
    assert (await Member.get(id=victim.id)).password_hash == victim.password_hash


async def test_a_domain_that_is_not_confirmed_counts_for_nothing(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, of=await elisabeth())
    await OrganisationDomain.all().update(verified_at=None)
    assert (await there_and_back(client, idp)).status_code == 403
    assert not await Member.exists()


async def test_who_registered_with_anothers_address_is_taken_over(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    async with open_client() as eve:
        await register(VISITOR, Registration(name="Eve", email=MARA, password=PASSWORD))
        token = link_in((await letters(MARA))[0], "/join/confirm")
        assert (await there_and_back(client, idp)).status_code == 303
        mara = await Member.get(email=MARA)
        assert (mara.name, mara.password_hash, mara.state) == ("Mara Visser", "", "active")
        assert (await eve.post("/sign-in", data={"email": MARA, "password": PASSWORD})).status_code == 422
        confirmed = await eve.post(token, data={"password": PASSWORD})
        assert confirmed.status_code == 422
        assert await whoami(eve) == ""
    assert not await InvitationUse.exists()


async def test_somebody_known_from_an_import_keeps_name_and_handle(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    staged = await make.member("M. Visser", email=MARA, state="staged")
    await there_and_back(client, idp)
    assert await whoami(client) == staged.handle
    assert (await Member.get(id=staged.id)).name == "M. Visser"


async def test_who_has_left_is_not_let_in_again(client: httpx2.AsyncClient, idp: Idp) -> None:
    here = await elisabeth()
    await provider(idp, of=here)
    await there_and_back(client, idp)
    await Membership.all().update(state="left", until=now())
    await there_and_back(client, idp)
    assert await whoami(client) == "mara-visser", "the account is still theirs"
    assert (await Membership.get()).state == "left"
    await IdentityLink.all().delete()
    mara = await with_password(await Member.get(email=MARA))
    await client.post("/sign-out")
    assert (await there_and_back(client, idp)).headers["location"] == "/sign-in/link?next=%2Fquestions"
    assert (await client.post("/sign-in/link", data={"password": PASSWORD})).status_code == 303
    assert (await IdentityLink.get()).member_id == mara.id  # type: ignore[attr-defined]
    assert (await Membership.get()).state == "pending", "people of the organisation decide"


@pytest.mark.parametrize("state", ["suspended", "gone"])
async def test_who_is_suspended_stays_out(client: httpx2.AsyncClient, idp: Idp, state: str) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    await client.post("/sign-out")
    await Member.all().update(state=state)
    assert (await there_and_back(client, idp)).status_code == 403
    await IdentityLink.all().delete()
    assert (await there_and_back(client, idp)).status_code == 403, "neither as somebody new"
    assert await whoami(client) == ""
    assert not await IdentityLink.exists()


@pytest.mark.parametrize(("said", "name"), [("<b>x</b>", "Mara"), ("", "Mara"), ("x" * 300, "Mara"), (["a"], "Mara")])
async def test_a_name_that_is_none_is_made_from_the_address(
    client: httpx2.AsyncClient, idp: Idp, said: object, name: str
) -> None:
    await provider(idp)
    idp.person["name"] = said
    await there_and_back(client, idp)
    assert (await Member.get()).name == name


# An account that is there


async def arrived(client: httpx2.AsyncClient, idp: Idp) -> Member:
    mara = await with_password(await make.member("Mara Visser", email=MARA))
    back = await there_and_back(client, idp)
    assert (back.status_code, back.headers["location"]) == (303, "/sign-in/link?next=%2Fquestions")
    assert await whoami(client) == ""
    assert not await IdentityLink.exists(), "nothing is linked before it is proven"
    page = (await client.get("/sign-in/link?next=/questions")).text
    assert "There is an account already" in page
    return mara


async def test_an_account_is_linked_with_its_password(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    mara = await arrived(client, idp)
    wrong = await client.post("/sign-in/link", data={"password": "wrong", "next": "/questions"})
    assert (wrong.status_code, "f-password-error" in wrong.text) == (422, True)
    assert not await IdentityLink.exists()
    done = await client.post("/sign-in/link", data={"password": PASSWORD, "next": "/questions"})
    assert (done.status_code, done.headers["location"]) == (303, "/questions")
    assert await whoami(client) == mara.handle
    assert "linked to your account" in (await letters(MARA))[-1].subject
    await client.post("/sign-out")
    assert (await there_and_back(client, idp)).headers["location"] == "/questions"
    assert await whoami(client) == mara.handle


async def test_an_account_is_linked_by_a_letter_in_the_same_browser(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    mara = await arrived(client, idp)
    assert (await client.post("/sign-in/link/letter")).status_code == 303
    link = link_in((await letters(MARA))[-1], "/sign-in/link")
    token = link.partition("token=")[2]
    async with open_client() as victim:  # who reads the mailbox, and did not begin this
        assert (await victim.get(link)).headers["location"] == "/sign-in"
        assert (await victim.post("/sign-in/link", data={"token": token})).headers["location"] == "/sign-in"
        idp.person |= {"sub": "mara-2"}
        await there_and_back(victim, idp)
        other = await victim.post("/sign-in/link", data={"token": token})
        assert other.status_code == 422, "it is good for the sign-in that asked for it, and for no other"
    assert not await IdentityLink.exists()
    assert "Link the two and sign in" in (await client.get(link)).text
    assert not await IdentityLink.exists(), "a letter's link does nothing when it is followed"
    assert (await client.post("/sign-in/link", data={"token": token})).status_code == 303
    assert await whoami(client) == mara.handle
    assert (await IdentityLink.get()).subject == "mara-1"


async def test_an_account_that_is_signed_in_is_linked_with_a_button(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    mara = await make.member("Mara Visser", email=MARA)
    await make.sign_in(client, mara)
    await there_and_back(client, idp)
    assert "You are signed in to this account" in (await client.get("/sign-in/link")).text
    assert not await IdentityLink.exists()
    assert (await client.post("/sign-in/link", data={"next": "/questions"})).headers["location"] == "/questions"
    assert (await IdentityLink.get()).member_id == mara.id  # type: ignore[attr-defined]


async def test_two_steps_are_asked_for_before_an_account_is_linked(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, two_steps="always")
    mara = await with_password(await make.member("Mara Visser", email=MARA))
    await TwoFactor.create(member=mara, secret=sealed(KEY), since=now(), made_at=now())
    await there_and_back(client, idp)
    asked = await client.post("/sign-in/link", data={"password": PASSWORD, "next": "/questions"})
    where = str(asked.headers["location"])
    assert where.startswith("/sign-in/code?state=")
    assert not await IdentityLink.exists()
    state = where.partition("state=")[2].partition("&")[0]
    code = {"state": state, "next": "/sign-in/link?next=/questions", "code": code_at(KEY, step_at(now()))}
    assert (await client.post("/sign-in/code", data=code)).headers["location"] == "/sign-in/link?next=/questions"
    assert not await IdentityLink.exists()
    await client.post("/sign-in/link", data={"next": "/questions"})
    assert (await IdentityLink.get()).member_id == mara.id  # type: ignore[attr-defined]


async def test_what_is_kept_between_cannot_be_made_up(client: httpx2.AsyncClient, idp: Idp) -> None:
    one = await provider(idp)
    mara = await with_password(await make.member("Mara Visser", email=MARA))
    person = {"subject": "evil", "email": MARA, "is_verified": True, "name": "", "groups": [], "signed_in_at": None}
    forged = sign("session", [one.id, mara.id, person | {"says_two_steps": True}, ["admin"]])
    for cookie in (forged, "x", ""):
        client.cookies.set("commonplace_arrived", cookie)
        answer = await client.post("/sign-in/link", data={"password": PASSWORD})
        assert answer.headers["location"] == "/sign-in"
    assert not await IdentityLink.exists()


async def test_a_provider_turned_off_meanwhile_links_nothing(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await arrived(client, idp)
    await Provider.all().update(is_on=False)
    assert (await client.post("/sign-in/link", data={"password": PASSWORD})).status_code == 422
    assert not await IdentityLink.exists()
    assert await whoami(client) == ""


# Staff


async def test_an_organisations_provider_opens_no_account_with_a_role(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, of=await elisabeth(), roles="all: org_admin")
    mara = await with_password(await make.member("Mara Visser", email=MARA))
    await make.grant(mara, "editor")
    await there_and_back(client, idp)
    refused = await client.post("/sign-in/link", data={"password": PASSWORD})
    assert (refused.status_code, "does not open your account" in refused.text) == (403, True)
    await RoleGrant.all().delete()
    await there_and_back(client, idp)
    assert (await client.post("/sign-in/link", data={"password": PASSWORD})).status_code == 303
    await make.grant(mara, "admin")
    await client.post("/sign-out")
    back = await there_and_back(client, idp)
    assert (back.status_code, await whoami(client)) == (403, ""), "a role that came later closes this door"


async def test_groups_of_a_site_give_roles_and_take_back_what_they_gave(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, roles="/net:editors: editor\nops: moderator")
    idp.person["groups"] = ["/net:editors", "unknown", "admin"]
    await there_and_back(client, idp)
    assert [one.role for one in await RoleGrant.all()] == ["editor"]
    assert (await IdentityLink.get()).given == "editor"
    await RoleGrant.all().update(until=now() - timedelta(minutes=1))
    await there_and_back(client, idp)
    assert await RoleGrant.all().count() == 1, "what somebody took back by hand is not given again"
    idp.person["groups"] = ["ops"]
    await there_and_back(client, idp)
    held = [one.role for one in await RoleGrant.filter(until=None)]
    assert (held, (await IdentityLink.get()).given) == (["moderator"], "moderator")
    del idp.person["groups"]
    await there_and_back(client, idp)
    assert not await RoleGrant.filter(until=None).exists()
    kinds = await Entry.filter(kind__startswith="role.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["role.granted", "role.granted", "role.revoked"]


async def test_groups_never_take_the_last_administrator(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, roles="ops: admin")
    idp.person["groups"] = "ops"
    await there_and_back(client, idp)
    assert [one.role for one in await RoleGrant.filter(until=None)] == ["admin"]
    idp.person["groups"] = []
    await there_and_back(client, idp)
    assert [one.role for one in await RoleGrant.filter(until=None)] == ["admin"]


async def test_groups_of_an_organisation_give_roles_there_only(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp, of=await elisabeth(), roles="heads: org_admin\nevil: admin")
    idp.person["groups"] = ["heads", "evil"]
    await there_and_back(client, idp)
    mine = await Membership.get()
    assert mine.role == "org_admin"
    assert not await RoleGrant.exists()
    await make.member("Grace", at=await Organisation.get(), role="org_admin")
    idp.person["groups"] = []
    await there_and_back(client, idp)
    assert (await Membership.get(id=mine.id)).role == "staff"


# Two steps


@pytest.mark.parametrize(
    ("setting", "claims", "asks"),
    [("said", {}, True), ("said", {"amr": ["pwd", "mfa"]}, False), ("said", {"amr": "mfa"}, True),
     ("said", {"acr": "https://refeds.org/profile/mfa"}, False), ("said", {"amr": ["pwd"], "acr": "1"}, True),
     ("never", {"amr": ["mfa"]}, True), ("always", {}, False)],
)  # fmt: skip
async def test_ones_own_two_steps_are_asked_for(
    client: httpx2.AsyncClient, idp: Idp, setting: str, claims: dict[str, object], asks: bool
) -> None:
    await provider(idp, two_steps=setting)
    await there_and_back(client, idp)
    await client.post("/sign-out")
    mara = await Member.get(email=MARA)
    await TwoFactor.create(member=mara, secret=sealed(KEY), since=now(), made_at=now())
    idp.person |= claims
    where = str((await there_and_back(client, idp)).headers["location"])
    assert where.startswith("/sign-in/code?state=") is asks
    assert (await whoami(client) == "") is asks
    if asks:
        state = where.partition("state=")[2].partition("&")[0]
        await client.post("/sign-in/code", data={"state": state, "code": code_at(KEY, step_at(now()))})
        assert await whoami(client) == mara.handle


async def test_who_did_two_steps_there_is_not_asked_to_set_them_up_here(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    settings.use(settings.get().model_copy(update={"two_factor_for": "everybody", "two_factor_grace_days": 0}))
    await there_and_back(client, idp)
    assert (await client.get("/questions")).headers["location"] == "/settings/two-steps"
    await client.post("/sign-out")
    idp.person["amr"] = ["mfa"]
    await there_and_back(client, idp)
    assert (await client.get("/questions")).status_code == 200
    assert (await Session.get(revoked_at=None)).did_two_steps


async def test_tokens_go_by_where_their_owner_signs_in(client: httpx2.AsyncClient, idp: Idp) -> None:
    one = await provider(idp, two_steps="always")
    settings.use(settings.get().model_copy(update={"two_factor_for": "everybody", "two_factor_grace_days": 0}))
    await there_and_back(client, idp)
    await Token.create(member=await Member.get(), name="x", hash=hash_secret("a-token"), created_at=now())
    async with open_client() as program:
        program.headers["Authorization"] = "Bearer a-token"
        assert (await program.get("/api/v1/me")).status_code == 200
        for setting in ("said", "never"):
            await Provider.filter(id=one.id).update(two_steps=setting)
            assert (await program.get("/api/v1/me")).status_code == 403
        await Provider.filter(id=one.id).update(two_steps="always", is_on=False)
        assert (await program.get("/api/v1/me")).status_code == 403


# Proving again


async def test_coming_by_a_sign_in_that_was_open_there_proves_nothing(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    asked = await client.post("/settings/tokens", data={"name": "Report"})
    assert (asked.status_code, "Sign in at Clinic ID once more" in asked.text) == (403, True)
    assert 'id="f-confirm_password"' not in asked.text
    assert 'name="name" value="Report"' in asked.text
    idp.person["auth_time"] = int(time.time()) - 5
    await there_and_back(client, idp)
    assert (await client.post("/settings/tokens", data={"name": "Report"})).status_code == 200


async def test_who_has_two_steps_confirms_with_both(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    idp.person |= {"amr": ["mfa"]}
    await there_and_back(client, idp)
    await TwoFactor.create(member=await Member.get(), secret=sealed(KEY), since=now(), made_at=now())
    asked = await client.post("/settings/tokens", data={"name": "Report"})
    assert ('id="f-confirm_code"' in asked.text, "once more" in asked.text) == (True, False)
    idp.person |= {"auth_time": int(time.time()), "amr": ["pwd"]}
    assert "confirm with a code of your app" in (await confirming(client, idp)).text
    assert (await client.post("/settings/tokens", data={"name": "Report"})).status_code == 403
    idp.person |= {"amr": ["mfa"]}
    assert "Thank you, it is you" in (await confirming(client, idp)).text


async def confirming(client: httpx2.AsyncClient, idp: Idp) -> httpx2.Response:
    answer = await client.post("/settings/confirm/with/clinic-id", data={"next": "/settings/tokens"})
    assert (answer.status_code, 'http-equiv="refresh"' in answer.text) == (200, True)
    url = answer.text.partition("0;url=")[2].partition('"')[0].replace("&amp;", "&")
    assert (asked_in(url)["prompt"], asked_in(url)["max_age"]) == ("login", "0")
    return await come_back(client, idp, url)


async def test_confirming_by_signing_in_anew(client: httpx2.AsyncClient, idp: Idp) -> None:
    await provider(idp)
    await there_and_back(client, idp)
    assert "does not say when you signed in" in (await confirming(client, idp)).text
    idp.person["auth_time"] = int(time.time()) - 3600
    assert "did not ask who you are anew" in (await confirming(client, idp)).text
    idp.person |= {"auth_time": int(time.time()), "sub": "somebody-else"}
    assert "somebody else is signed in" in (await confirming(client, idp)).text
    assert (await client.post("/settings/tokens", data={"name": "Report"})).status_code == 403
    idp.person["sub"] = "mara-1"
    done = await confirming(client, idp)
    assert (done.status_code, "Thank you, it is you" in done.text) == (200, True)
    assert (await client.post("/settings/tokens", data={"name": "Report"})).status_code == 200
    on = await client.post("/settings/confirm", data={"next": "/settings/tokens"})
    assert on.headers["location"] == "/settings/tokens"
    assert await Entry.filter(kind="session.confirmed").count() == 1
