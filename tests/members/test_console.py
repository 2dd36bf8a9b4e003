"""The console of an organisation: who waits and who belongs, by page and by program, and nobody else's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from base.clock import now
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from members.done import KINDS
from members.models import Member, Membership, Notice, Session, Token
from tests import builders as make
from tests.members.inviting import Hospital, become, hospital
from tests.members.outline import faults_of
from tests.statements import statements

pytestmark = pytest.mark.anyio


def console(there: Hospital) -> str:
    return f"/organisations/{there.organisation.slug}/console"


async def place_of(who: Member, there: Hospital) -> tuple[str, str]:
    found = await Membership.get(member=who, organisation=there.organisation)
    return found.role, found.state


async def last(kind: str) -> dict[str, Any]:
    found = await Entry.filter(kind=kind).order_by("-id").first()
    assert found is not None, kind
    return found.data


async def told(who: Member) -> list[str]:
    await deliver_all()
    return [one.subject for one in await Notice.filter(member=who).order_by("id")]


async def test_somebody_asks_waits_and_is_let_in(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    eve = await make.member("Eve Guest", email="eve@elsewhere.example", trust=0)
    path = f"/organisations/{there.organisation.slug}"
    await become(client, eve)
    page = (await client.get(path)).text
    assert "Ask to belong" in page
    assert faults_of(page) == []
    answer = await client.post(f"{path}/ask", data={"words": "I run the press office."})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await place_of(eve, there) == ("staff", "pending")
    viewer = await make.viewer(eve)
    assert viewer.audiences == {"public"}, "waiting gives nothing"
    assert (await client.get(console(there))).status_code == 403
    again = await client.post(f"/api/v1{path}/asking", json={})
    assert again.status_code == 409
    assert await told(there.grace) == ["Somebody asks to belong to St. Elisabeth"]
    await become(client, there.grace)
    page = (await client.get(console(there))).text
    for words in ("Eve Guest", "Address at elsewhere.example", "I run the press office.", "one administrator only"):
        assert words in page, words
    assert "eve@elsewhere.example" not in page
    assert faults_of(page) == []
    answer = await client.post(f"{console(there)}/people/{eve.id}/let-in")
    assert answer.headers["location"] == console(there)
    assert await place_of(eve, there) == ("staff", "active")
    assert (await make.viewer(eve)).trust == 1
    assert (await last("console.let_in")) == {"member_id": eve.id, "before": "pending", "after": "staff, active"}
    assert await told(eve) == ["You belong to St. Elisabeth now"]
    assert await told(there.grace) == [], "who was let in waits no longer"
    assert (await client.post(f"{console(there)}/people/{eve.id}/let-in")).status_code == 404


async def test_somebody_is_declined_with_words_and_takes_a_question_back(client: httpx2.AsyncClient) -> None:
    there, eve = await hospital(), await make.member("Eve Guest")
    asking = f"/api/v1/organisations/{there.organisation.slug}/asking"
    people = f"/api/v1{console(there)}/people"
    own, keeper = await make.token(eve), await make.token(there.grace)
    assert (await client.post(asking, json={"words": "x" * 301}, headers=own)).status_code == 422
    assert (await client.post(asking, json={}, headers=own)).status_code == 204
    assert (await client.delete(asking, headers=own)).status_code == 204
    assert not await Membership.filter(member=eve).exists()
    assert await told(there.grace) == []
    assert (await client.post(asking, json={}, headers=own)).status_code == 204
    answer = await client.post(f"{people}/{eve.id}/decline", json={"words": "We do not know you."}, headers=keeper)
    assert answer.status_code == 204
    assert await place_of(eve, there) == ("staff", "declined")
    assert await told(eve) == ["St. Elisabeth has not let you in"]
    known = (await client.get(f"{people}/{eve.id}", headers=keeper)).json()
    assert (known["sessions"], known["tokens"], known["person"]["seen"]) == (0, 0, ""), "how she uses it is hers"
    assert (await Notice.get(member=eve)).text == "We do not know you."
    assert "former staff" not in (await client.get(f"/people/{eve.handle}")).text
    path = f"/organisations/{there.organisation.slug}"
    await become(client, eve)
    assert (await client.post(f"{path}/ask")).status_code == 303, "who was declined may ask again"
    assert (await client.get(f"/api/v1{console(there)}", headers=keeper)).json()["waiting"][0]["was_declined"]
    assert (await client.post(f"{path}/ask/back")).status_code == 303
    assert await place_of(eve, there) == ("staff", "declined"), "or she would be let in by her address"


async def test_people_are_listed_searched_and_paged(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    seen = {"last_seen_at": now() - timedelta(days=12)}
    await make.member("Mara Visser", at=there.organisation, email="mara@elisabeth.example", title="Nurse", **seen)
    await make.member("Piet Private", at=there.organisation, email="piet@gmail.com")
    gone = await make.member("Lena Gone", at=there.organisation)
    await Membership.filter(member=gone).update(state="left", until=now(), main=False)
    await become(client, there.grace)
    page = (await client.get(f"{console(there)}/people")).text
    for words in ("Mara Visser", "mara@elisabeth.example", "this month", "Piet Private", "Grace of"):
        assert words in page, words
    assert "piet@gmail.com" not in page, "an address elsewhere is one's own"
    assert "Lena Gone" not in page
    assert faults_of(page) == []
    assert "Lena Gone" in (await client.get(f"{console(there)}/people?state=left")).text
    found = (await client.get(f"/api/v1{console(there)}/people?q=nurse")).json()
    assert [one["name"] for one in found["people"]] == ["Mara Visser"]
    assert found["counts"] == {"active": 3, "paused": 0, "pending": 0, "left": 1, "declined": 0}
    assert (await client.get(f"{console(there)}/people?q=%25")).text.count("<tr>") == 0
    with statements() as few:
        await client.get(f"{console(there)}/people")
    for _ in range(12):
        await make.member(at=there.organisation)
    await client.get(f"{console(there)}/people")  # asks what changed since
    with statements() as many:
        await client.get(f"{console(there)}/people")
    # Whether anything was written is asked once a second, so that it may fall into one of the two.
    few, many = ([one for one in sent if "data_version" not in one] for sent in (few, many))
    assert len(few) == len(many) <= 6, many
    with statements() as overview:
        assert (await client.get(console(there))).status_code == 200
    assert len(overview) <= 10, overview


async def test_suspend_here_and_let_back(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara, other = await make.member("Mara", at=there.organisation), await make.organisation("Elsewhere")
    await Membership.create(member=mara, organisation=other, since=now(), main=False)
    await become(client, there.grace)
    here = f"{console(there)}/people/{mara.id}"
    wrong = await client.post(f"{here}/pause", data={"reason": "no"})
    assert wrong.status_code == 422
    assert faults_of(wrong.text) == []
    assert (await client.post(f"{here}/pause", data={"reason": "Under inquiry."})).status_code == 303
    viewer = await make.viewer(mara)
    assert f"org:{there.organisation.id}" not in viewer.audiences
    assert viewer.organisation_name == "Elsewhere", "another organisation stands beside the name"
    assert (await Member.get(id=mara.id)).state == "active", "the account is open"
    assert (await last("console.paused"))["reason"] == "Under inquiry."
    assert "Let them back" in (await client.get(here)).text
    own = await make.token(mara)
    asked = await client.post(f"/api/v1/organisations/{there.organisation.slug}/asking", json={}, headers=own)
    assert asked.status_code == 403, "who is suspended cannot ask anew"
    assert (await client.post(f"{here}/resume")).status_code == 303
    assert f"org:{there.organisation.id}" in (await make.viewer(mara)).audiences
    assert (await client.post(f"{here}/resume")).status_code == 404


async def test_a_suspended_member_does_not_come_back_by_a_colleagues_invitation(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation, email="mara@elisabeth.example")
    colleague = await make.member("Old Hand", at=there.organisation, trust=2)
    await become(client, there.grace)
    await client.post(f"{console(there)}/people/{mara.id}/pause", data={"reason": "Under inquiry."})
    from tests.members.secrets_of import letters, link_of

    await become(client, colleague)
    sent = await client.post(f"{there.path}/one", data={"email": "mara@elisabeth.example"})
    assert sent.status_code == 303, sent.text
    link = link_of((await letters("mara@elisabeth.example"))[-1])
    await become(client, mara)
    answer = await client.post(f"/api/v1{link}")
    assert answer.status_code == 403
    assert await place_of(mara, there) == ("staff", "paused")


async def test_who_comes_by_a_domain_is_written_down(client: httpx2.AsyncClient) -> None:
    from base.db import transaction
    from members.actions.activate import activate

    there = await hospital()
    mara = await make.member("Mara", email="mara@elisabeth.example", state="unverified")
    async with transaction():
        await activate(mara)
    assert await place_of(mara, there) == ("staff", "active")
    assert (await last("console.came")) == {"member_id": mara.id, "before": "", "after": "staff, active"}


async def test_titles_roles_and_handing_over(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation, title="Nurse")
    people = f"/api/v1{console(there)}/people"
    key = await make.token(there.grace)
    assert (await client.put(f"{people}/{mara.id}/title", json={"title": "Head of press"}, headers=key)).is_success
    assert (await last("console.titled")) == {"member_id": mara.id, "before": "", "after": "Head of press"}
    await become(client, there.grace)
    assert "Head of press" in (await client.get(f"/organisations/{there.organisation.slug}")).text
    client.cookies.clear()
    alone = await client.delete(f"{people}/{there.grace.id}/administrator", headers=key)
    assert alone.status_code == 403
    assert "last administrator" in alone.text
    assert (await client.post(f"{people}/{mara.id}/administrator", headers=key)).status_code == 204
    assert (await client.post(f"{people}/{mara.id}/administrator", headers=key)).status_code == 409
    assert there.organisation.id in (await make.viewer(mara)).org_admin_of
    assert (await client.delete(f"{people}/{mara.id}/administrator", headers=key)).status_code == 204
    assert (await client.post(f"{people}/{mara.id}/transfer", headers=key)).status_code == 204
    assert await place_of(mara, there) == ("org_admin", "active")
    assert await place_of(there.grace, there) == ("staff", "active")
    assert (await client.get(people, headers=key)).status_code == 403, "who handed the role over has it no longer"
    assert (await last("console.role_transferred"))["after"] == "org_admin, active"


async def test_pages_for_roles_ask_again_who_one_is(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    here = f"{console(there)}/people/{mara.id}"
    await become(client, there.grace)
    page = (await client.get(here)).text
    assert faults_of(page) == []
    for name in ("make-admin", "unmake-admin", "transfer", "remove"):
        await Session.all().update(created_at=now() - timedelta(hours=1))
        asked = await client.post(f"{here}/{name}")
        assert asked.status_code == 403, name
        assert "Please confirm that it is you" in asked.text
    await Session.all().update(created_at=now())
    assert (await client.post(f"{here}/make-admin")).status_code == 303
    assert (await client.post(f"{here}/unmake-admin")).status_code == 303
    answer = await client.post(f"{here}/transfer")
    assert answer.headers["location"] == f"/organisations/{there.organisation.slug}"
    assert await place_of(mara, there) == ("org_admin", "active")


async def test_a_leaver_is_removed_everywhere_and_what_they_wrote_stays(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation, title="Nurse")
    thread = await make.thread(author=mara)
    article = await make.article("How to answer reviews", owner=mara)
    key = await make.token(mara)
    await make.sign_in(client, mara)
    assert (await client.get("/api/v1/me")).status_code == 200
    mine = dict(client.cookies)
    await become(client, there.grace)
    here = f"{console(there)}/people/{mara.id}"
    page = (await client.get(here)).text
    assert "How to answer reviews" in page, "what is to be handed over"
    ahead = await client.post(f"{here}/remove", data={"until": str(date.today() + timedelta(days=9))})
    assert ahead.status_code == 422
    assert "lies ahead" in ahead.text
    answer = await client.post(f"{here}/remove", data={"until": "2026-01-31"})
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    place = await Membership.get(member=mara)
    assert (place.state, place.role, place.main) == ("left", "staff", False)
    assert place.until == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert not await Session.filter(member=mara, revoked_at=None).exists()
    assert not await Token.filter(member=mara, revoked_at=None).exists()
    page = (await client.get(here)).text
    assert "How to answer reviews" in page, "still to be handed over"
    told = await last("console.member_removed")
    assert (told["sessions"], told["tokens"], told["after"]) == (1, 1, "left, 2026-01-31")
    client.cookies.clear()
    assert (await client.get("/api/v1/me", headers=key)).status_code == 401
    for name, value in mine.items():
        client.cookies.set(name, value)
    assert (await client.get("/api/v1/me")).status_code == 401
    client.cookies.clear()
    shown = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert "former staff of St. Elisabeth" in shown
    found = (await client.get(f"/api/v1/threads/{thread.id}")).json()
    assert found["opening"]["author"]["former"] == "St. Elisabeth"
    assert "former staff of St. Elisabeth" in (await client.get(f"/people/{mara.handle}")).text
    assert "former staff of St. Elisabeth" in (await client.get("/questions")).text
    assert article.id
    there2 = await make.organisation("New Place")
    await Membership.create(member=mara, organisation=there2, since=now())
    await make.act()
    assert "former staff" not in (await client.get(f"/t/{thread.id}-{thread.slug}")).text


async def test_nobody_removes_themselves_or_the_last_administrator(client: httpx2.AsyncClient) -> None:
    there, boss = await hospital(), await make.member("Boss")
    await make.grant(boss, "admin")
    mara = await make.member("Mara", at=there.organisation)
    people = f"/api/v1{console(there)}/people"
    own, staff, staffs = await make.token(there.grace), await make.token(boss), await make.token(mara)
    assert (await client.post(f"{people}/{there.grace.id}/remove", json={}, headers=own)).status_code == 403
    assert (
        await client.post(f"{people}/{there.grace.id}/pause", json={"reason": "x" * 9}, headers=own)
    ).status_code == 403
    assert (await client.post(f"{people}/{there.grace.id}/remove", json={}, headers=staffs)).status_code == 403
    removed = await client.post(f"{people}/{there.grace.id}/remove", json={}, headers=staff)
    assert (removed.status_code, removed.json()) == (200, {"sessions": 0, "tokens": 1}), "the site's staff may"
    page = (await client.get(f"/api/v1{console(there)}", headers=staff)).json()
    assert page["counts"]["administrators"] == 0


async def test_place_by_number_brings_in_nobody_who_never_asked(client: httpx2.AsyncClient) -> None:
    there, eve = await hospital(), await make.member("Eve", email="eve@elsewhere.example")
    key = await make.token(there.grace)
    places = f"/api/v1/admin/people/{eve.id}/places"
    answer = await client.post(places, json={"organisation": there.organisation.id}, headers=key)
    assert answer.status_code == 403
    assert not await Membership.filter(member=eve).exists()
    down = f"/api/v1/admin/people/{there.grace.id}/places"
    answer = await client.post(down, json={"organisation": there.organisation.id, "role": "staff"}, headers=key)
    assert answer.status_code == 403, "nor makes the last administrator staff"
    assert (await client.delete(f"{down}/{there.organisation.id}", headers=key)).status_code == 403
    assert await place_of(there.grace, there) == ("org_admin", "active")


async def test_another_organisations_console_is_closed(client: httpx2.AsyncClient) -> None:
    there, other = await hospital(), await hospital("Elsewhere", domain="elsewhere.example")
    mara = await make.member("Mara", at=there.organisation)
    far, near = await make.member("Far"), await make.member("Near")
    region = await make.region("Europe")
    await make.grant(far, "community_leader", "region", (await make.region("Asia")).id)
    await make.grant(near, "community_leader", "region", region.id)
    there.organisation.region = region  # type: ignore[assignment]
    await there.organisation.save()
    left, paused = await make.member("Left"), await make.member("Paused")
    for who, state in ((left, "left"), (paused, "paused")):
        await Membership.create(
            member=who, organisation=there.organisation, role="org_admin", state=state, since=now(), main=False
        )
    suspended = await make.member("Suspended", at=there.organisation, role="org_admin")
    sleeping = await make.token(suspended)
    await Member.filter(id=suspended.id).update(state="suspended")
    posts = {
        "/people/{id}/let-in": {}, "/people/{id}/decline": {}, "/people/{id}/pause": {"reason": "Because."},
        "/people/{id}/resume": {}, "/people/{id}/title": {"title": "King"}, "/people/{id}/make-admin": {},
        "/people/{id}/unmake-admin": {}, "/people/{id}/transfer": {}, "/people/{id}/remove": {},
        "/domains": {"domain": "new.example"}, "/domains/1/check": {}, "/domains/1/drop": {}, "/domains/1/confirm": {},
        "/domains/give-up": {"domain": "elisabeth.example"}, "/settings": {"mail_content": "none"},
        "/proposals/1": {"verdict": "accepted"},
    }  # fmt: skip
    gets = ("", "/people", f"/people/{mara.id}", "/domains", "/settings", "/journal")
    before = await Entry.all().count()
    for who in (mara, other.grace, far, left, paused, await make.editor("Ed"), await make.member("Guest")):
        await become(client, who)
        for path in gets:
            assert (await client.get(console(there) + path)).status_code == 403, (who.name, path)
        for path, data in posts.items():
            answer = await client.post(console(there) + path.format(id=mara.id), data=data)
            assert answer.status_code == 403, (who.name, path)
        key = await make.token(who)
        client.cookies.clear()
        for path in ("", "/people", f"/people/{mara.id}", "/domains", "/policies", "/journal"):
            assert (await client.get(f"/api/v1{console(there)}{path}", headers=key)).status_code == 403, path
        assert (await client.put(f"/api/v1{console(there)}/policies", json={}, headers=key)).status_code == 403
    assert await Entry.all().count() == before, "nothing was done"
    assert (await client.get(f"/api/v1{console(there)}", headers=sleeping)).status_code == 401
    assert (await client.get(console(there))).status_code == 303, "a visitor signs in first"
    assert (await client.get("/organisations/nowhere/console")).status_code == 303
    await become(client, near)
    assert (await client.get(console(there))).status_code == 200, "the leader of its region helps"
    assert (await client.get(f"{console(there)}/people/{mara.id}")).status_code == 200
    await Member.filter(id=mara.id).update(email="mara@elisabeth.example")
    assert "mara@elisabeth.example" not in (await client.get(f"{console(there)}/people")).text
    assert (await client.get(f"{console(there)}/settings")).status_code == 403
    assert (await client.post(f"{console(there)}/people/{mara.id}/remove")).status_code == 403
    # A member of somewhere else is nobody here, whoever asks.
    await become(client, there.grace)
    for path in (f"/people/{other.grace.id}", "/people/999999"):
        assert (await client.get(console(there) + path)).status_code == 404
    assert (await client.post(f"{console(there)}/people/{other.grace.id}/remove")).status_code == 404
    assert await place_of(other.grace, other) == ("org_admin", "active")


async def test_an_organisation_that_one_may_not_see_is_missing(client: httpx2.AsyncClient) -> None:
    hidden = await hospital("Hidden", domain="", state="pending")
    await become(client, await make.member("Eve"))
    assert (await client.get(console(hidden))).status_code == 404
    assert (await client.get("/organisations/hidden/edit")).status_code == 404
    assert (await client.get("/organisations/nowhere/console")).status_code == 404
    assert (await client.post("/organisations/hidden/ask")).status_code == 404


async def test_what_was_done_is_listed_for_its_administrators_only(client: httpx2.AsyncClient) -> None:
    there, other = await hospital(), await hospital("Elsewhere", domain="elsewhere.example")
    mara = await make.member("Mara", at=there.organisation)
    key, far = await make.token(there.grace), await make.token(other.grace)
    people = f"/api/v1{console(there)}/people"
    await client.put(f"{people}/{mara.id}/title", json={"title": "Press"}, headers=key)
    about = {"website": "https://elisabeth.example", "staff_band": "500-999", "beds_band": "200-499"}
    await client.put(f"/api/v1/organisations/{there.organisation.slug}", json=about, headers=key)
    await client.put(f"/api/v1{console(other)}/policies", json={"signoff": "approve"}, headers=far)
    found = (await client.get(f"/api/v1{console(there)}/journal", headers=key)).json()
    assert found["total"] == 2
    edited, titled = found["entries"]
    assert (edited["kind"], edited["by"]) == ("organisation.edited", there.grace.name)
    assert edited["before"] == {"staff_band": "", "website": ""}
    assert edited["after"] == {"staff_band": "500-999", "website": "https://elisabeth.example"}
    assert (titled["whom"], titled["before"], titled["after"]) == ("Mara", {}, {"": "Press"})
    await become(client, there.grace)
    page = (await client.get(f"{console(there)}/journal")).text
    assert "title set" in page
    assert "signoff" not in page
    assert faults_of(page) == []


def test_every_kind_that_is_recorded_is_listed() -> None:
    import re
    from pathlib import Path

    root = Path(__file__).parents[2]
    text = "".join(path.read_text() for path in (root / "members" / "actions").glob("*.py"))
    found = {f"console.{one}" for one in re.findall(r"\"console\.([a-z_]+)\"", text)}
    found |= {f"console.{one}" for one in re.findall(r"_record\(\s*\"((?:admin|role)_[a-z]+)\"", text)}
    assert found <= set(KINDS)
    words = (root / "templates" / "members" / "console_words.html").read_text()
    assert [kind for kind in KINDS if f'"{kind}"' not in words] == []


async def test_the_ledger_that_nobody_checked_is_pointed_at(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    await make.use(there.organisation, await make.platform("YouTube"), checked_at=now() - timedelta(days=430))
    await make.use(there.organisation, await make.platform("X"), checked_at=now())
    await become(client, there.grace)
    assert "last checked 14 months ago" in (await client.get(console(there))).text
    found = (await client.get(f"/api/v1{console(there)}")).json()
    assert found["ledger"] == {"entries": 2, "overdue": 1, "months": 14}


async def test_staff_propose_and_administrators_decide(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    path = f"/organisations/{there.organisation.slug}"
    await become(client, mara)
    assert "Propose a change" in (await client.get(path)).text
    assert (await client.get(f"{path}/edit")).status_code == 403
    wrong = await client.post(f"{path}/propose", data={"about": "ledger", "what": "short", "why": "kept"})
    assert wrong.status_code == 422
    assert 'value="kept"' in wrong.text
    assert faults_of(wrong.text) == []
    given = {"about": "ledger", "what": "We stopped X in <b>November</b>.", "why": "Nobody reads it."}
    assert (await client.post(f"{path}/propose", data=given)).status_code == 303
    second = (await client.post(f"/api/v1{path}/proposals", json=given)).json()["id"]
    assert "Waits" in (await client.get(f"{path}/propose")).text
    assert (await client.post(f"{path}/propose/{second}/back")).status_code == 303
    assert (await client.delete(f"/api/v1{path}/proposals/{second}")).status_code == 404
    assert "A change is proposed to St. Elisabeth" in await told(there.grace)
    await become(client, await make.member("Eve"))
    assert (await client.post(f"{path}/propose", data=given)).status_code == 403
    await become(client, there.grace)
    page = (await client.get(console(there))).text
    assert "&lt;b&gt;November" in page
    assert faults_of(page) == []
    first = second - 1
    answer = await client.post(f"{console(there)}/proposals/{first}", data={"verdict": "accepted", "note": "Thanks."})
    assert answer.headers["location"] == f"{path}/platforms"
    again = await client.post(f"/api/v1{console(there)}/proposals/{first}", json={"verdict": "declined"})
    assert again.status_code == 409
    assert await told(mara) == ["Your proposal to St. Elisabeth is accepted"]
    assert (await client.get(f"{path}/propose")).status_code == 403, "who administrates makes the change"


async def test_everything_is_taken_along_by_who_runs_it(client: httpx2.AsyncClient) -> None:
    from kb.models import Adoption

    there, other = await hospital(), await hospital("Elsewhere", domain="elsewhere.example")
    mara = await make.member("Mara", at=there.organisation, email="mara@elisabeth.example")
    await make.member("Piet", at=there.organisation, email="piet@gmail.com")
    await make.use(there.organisation, await make.platform("YouTube"), "https://films.example/a")
    await make.thread("Ours", author=mara, organisation=there.organisation, audience=f"org:{there.organisation.id}")
    await make.thread("Theirs", organisation=other.organisation)
    await Adoption.create(article=await make.article(), organisation=there.organisation, state="adopted", at=now())
    path = f"{console(there)}/everything"
    for who, status in ((mara, 403), (other.grace, 403), (there.grace, 200)):
        key = await make.token(who)
        client.cookies.clear()
        assert (await client.post(f"/api/v1{path}", headers=key)).status_code == status, who.name
    taken = (await client.post(f"/api/v1{path}", headers=key)).json()
    assert taken["organisation"]["name"] == "St. Elisabeth"
    assert [(one["name"], one["address"]) for one in taken["people"]] == [
        ("Grace of St. Elisabeth", ""), ("Mara", "mara@elisabeth.example"), ("Piet", "")
    ]  # fmt: skip
    assert [(one["title"], one["body"][:8]) for one in taken["threads"]] == [("Ours", "We would")]
    assert taken["platforms"][0]["accounts"][0]["url"] == "https://films.example/a"
    assert [one["state"] for one in taken["practices"]] == ["adopted"]
    assert (await last("console.taken_along"))["after"]["people"] == 3
    await become(client, there.grace)
    answer = await client.post(path)
    assert answer.headers["content-disposition"] == 'attachment; filename="st-elisabeth.json"'
    assert answer.json()["threads"] == taken["threads"]
    await Session.all().update(created_at=now() - timedelta(hours=1))
    assert (await client.post(path)).status_code == 403, "asked again who one is"


async def test_a_leader_of_the_region_takes_no_organisation_over(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    region, near = await make.region("Europe"), await make.member("Near")
    await make.grant(near, "community_leader", "region", region.id)
    there.organisation.region = region  # type: ignore[assignment]
    await there.organisation.save()
    mara, paused, asks = await make.member("Mara", at=there.organisation), await make.member(), await make.member()
    for who, state in ((paused, "paused"), (asks, "pending"), (near, "pending")):
        await Membership.create(member=who, organisation=there.organisation, state=state, since=now(), main=False)
    key = await make.token(near)
    for who, role in ((near, "staff"), (near, "org_admin"), (mara, "org_admin"), (paused, "staff")):
        given = {"organisation": there.organisation.id, "role": role}
        answer = await client.post(f"/api/v1/admin/people/{who.id}/places", json=given, headers=key)
        assert answer.status_code == 403, (who.name, role)
    for who in (mara, there.grace, paused):
        at = f"/api/v1/admin/people/{who.id}/places/{there.organisation.id}"
        assert (await client.delete(at, headers=key)).status_code == 403, who.name
    own = await client.post(f"/api/v1{console(there)}/people/{near.id}/let-in", headers=key)
    assert own.status_code == 403, "who asks to belong is let in by somebody else"
    assert await place_of(near, there) == ("staff", "pending")
    other = await client.post(f"/api/v1{console(there)}/people/{asks.id}/let-in", headers=key)
    assert other.status_code == 204


async def test_who_gives_or_takes_a_role_by_number_proves_again_who_they_are(client: httpx2.AsyncClient) -> None:
    there = await hospital()
    mara = await make.member("Mara", at=there.organisation)
    await become(client, there.grace)
    long_ago = now().replace(year=2020)
    await Session.filter(member_id=there.grace.id).update(created_at=long_ago, confirmed_at=long_ago)
    at = f"/api/v1/admin/people/{mara.id}/places"
    given = {"organisation": there.organisation.id, "role": "org_admin"}
    assert (await client.post(at, json=given)).status_code == 403
    assert (await client.delete(f"{at}/{there.organisation.id}")).status_code == 403
    assert await place_of(mara, there) == ("staff", "active")


async def test_the_console_is_found_in_ones_own_menu(client: httpx2.AsyncClient) -> None:
    there, other = await hospital(), await make.organisation("Anna Clinic")
    await become(client, there.grace)
    assert 'href="/console"' in (await client.get("/people")).text
    answer = await client.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, console(there))
    await Membership.create(member=there.grace, organisation=other, role="org_admin", since=now())
    page = (await client.get("/console")).text
    assert page.index(f"/organisations/{other.slug}/console") < page.index(console(there))
    assert faults_of(page) == []
    await become(client, await make.member("Eve Guest", email="eve@elsewhere.example"))
    assert (await client.get("/console")).status_code == 403
    assert 'href="/console"' not in (await client.get("/people")).text
