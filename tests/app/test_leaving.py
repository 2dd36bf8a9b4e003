"""Who leaves is gone: from every table, file, letter, page and from the index; what others wrote stays."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app.leaving.ledger import ledger_of, read_ledger
from app.leaving.let_go import let_go
from app.search import engine_of
from app.wiring import SOURCES
from base import settings
from base.clock import now
from base.errors import Conflict, Invalid, Refused
from base.journal.deliver import deliver_all
from base.mail.models import OutgoingMail
from base.media import store
from base.settings import Settings
from forum.models import Post, Thread, Upload
from kb.models import Article, Contributor
from members import leaving
from members.actions import let_go as departures
from members.actions.forget_addresses import forget_addresses
from members.actions.leave import Erasure, Leaving, erase_member, leave
from members.handles import free_handle
from members.masks import owner_key
from members.models import (
    Departure,
    IdentityLink,
    Mask,
    Member,
    Membership,
    Organisation,
    OrganisationRequest,
    Provider,
    RoleGrant,
    Session,
)
from members.passwords import hash_password
from members.viewer import OPERATOR, Viewer
from search_index.keep_up import rebuild
from tests import builders as make
from tests.app.leaver import HANDLE, UNIQUE, WHO, World, left_of, lived
from tests.app.leaver_newer import GONE, KEPT
from tests.databases import apart, on_postgres
from tests.members.secrets_of import PASSWORD
from tests.search_index.engines import at_server

pytestmark = pytest.mark.anyio


async def at_the_desk(of: Member) -> Viewer:
    """Return a member who has just signed in."""
    return replace(await make.viewer(of), session_id=1, confirmed_at=now())


@pytest.fixture(params=["whoosh", "postgres"])
async def world(client: httpx2.AsyncClient, site: Settings, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "postgres" and not on_postgres():
        pytest.skip("the engine in PostgreSQL is tested with COMMONPLACE_TEST_DATABASE=postgres")
    if on_postgres():  # a database is used again, and an index of another test may lie in it
        await asyncio.to_thread(apart, at_server(site.database, "DROP SCHEMA IF EXISTS search CASCADE"))
    site = site.model_copy(update={"mail_window_minutes": 0, "search_engine": request.param})
    settings.use(site)
    made = await lived(client, site.data_dir)
    async with engine_of(site):
        await rebuild(SOURCES)
        yield made


async def gone(world: World, kind: str, **more: Any) -> None:
    given = {"kind": kind, "when": "now", "understood": True} | more
    await leave(await at_the_desk(world.her), Leaving.read(given))
    await deliver_all()
    assert await let_go() == 1
    await deliver_all()
    assert (await Departure.get(member_id=world.her.id)).state == "done"


async def test_she_is_found_before(world: World, site: Settings) -> None:
    """Hold the search itself to its word: everything that must go was there."""
    where = "\n".join(await left_of((*WHO, *UNIQUE, "quokka", "kakapo", *GONE, *KEPT), site.data_dir))
    for word in (*UNIQUE, *GONE, *KEPT, "Zonderl", HANDLE):
        assert word in where, word
    tables = "members notices journal_entries outgoing_mail posts post_revisions quotes uploads source_links drafts"
    tables += " suggestions invitations search_log threads"
    wanted = [*(f"{table}." for table in tables.split()), "mail/", index_of(settings.get())]
    assert not [one for one in wanted if one not in where]


def index_of(now_: Settings) -> str:
    """Say where words of the index stand."""
    return "search." if now_.search_engine == "postgres" else "index/"


async def her_organisation_stays(world: World, client: httpx2.AsyncClient) -> None:
    """Look at the pages of those she leaves behind: they work, show the logo, and name her nowhere."""
    home = await Organisation.get(id=world.home.id)
    assert home.logo_id == world.logo.id
    assert home.privacy_contact == ""
    assert store.path_of(world.logo.sha256).exists()
    await make.sign_in(client, world.other)
    page = await client.get(f"/organisations/{home.slug}")
    assert f"/files/{world.logo.id}/thumb" in page.text
    assert (await client.get(f"/files/{world.logo.id}/thumb")).status_code == 200
    said = (await client.get(f"/people/former-{world.her.id}")).text.partition("<main")[2]
    assert "Former member" in said
    assert "former staff" not in said
    console = [f"/organisations/{home.slug}/console{part}" for part in ("", "/people", "/domains", "/journal")]
    for path in (*console, "/inbox"):
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert not [word for word in (*WHO, *GONE) if word in answer.text], path
    await make.sign_in(client, await Member.get(handle="ann-admin"))
    asked = await OrganisationRequest.filter(asked_by_id=world.her.id)
    assert [(one.name, one.state, one.why, one.answer) for one in asked] == [("Ibis Clinic", "approved", "", "")]
    for path in ("/organisation-requests", f"/organisation-requests/{asked[0].id}", "/admin/journal"):
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert not [word for word in (*WHO, *GONE) if word in answer.text], path


async def test_erased_leaves_no_name_anywhere(world: World, site: Settings, client: httpx2.AsyncClient) -> None:
    await gone(world, "erase")
    left = await left_of((*WHO, "quokka", "emu", "marmot", *GONE), site.data_dir)
    assert not left, "\n".join(left)
    post = await Post.get(id=world.answer.id)
    assert "narwhal" in post.body  # what she wrote stays
    assert (await Member.get(id=world.her.id)).name == "Former member"
    quoting = await Post.get(id=world.quoting.id)
    assert "Former member" in quoting.body
    assert "narwhal" in quoting.body
    assert "former member" in quoting.html
    mask = await Mask.get(place=f"thread:{world.masked.id}")
    assert mask.sealed == ""  # what she wrote without her name stays, and is nobody's
    assert mask.owner != owner_key(world.her.id)
    assert "I would rather not say" in (await client.get(f"/t/{world.masked.id}", follow_redirects=True)).text
    page = await client.get(f"/t/{world.others.id}", follow_redirects=True)
    assert page.status_code == 200
    assert "narwhal" in page.text
    assert not [word for word in WHO if word in page.text]
    await her_organisation_stays(world, client)


async def test_withdrawn_leaves_no_word_anywhere(world: World, site: Settings, client: httpx2.AsyncClient) -> None:
    path = store.path_of(world.upload.sha256)
    assert path.exists()
    await gone(world, "withdraw")
    left = await left_of((*WHO, *UNIQUE, "quokka", "emu", "kakapo", "kiwi", *GONE, *KEPT), site.data_dir)
    assert not left, "\n".join(left)
    assert not path.exists()
    assert not [*site.data_dir.glob(f"uploads/{world.upload.sha256[:2]}/*")]
    assert not await Upload.filter(id=world.upload.id).exists()
    for word in UNIQUE:
        found = await client.get("/search", params={"q": word})
        assert found.status_code == 200
        assert "/t/" not in found.text.partition("<main")[2], word
    page = await client.get(f"/t/{world.own.id}", follow_redirects=True)
    assert page.status_code == 200
    assert "We feed it every day" in page.text  # answers of others stay
    assert "A question that was withdrawn" in page.text
    assert (await Thread.get(id=world.lonely.id)).state == "deleted"
    page = await client.get(f"/t/{world.others.id}", follow_redirects=True)
    assert "was withdrawn by its author" in page.text
    assert "Thank you" in page.text
    await her_organisation_stays(world, client)


@pytest.fixture
async def her(site: Settings, client: httpx2.AsyncClient) -> Member:
    home = await make.organisation("Zebu Hospital")
    await make.member("Bob Other", at=home, role="org_admin")
    return await make.member("Ada Leaver", at=home, password_hash=await hash_password(PASSWORD))


async def test_signing_in_within_the_days_keeps_everything(her: Member, client: httpx2.AsyncClient) -> None:
    await make.sign_in(client, her)
    token = await make.token(her)
    form = await client.get("/settings/data/leave")
    assert "In any case" in form.text
    assert '" checked' not in form.text.partition("<main")[2]
    sent = {"kind": "erase", "when": "later", "understood": "yes"}
    answer = await client.post("/settings/data/leave", data=sent)
    assert answer.status_code == 303
    assert (await Member.get(id=her.id)).state == "leaving"
    assert (await client.get("/api/v1/me")).status_code == 401
    assert (await client.get("/api/v1/me", headers=token)).status_code == 401
    await deliver_all()
    assert await OutgoingMail.filter(to=her.email, subject__contains="is closed").exists()
    assert await departures.let_go() == 0
    signed = {"email": her.email, "password": PASSWORD}
    assert (await client.post("/sign-in", data=signed)).status_code == 303
    assert (await Member.get(id=her.id)).state == "active"
    assert (await client.get("/api/v1/me")).json()["name"] == "Ada Leaver"
    await Departure.all().update(due_at=now() - timedelta(days=1))
    assert await departures.let_go() == 0


async def test_after_the_days_nobody_gets_in(her: Member, client: httpx2.AsyncClient) -> None:
    await leave(await at_the_desk(her), Leaving.read({"kind": "erase", "understood": True}))
    await Departure.all().update(due_at=now() - timedelta(seconds=1))
    assert await departures.let_go() == 1
    answer = await client.post("/sign-in", data={"email": her.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert (await client.get("/people/ada-leaver")).status_code == 404
    assert (await client.get(f"/people/former-{her.id}")).status_code == 200


async def test_a_handle_is_never_given_again(her: Member, site: Settings) -> None:
    await leave(await at_the_desk(her), Leaving.read({"kind": "erase", "when": "now", "understood": True}))
    await departures.let_go()
    assert await free_handle("Ada Leaver") == "ada-leaver-2"


@pytest.mark.parametrize("given", [{"kind": "erase"}, {"kind": "nothing", "understood": True}, {"understood": True}])
async def test_what_is_not_said_clearly_does_nothing(her: Member, given: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await leave(await at_the_desk(her), Leaving.read(given))
    assert (await Member.get(id=her.id)).state == "active"


async def test_who_runs_something_hands_it_over_first(her: Member, site: Settings) -> None:
    bob, given = await Member.get(handle="bob-other"), Leaving.read({"kind": "erase", "understood": True})
    with pytest.raises(Conflict, match="Zebu Hospital"):
        await leave(await at_the_desk(bob), given)
    admin = await make.member("Ann Admin")
    await make.grant(admin, "admin")
    with pytest.raises(Conflict, match="Nobody else runs this site"):
        await leave(await at_the_desk(admin), given)
    await make.grant(her, "admin")
    await leave(await at_the_desk(admin), given)
    # Now she is the last one, and who is leaving is nobody to hand over to.
    with pytest.raises(Conflict, match="Nobody else runs this site"):
        await leave(await at_the_desk(her), given)


async def test_who_leaves_sees_what_others_take_over(her: Member, client: httpx2.AsyncClient) -> None:
    article = await make.article("How to keep a quagga", author=await make.editor("Eddie"))
    await make.sign_in(client, her)
    assert "To be handed over" not in (await client.get("/settings/data/leave")).text
    await Article.filter(id=article.id).update(owner_id=her.id)
    page = (await client.get("/settings/data/leave")).text
    assert "To be handed over" in page
    assert "How to keep a quagga" in page


async def test_two_who_run_an_organisation_cannot_both_leave_at_once(her: Member, site: Settings) -> None:
    bob, home = await Member.get(handle="bob-other"), await Organisation.get(name="Zebu Hospital")
    await make.member("Cleo Colleague", at=home)
    await Membership.filter(member=her, organisation=home).update(role="org_admin")
    given = Leaving.read({"kind": "erase", "understood": True})
    both = [await at_the_desk(one) for one in (bob, her)]
    done = await asyncio.gather(*(leave(one, given) for one in both), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in done) == 1
    assert await Member.filter(id__in=[bob.id, her.id], state="active").count() == 1


async def test_an_address_of_somebody_else_is_theirs(her: Member, site: Settings) -> None:
    """A provider may say any address; letters to its owner are none of who leaves."""
    bob = await Member.get(handle="bob-other")
    there = await Provider.create(slug="id", name="ID", issuer="https://id.example", client_id="us", created_at=now())
    for subject, email in (("1", bob.email), ("2", "ada@second.example")):
        await IdentityLink.create(provider=there, subject=subject, member=her, email=email or "", created_at=now())
    for to in (bob.email, "Ada@second.example"):
        await OutgoingMail.create(key=str(to), to=to, subject="Hello", text="Hello", due=now(), created_at=now())
    await leave(await at_the_desk(her), Leaving.read({"kind": "erase", "when": "now", "understood": True}))
    await departures.let_go()
    assert await OutgoingMail.filter(to=bob.email or "", subject="Hello").exists()
    assert not await OutgoingMail.filter(to="Ada@second.example").exists()


async def test_an_administrator_erases_on_request_but_not_themselves(her: Member, client: httpx2.AsyncClient) -> None:
    admin = await make.member("Ann Admin")
    await make.grant(admin, "admin")
    await make.sign_in(client, admin)
    form = {"kind": "withdraw", "asked": "She wrote us a letter"}
    assert (await client.post(f"/admin/people/{admin.id}/erase", data=form)).status_code == 403
    assert (await client.post(f"/admin/people/{her.id}/erase", data={"kind": "erase"})).status_code == 422
    assert (await client.post(f"/admin/people/{her.id}/erase", data=form)).status_code == 303
    assert await departures.let_go() == 1
    assert (await Member.get(id=her.id)).state == "gone"
    assert (
        await client.post(f"/api/v1/admin/people/{her.id}/erase", json={"kind": "erase", "reason": "again please"})
    ).status_code == 403


async def test_an_administrator_is_not_erased_by_another(her: Member, client: httpx2.AsyncClient) -> None:
    admin = await make.member("Ann Admin")
    await make.grant(admin, "admin")
    await make.sign_in(client, admin)
    held = await RoleGrant.create(member=her, role="admin", since=now())
    sentence = "This is an administrator of the site. Take the role away first, and erase the account then."
    page, here = (await client.get(f"/admin/people/{her.id}")).text, f"/admin/people/{her.id}/erase"
    assert (sentence in page, f'action="{here}"' in page) == (True, False)
    refused = await client.post(here, data={"kind": "erase", "asked": "She wrote us a letter"})
    assert (refused.status_code, sentence in refused.text) == (403, True)
    refused = await client.post(f"/api/v1{here}", json={"kind": "erase", "reason": "She wrote us a letter"})
    assert (refused.status_code, refused.json()["detail"]) == (403, sentence)
    with pytest.raises(Refused):
        await erase_member(OPERATOR, her.id, Erasure.read({"kind": "erase", "reason": "She wrote us a letter"}))
    await Member.filter(id=her.id).update(state="suspended")
    assert (await client.post(here, data={"kind": "erase", "asked": "She wrote us"})).status_code == 403
    await Member.filter(id=her.id).update(state="active")
    await client.post(f"/admin/people/{her.id}/revoke", data={"grant": str(held.id)})
    assert f'action="{here}"' in (await client.get(f"/admin/people/{her.id}")).text
    assert (await client.post(here, data={"kind": "erase", "asked": "She wrote us a letter"})).status_code == 303


async def test_a_token_or_an_old_sign_in_does_not_erase(her: Member, client: httpx2.AsyncClient) -> None:
    sent = {"kind": "erase", "when": "now", "understood": True}
    assert (await client.post("/api/v1/me/departure", json=sent, headers=await make.token(her))).status_code == 403
    await make.sign_in(client, her)
    long_ago = now() - timedelta(hours=1)
    await Session.filter(member_id=her.id).update(created_at=long_ago, confirmed_at=long_ago)
    assert (await client.post("/api/v1/me/departure", json=sent)).status_code == 403
    assert (await Member.get(id=her.id)).state == "active"


async def test_practices_name_who_agreed_to_it(her: Member, client: httpx2.AsyncClient) -> None:
    article = await make.article(author=await make.editor("Eddie"))
    await Contributor.create(article=article, member=her, role="asked")
    given = {"kind": "erase", "when": "now", "understood": True, "credit": "name"}
    await leave(await at_the_desk(her), Leaving.read(given))
    await departures.let_go()
    page = await client.get(f"/kb/{article.id}", follow_redirects=True)
    assert "Ada Leaver" in page.text
    assert "/people/ada-leaver" not in page.text
    assert (await Member.get(id=her.id)).name == "Former member"


async def test_case_studies_of_an_organisation_stay_with_it(her: Member) -> None:
    home = await Organisation.get(name="Zebu Hospital")
    case = await make.thread("How we brought an axolotl on air", kind="case_study", author=her, organisation=home)
    await leave(await at_the_desk(her), Leaving.read({"kind": "withdraw", "when": "now", "understood": True}))
    await departures.let_go()
    assert (await Thread.get(id=case.id)).title == "How we brought an axolotl on air"


async def test_it_goes_on_where_it_was_broken_off(her: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    await make.thread("Does anybody keep a quagga?", author=her)
    await leave(await at_the_desk(her), Leaving.read({"kind": "withdraw", "when": "now", "understood": True}))

    async def broken(leaver: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(leaving, "STEPS", [leaving.STEPS[0], broken])
        patched.setattr("members.actions.let_go.STEPS", [leaving.STEPS[0], broken])
        assert await departures.let_go() == 0
    assert (await Departure.get(member_id=her.id)).state == "working"
    assert await departures.let_go() == 1
    assert "quagga" not in (await Thread.get(author_id=her.id)).title
    ledger = read_ledger(ledger_of(settings.get()))
    assert [one.member for one in ledger] == [her.id]


async def test_addresses_of_sign_ins_are_forgotten(her: Member, client: httpx2.AsyncClient) -> None:
    at, days = now(), settings.get().address_days
    for number, age in enumerate((0, days - 1, days + 1)):
        await Session.create(
            member=her, hash=str(number), address="192.0.2.7", created_at=at - timedelta(days=age), seen_at=at,
            expires_at=at + timedelta(days=9),
        )  # fmt: skip
    assert await forget_addresses() == 1
    assert await Session.filter(address="192.0.2.7").count() == 2
    assert await forget_addresses() == 0


async def test_who_leaves_is_shown_so_and_listed_nowhere(her: Member, client: httpx2.AsyncClient) -> None:
    admin = await make.member("Ann Admin", at=await Organisation.get(name="Zebu Hospital"))
    await make.grant(admin, "admin")
    await leave(await at_the_desk(her), Leaving.read({"kind": "erase", "understood": True}))
    await make.sign_in(client, admin)
    assert "Leaving" in (await client.get(f"/admin/people/{her.id}")).text
    assert "Ada Leaver" in (await client.get("/admin/people?state=leaving")).text
    assert "closed at present" in (await client.get("/people/ada-leaver")).text
    assert "Ada Leaver" not in (await client.get("/people")).text
    await Departure.all().update(due_at=now())
    await departures.let_go()
    assert (await client.get(f"/admin/people/{her.id}")).status_code == 200
    assert "Former member" in (await client.get("/admin/people?state=gone")).text
