"""Roles, suspension, places, invitations: who may, what happens, how it is undone."""

import asyncio
from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Conflict, Invalid, Refused
from base.journal.models import Entry
from members.actions.create_admin import create_admin
from members.actions.grant import Grant, grant, revoke
from members.actions.keep_organisation import Particulars, edit_organisation
from members.actions.make_token import make_token
from members.actions.pause_place import Pause, pause_place, resume_place
from members.actions.place import Placing, place, remove
from members.models import Member, Membership, Notice, RoleGrant, Session
from tests import builders as make
from tests.members.outline import faults_of
from tests.members.secrets_of import PASSWORD, letters, token_in, whoami

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]


async def admin(client: httpx2.AsyncClient) -> Member:
    made = await make.member("Ada Admin")
    await make.grant(made, "admin")
    await make.sign_in(client, made)
    return made


async def test_give_a_role_and_take_it_back(client: httpx2.AsyncClient) -> None:
    boss, mara = await admin(client), await make.member("Mara")
    answer = await client.post(f"/admin/people/{mara.id}/grant", data={"role": "editor"})
    assert answer.status_code == 303
    assert (await make.viewer(mara)).is_editor
    held = await RoleGrant.get(member_id=mara.id)
    assert (held.role, held.scope, held.granted_by_id) == ("editor", "site", boss.id)  # type: ignore[attr-defined]
    assert (await Notice.get(member_id=mara.id)).subject == "You are now an editor of practices"
    await client.post(f"/admin/people/{mara.id}/revoke", data={"grant": held.id})
    assert not (await make.viewer(mara)).is_editor
    assert (await RoleGrant.get(id=held.id)).until is not None, "the past stays written down"
    kinds = await Entry.filter(kind__startswith="role.").order_by("id").values_list("kind", flat=True)
    assert kinds == ["role.granted", "role.revoked"]


async def test_roles_are_scoped_and_dated(client: httpx2.AsyncClient) -> None:
    await admin(client)
    mara, region = await make.member("Mara"), await make.region("Europe")
    path = f"/admin/people/{mara.id}/grant"
    without = await client.post(path, data={"role": "community_leader"})
    assert (without.status_code, "f-region-error" in without.text) == (422, True)
    past = await client.post(path, data={"role": "editor", "until": "2020-01-01"})
    assert (past.status_code, "f-until-error" in past.text) == (422, True)
    day = (now() + timedelta(days=3)).date().isoformat()
    given = await client.post(path, data={"role": "community_leader", "region": region.id, "until": day})
    assert given.status_code == 303
    assert (await make.viewer(mara)).region_ids == {region.id}
    await RoleGrant.filter(member_id=mara.id).update(until=now() - timedelta(seconds=1))
    assert (await make.viewer(mara)).region_ids == frozenset()
    assert (await client.post(path, data={"role": "community_leader", "region": region.id})).status_code == 303


async def test_a_role_is_not_given_twice(client: httpx2.AsyncClient) -> None:
    boss, mara = await admin(client), await make.member("Mara")
    viewer = await make.viewer(boss)
    given = [grant(viewer, mara.id, Grant(role="editor")) for _ in range(3)]
    outcomes = await asyncio.gather(*given, return_exceptions=True)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Conflict", "int"]
    await client.post(f"/admin/people/{mara.id}/grant", data={"role": "editor"})
    assert "already has this role" in (await client.get(f"/admin/people/{mara.id}")).text


async def test_the_last_administrator_stays(client: httpx2.AsyncClient) -> None:
    ada = await admin(client)
    viewer, held = await make.viewer(ada), await RoleGrant.get()
    with pytest.raises(Conflict):
        await revoke(viewer, held.id)
    other = await make.member("Other")
    second = await make.grant(other, "admin")
    outcomes = await asyncio.gather(revoke(viewer, held.id), revoke(viewer, second.id), return_exceptions=True)
    assert [type(one) for one in outcomes].count(Conflict) == 1


async def test_only_administrators(client: httpx2.AsyncClient) -> None:
    boss, mara, plain = await make.member("Ada"), await make.member("Mara"), await make.editor("Plain")
    await make.grant(boss, "admin")
    for act, data in [
        ("grant", {"role": "admin"}),
        ("revoke", {"grant": "1"}),
        ("suspend", {"reason": "Because I can"}),
        ("restore", {}),
        ("place", {"organisation": "1", "at": "staff"}),
        ("remove", {"organisation": "1"}),
        ("invite", {"email": "x@example.org"}),
    ]:
        path = f"/admin/people/{mara.id}/{act}"
        client.cookies.clear()
        assert (await client.post(path, data=data)).headers["location"].startswith("/sign-in")
        await make.sign_in(client, plain)
        assert (await client.post(path, data=data)).status_code == 403
        for page in ("/admin/people", f"/admin/people/{mara.id}", "/api/v1/admin/people"):
            assert (await client.get(page)).status_code == 403
        assert await RoleGrant.filter(until=None).count() == 2
        assert (await Member.get(id=mara.id)).state == "active"


async def test_suspend_and_restore(client: httpx2.AsyncClient) -> None:
    ada, mara = await admin(client), await make.member("Mara Visser")
    await Session.create(member=mara, hash="x", created_at=now(), seen_at=now(), expires_at=now() + timedelta(days=1))
    header = await make.token(mara)
    path = f"/admin/people/{mara.id}"
    short = await client.post(f"{path}/suspend", data={"reason": "no"})
    assert (short.status_code, "f-reason-error" in short.text) == (422, True)
    assert (await client.post(f"{path}/suspend", data={"reason": "Writes advertisements"})).status_code == 303
    assert (await Member.get(id=mara.id)).state == "suspended"
    assert not await Session.filter(member_id=mara.id, revoked_at=None).exists()
    assert (await client.get("/api/v1/me", headers=header)).status_code == 401
    entry = await Entry.get(kind="member.suspended")
    assert (entry.actor_id, entry.data) == (ada.id, {"reason": "Writes advertisements"})
    assert (await client.post(f"{path}/restore")).status_code == 303
    assert (await client.get("/api/v1/me", headers=header)).status_code == 200
    assert (await client.post(f"/admin/people/{ada.id}/suspend", data={"reason": "Myself"})).status_code == 403


async def test_place_in_an_organisation_and_take_out(client: httpx2.AsyncClient) -> None:
    await admin(client)
    mara = await make.member("Mara", trust=0)
    first, second = await make.organisation("First"), await make.organisation("Second")
    for one, role in ((first, "staff"), (second, "org_admin"), (first, "org_admin")):
        answer = await client.post(f"/admin/people/{mara.id}/place", data={"organisation": one.id, "at": role})
        assert answer.status_code == 303
    viewer = await make.viewer(mara)
    assert (viewer.organisation_name, viewer.org_admin_of) == ("First", {first.id, second.id})
    assert (await Member.get(id=mara.id)).trust == 1
    await client.post(f"/admin/people/{mara.id}/remove", data={"organisation": first.id})
    assert (await make.viewer(mara)).organisation_name == "Second"
    await client.post(f"/admin/people/{mara.id}/remove", data={"organisation": second.id})
    assert (await make.viewer(mara)).audiences == {"public"}
    again = await client.post(f"/admin/people/{mara.id}/remove", data={"organisation": second.id})
    assert again.status_code == 404
    assert await Membership.filter(member_id=mara.id).count() == 2


async def test_who_leaves_two_organisations_at_once_has_left_both(client: httpx2.AsyncClient) -> None:
    boss = await make.viewer(await admin(client))
    for _ in range(4):
        mara, places = await make.member(), [await make.organisation(), await make.organisation()]
        for one in places:
            await place(boss, mara.id, Placing(organisation=one.id))
        await asyncio.gather(*(remove(boss, mara.id, one.id) for one in places))
        assert await Membership.filter(member_id=mara.id).values_list("state", "main") == [("left", False)] * 2


async def test_a_second_place_takes_no_label_of_industry_off(client: httpx2.AsyncClient) -> None:
    boss = await make.viewer(await admin(client))
    vendor, hospital = await make.organisation("Vendor", kind="industry"), await make.organisation("Hospital")
    before, after = await make.member(at=vendor), await make.member(at=hospital)
    await place(boss, before.id, Placing(organisation=hospital.id))
    await place(boss, after.id, Placing(organisation=vendor.id))
    await pause_place(boss, vendor.id, before.id, Pause(reason="Only for a moment"))
    assert (await make.viewer(before)).is_industry, "paused, and still of the vendor"
    await resume_place(boss, vendor.id, before.id)
    for who in (before, after):
        assert (await make.viewer(who)).is_industry
        assert await Membership.filter(member_id=who.id, main=True).count() == 1
    await remove(boss, after.id, vendor.id)
    assert (await make.viewer(after)).organisation_name == "Hospital"


async def test_people_of_what_becomes_a_vendor_belong_to_the_industry(client: httpx2.AsyncClient) -> None:
    boss = await make.viewer(await admin(client))
    spin_off, mara = await make.organisation("Spin-off"), await make.member(at=await make.organisation("Hospital"))
    await place(boss, mara.id, Placing(organisation=spin_off.id))
    assert (await make.viewer(mara)).organisation_name == "Hospital"
    await edit_organisation(boss, spin_off.id, Particulars(name="Spin-off", kind="industry"))
    assert (await make.viewer(mara)).is_industry


async def test_a_staged_person_is_invited_by_letter(client: httpx2.AsyncClient) -> None:
    await admin(client)
    staged = await make.member("M. Visser", state="staged", email=None, handle="user-17")
    taken = await make.member("Taken")
    path = f"/admin/people/{staged.id}/invite"
    await client.post(path, data={"email": taken.email})
    assert "already has this address" in (await client.get(f"/admin/people/{staged.id}")).text
    assert (await client.post(path, data={"email": "mara@example.org"})).status_code == 303
    (mail,) = await letters("mara@example.org")
    client.cookies.clear()
    done = await client.post("/reset", data={"token": token_in(mail, "/reset"), "password": PASSWORD})
    assert done.status_code == 303
    await client.post("/sign-in", data={"email": "mara@example.org", "password": PASSWORD})
    assert await whoami(client) == "user-17"


async def test_the_list_is_narrowed(client: httpx2.AsyncClient) -> None:
    await admin(client)
    await make.member("Mara Visser")
    await make.member("Omar", state="staged")
    for query, names in [
        ("", ["Ada Admin", "Mara Visser", "Omar"]),
        ("?q=visser", ["Mara Visser"]),
        ("?q=%40omar", ["Omar"]),
        ("?state=staged", ["Omar"]),
        ("?role=admin", ["Ada Admin"]),
        ("?role=editor", []),
    ]:
        found = (await client.get(f"/api/v1/admin/people{query}")).json()
        assert [one["name"] for one in found["people"]] == names
        page = await client.get(f"/admin/people{query}")
        assert all(name in page.text for name in names)


async def test_the_same_through_the_api(client: httpx2.AsyncClient) -> None:
    ada, mara, there = await admin(client), await make.member("Mara"), await make.organisation()
    header = {"authorization": f"Bearer {await make_token(ada.id, 'script')}"}
    client.cookies.clear()
    base = f"/api/v1/admin/people/{mara.id}"
    made = await client.post(f"{base}/roles", json={"role": "moderator"}, headers=header)
    assert made.status_code == 201
    assert (await client.get(base, headers=header)).json()["grants"][0]["role"] == "moderator"
    taken = await client.delete(f"/api/v1/admin/roles/{made.json()['grant']}", headers=header)
    placed = await client.post(f"{base}/places", json={"organisation": there.id}, headers=header)
    removed = await client.delete(f"{base}/places/{there.id}", headers=header)
    suspended = await client.post(f"{base}/suspension", json={"reason": "Because of this"}, headers=header)
    restored = await client.delete(f"{base}/suspension", headers=header)
    assert {one.status_code for one in (taken, placed, removed, suspended, restored)} == {204}
    wrong = await client.post(f"{base}/roles", json={"role": "king"}, headers=header)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["role"])


async def test_create_admin_may_be_repeated(client: httpx2.AsyncClient) -> None:
    first = await create_admin(email="Ops.Team@Example.org", password="0123456789")
    again = await create_admin(email="ops.team@example.org", password="0123456789", name="Ops")
    assert (first.id, first.handle) == (again.id, again.handle) == (first.id, "ops-team")
    member = await Member.get()
    assert (member.name, member.state, member.email) == ("Ops", "active", "ops.team@example.org")
    assert await RoleGrant.all().count() == 1
    answer = await client.post("/sign-in", data={"email": "ops.team@example.org", "password": "0123456789"})
    assert answer.status_code == 303
    await create_admin(email="ops.team@example.org", password="0123456789")
    assert await whoami(client) == "ops-team", "repeating it signs nobody out"
    await create_admin(email="ops.team@example.org", password="another-one-1")
    assert await whoami(client) == ""


@pytest.mark.parametrize("state", ["active", "unverified", "staged", "suspended"])
async def test_an_existing_member_becomes_administrator(client: httpx2.AsyncClient, state: str) -> None:
    mara = await make.member("Mara", state=state, email="mara@example.org")
    made = await create_admin(email="mara@example.org", password="0123456789")
    assert made.id == mara.id
    assert (await make.viewer(mara)).is_admin
    assert (await Member.get()).state == "active"


@pytest.mark.parametrize(("email", "password"), [("nobody", "0123456789"), ("a@b.example", "short")])
async def test_create_admin_says_what_is_wrong(client: httpx2.AsyncClient, email: str, password: str) -> None:
    with pytest.raises(Invalid):
        await create_admin(email=email, password=password)
    assert not await Member.exists()


async def test_actions_themselves_refuse(client: httpx2.AsyncClient) -> None:
    plain, other = await make.member("Plain"), await make.member("Other")
    with pytest.raises(Refused):
        await grant(await make.viewer(plain), other.id, Grant(role="admin"))


async def test_moderators_decide_about_one_person_and_see_neither_address_nor_ways_in(
    client: httpx2.AsyncClient,
) -> None:
    nia, home = await make.moderator("Nia"), await make.organisation("St Mary")
    mara, ed = await make.member("Mara", email="mara-address@example.org"), await make.editor("Ed")
    unseen = await make.member("Una", state="unverified")
    await make.sign_in(client, nia)
    assert f'href="/admin/people/{mara.id}"' in (await client.get("/people/mara")).text
    path = f"/admin/people/{mara.id}"
    page = (await client.get(path)).text
    assert faults_of(page) == []
    for act in ("suspend", "hold-trust", "place"):
        assert f'action="{path}/{act}"' in page, act
    for word in ("mara-address", "/grant", "/revoke", "/erase", "/invite", "/reset-two-steps", 'href="/admin"'):
        assert word not in page, word
    told = (await client.get(f"/api/v1{path}")).json()
    assert (told["person"]["email"], told["may_suspend"], told["has_two_steps"]) == ("", True, False)
    page = (await client.get(f"/admin/people/{ed.id}")).text
    assert "/suspend" not in page
    assert "/hold-trust" not in page
    assert (await client.get(f"/admin/people/{unseen.id}")).status_code == 404
    assert (await client.get("/admin/people")).status_code == 403
    short = await client.post(f"{path}/suspend", data={"reason": "no"})
    assert (short.status_code, "f-reason-error" in short.text) == (422, True)
    for act, data in (
        ("place", {"organisation": str(home.id), "at": "staff"}),
        ("hold-trust", {"level": "2", "because": "Known for years."}),
        ("suspend", {"reason": "Writes advertisements"}),
        ("restore", {}),
        ("remove", {"organisation": str(home.id)}),
    ):
        assert (await client.post(f"{path}/{act}", data=data)).headers["location"] == path, act
    for act in ("grant", "revoke", "erase", "reset-two-steps"):
        sent = {"role": "editor", "grant": "1", "kind": "erase", "asked": "Because of this.", "why": "Because of this."}
        assert (await client.post(f"{path}/{act}", data=sent)).status_code == 403, act
