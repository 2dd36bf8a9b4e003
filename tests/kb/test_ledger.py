"""The adoption ledger: one state with its history, proposals, hidden names, and a question every half year."""

from datetime import timedelta

import httpx2
import pytest

from base.clock import now
from base.errors import Conflict, Missing, Refused
from base.journal.deliver import deliver_all
from kb.actions.adopt import Use, accept_use, adopt, decline_use, still_using, withdraw_adoption
from kb.actions.ask_adopters import PAUSE, ask_adopters
from kb.adoptions import Adoption as Shown
from kb.adoptions import Uses, shown
from kb.models import Adoption, AdoptionChange
from kb.queries.ledger import ledger
from members.models import Notice
from members.viewer import VISITOR
from tests import builders as make
from tests.kb.conftest import Scene

pytestmark = pytest.mark.anyio


def use(id_: int, state: str = "adopted", country: str = "NL", **more: object) -> Shown:
    given = {"organisation": f"Hospital {id_}", "slug": f"hospital-{id_}", "country": country, "state": state}
    return Shown(organisation_id=id_, **given | more)  # type: ignore[arg-type]


def test_hidden_names_are_counted_and_nothing_else_until_there_are_three() -> None:
    two = [use(1), use(2, country="BE"), use(3, country="FR", hidden=True), use(4, "stopped", "DE", hidden=True)]
    listed, counts = shown(two, None)
    assert [one.organisation for one in listed] == ["Hospital 1", "Hospital 2"]
    assert counts == Uses(adopted=3, countries=2, stopped=1, unlisted=2)
    listed, counts = shown([*two, use(5, country="IT", hidden=True, note="It helped.")], None)
    assert [(one.organisation, one.country, one.slug, one.organisation_id) for one in listed[:2]] == [
        ("", "", "", 0)
    ] * 2
    assert counts == Uses(adopted=4, countries=4, stopped=1, unlisted=0)


def test_an_organisation_sees_its_own_hidden_name() -> None:
    listed, counts = shown([use(1), use(3, hidden=True)], 3)
    assert [one.organisation_id for one in listed] == [1, 3]
    assert counts.unlisted == 0


async def test_its_administrator_records_and_history_stays(scene: Scene) -> None:
    id_, mara = await scene.published(), await make.viewer(scene.mara)
    assert await adopt(mara, id_, Use(state="trying"))
    assert await adopt(mara, id_, Use(state="adopted", result="worked", note="Since March"))
    await withdraw_adoption(mara, id_)
    found = await ledger(mara, id_)
    assert found.own is None
    assert [one.state for one in found.history] == ["", "adopted", "trying"]
    assert (await ledger(VISITOR, id_)).history == ()


async def test_a_member_proposes_and_the_administrator_decides(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, mara = await scene.published(), await make.viewer(scene.mara)
    staff = await make.member("Stan Staff", at=scene.hospital)
    stan = await make.viewer(staff)
    assert not await adopt(stan, id_, Use(state="adopted", note="On two wards."))
    assert not await Adoption.exists()
    await deliver_all()
    assert await Notice.filter(member_id=scene.mara.id, text__contains="Is that so?").exists()
    change = (await ledger(mara, id_)).proposed[0]
    assert (await ledger(stan, id_)).proposed == ()
    elsewhere = await make.member("Otto Other", at=await make.organisation(), role="org_admin")
    for who in (stan, await make.viewer(elsewhere)):
        with pytest.raises(Refused):
            await accept_use(who, id_, change.id)
    await make.sign_in(client, scene.mara)
    assert "On two wards." in (await client.get(f"/kb/{id_}/adoptions")).text
    assert (await client.post(f"/kb/{id_}/adoptions/{change.id}", data={"do": "record"})).status_code == 303
    assert (await Adoption.get()).state == "adopted"
    with pytest.raises(Conflict):
        await decline_use(mara, id_, change.id)


async def test_proposals_are_declined_and_taken_back(scene: Scene) -> None:
    id_ = await scene.published()
    stan = await make.viewer(await make.member("Stan Staff", at=scene.hospital))
    await adopt(stan, id_, Use(state="adopted"))
    await withdraw_adoption(stan, id_)
    with pytest.raises(Missing):
        await withdraw_adoption(stan, id_)
    await adopt(stan, id_, Use(state="stopped"))
    change = await AdoptionChange.get(standing="proposed")
    await decline_use(await make.viewer(await make.moderator()), id_, change.id)
    assert sorted(one.standing for one in await AdoptionChange.all()) == ["declined", "withdrawn"]
    with pytest.raises(Missing):
        await accept_use(await make.viewer(scene.mara), id_, 999)


async def test_only_a_reported_result_counts_as_evidence(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, mara = await scene.published(), await make.viewer(scene.mara)
    await adopt(mara, id_, Use(state="adopted", hide_name=True, note="Our ward on the hill"))
    page = (await client.get(f"/kb/{id_}", follow_redirects=True)).text
    assert "Adopted by 1 organisation" in page
    assert scene.hospital.name not in page.partition("Who uses this")[2].partition("Cite this")[0]
    assert "on the hill" not in page
    known = (await client.get(f"/api/v1/articles/{id_}")).json()["margin"]
    assert known["adoptions"] == []
    assert known["uses"] == {"adopted": 1, "countries": 0, "stopped": 0, "unlisted": 1}
    assert "on the hill" not in (await client.get(f"/api/v1/articles/{id_}/adoptions")).text


async def test_one_takes_back_only_what_one_has_said(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, mara = await scene.published(), await make.viewer(scene.mara)
    staff = await make.member("Stan Staff", at=scene.hospital)
    stan = await make.viewer(staff)
    await make.sign_in(client, staff)
    assert "adopt/withdraw" not in (await client.get(f"/kb/{id_}/adoptions")).text
    await adopt(mara, id_, Use(state="adopted"))
    assert "adopt/withdraw" not in (await client.get(f"/kb/{id_}/adoptions")).text, "Mara said it, not Stan"
    assert (await ledger(mara, id_)).takes_back
    await adopt(stan, id_, Use(state="stopped"))
    assert "Take back what you proposed" in (await client.get(f"/kb/{id_}/adoptions")).text
    assert (await client.post(f"/kb/{id_}/adopt/withdraw")).status_code == 303
    assert not (await ledger(stan, id_)).takes_back
    assert not (await ledger(VISITOR, id_)).takes_back


async def test_nobody_has_adopted_it_since_tomorrow(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    await make.sign_in(client, scene.mara)
    form = {"state": "adopted", "note": "What was typed stays."}
    later = now().date() + timedelta(days=2)
    refused = await client.post(f"/kb/{id_}/adopt", data=form | {"since": later.isoformat()})
    assert refused.status_code == 422
    assert "This day has not come yet." in refused.text
    assert "What was typed stays." in refused.text
    given = form | {"since": later.isoformat()}
    headers = await make.token(scene.mara)
    assert (await client.put(f"/api/v1/articles/{id_}/adoption", json=given, headers=headers)).status_code == 422
    assert not await Adoption.exists()
    today = now().date().isoformat()
    assert (await client.post(f"/kb/{id_}/adopt", data=form | {"since": today})).status_code == 303


async def test_who_is_not_named_is_told_so_and_counted_on_the_page(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_ = await scene.published()
    trying = await make.organisation("Lakeview")
    await Adoption.create(article_id=id_, organisation_id=trying.id, state="trying", at=now())
    await make.sign_in(client, scene.mara)
    await client.post(f"/kb/{id_}/adopt", data={"state": "adopted", "hide_name": "yes"})
    said = (await client.get(f"/kb/{id_}/adoptions")).text
    assert f"{scene.hospital.name} is counted, and is not named." in said
    assert "is on the list" not in said
    client.cookies.clear()
    page = (await client.get(f"/kb/{id_}", follow_redirects=True)).text
    assert "Adopted by 1 organisation." in page
    assert "1 organisation does not want to be named." in page


@pytest.mark.usefixtures("wired")
async def test_moderators_are_told_of_which_organisation_it_is(scene: Scene) -> None:
    id_, moderator = await scene.published(), await make.moderator()
    clinic = await make.organisation("Mombasa Coast General")
    nobody = await make.viewer(await make.member("Nia Thompson", at=clinic))
    await adopt(nobody, id_, Use(state="adopted"))
    await deliver_all()
    told = await Notice.get(member_id=moderator.id, kind="article")
    assert told.reason == "You decide what is recorded of Mombasa Coast General."
    assert told.text == "A member of Mombasa Coast General says what it does with this practice. Is that so?"
    await accept_use(await make.viewer(moderator), id_, (await AdoptionChange.get()).id)
    asked = []
    for visible in (True, False):
        await Adoption.all().update(confirmed_at=now() - PAUSE - timedelta(days=1), asked_at=None, name_visible=visible)
        assert await ask_adopters() == 1
        await deliver_all()
        asked.append((await Notice.filter(member_id=moderator.id).order_by("-id").first()).text)  # type: ignore[union-attr]
    assert asked[0].startswith("Mombasa Coast General uses this practice, and has no administrator here")
    assert asked[1].startswith("An organisation that does not want to be named uses this practice")


async def test_every_half_year_we_ask_whether_it_is_still_so(client: httpx2.AsyncClient, scene: Scene) -> None:
    id_, mara = await scene.published(), await make.viewer(scene.mara)
    await adopt(mara, id_, Use(state="adopted"))
    assert await ask_adopters() == 0
    await Adoption.all().update(confirmed_at=now() - PAUSE - timedelta(days=1))
    assert await ask_adopters() == 1
    assert await ask_adopters() == 0
    await deliver_all()
    assert await Notice.filter(member_id=scene.mara.id, text__contains="still using it").exists()
    await make.sign_in(client, scene.mara)
    assert "Still so" in (await client.get(f"/kb/{id_}/adoptions")).text
    assert (await client.post(f"/kb/{id_}/adopt/still")).status_code == 303
    await Adoption.all().update(asked_at=None)
    assert await ask_adopters() == 0
    with pytest.raises(Refused):
        await still_using(await make.viewer(await make.member("Stan Staff", at=scene.hospital)), id_)


async def test_those_who_stopped_are_not_asked(scene: Scene) -> None:
    id_ = await scene.published()
    await adopt(await make.viewer(scene.mara), id_, Use(state="stopped", note="Nobody kept it up."))
    await Adoption.all().update(confirmed_at=now() - 2 * PAUSE)
    assert await ask_adopters() == 0


async def test_the_ledger_costs_the_same_however_many_use_it(scene: Scene) -> None:
    from tests.statements import statements

    id_, sent = await scene.published(), []
    for _ in range(2):
        for _ in range(5):
            place = await make.organisation()
            await Adoption.create(article_id=id_, organisation_id=place.id, state="adopted", at=now())
        with statements() as counted:
            await ledger(VISITOR, id_)
        sent.append(len(counted))
    assert sent[0] == sent[1] <= 4
