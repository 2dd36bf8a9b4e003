"""Organisations that ask to join: asking, who is told, what is checked, and that one decision is made once."""

import asyncio
from typing import Any

import httpx2
import pytest

from base import settings
from base.clock import now
from base.db import rows
from base.errors import Conflict
from base.journal.deliver import deliver_all
from base.journal.models import Entry
from base.limit_numbers import NUMBERS
from base.limits import forget_limits
from base.settings import Settings
from members.actions.approve_organisation import (
    Approval,
    Declining,
    approve_organisation,
    decline_organisation,
)
from members.actions.ask_to_join import JoiningOrganisation, ask_to_join
from members.models import (
    DomainClaim,
    Member,
    Membership,
    Notice,
    Organisation,
    OrganisationDomain,
    OrganisationRequest,
    Region,
)
from members.rules import RequestFacts, may_see_request, visible_requests
from members.viewer import VISITOR
from tests import builders as make
from tests.members.inviting import become
from tests.members.outline import faults_of
from tests.members.secrets_of import letters
from tests.site import settings_for
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
LAC: dict[str, Any] = {
    "name": "Clinique du Lac", "kind": "member", "type": "clinic", "country": "FR", "languages": "French",
    "website": "https://www.lac.example", "domain": "lac.example", "why": "We would like to learn from others here.",
}  # fmt: skip


class Cast:
    """Two regions with a leader each, staff, and somebody who asks."""

    europe: Region
    africa: Region
    lucien: Member
    amina: Member
    nia: Member
    camille: Member
    mara: Member


async def cast() -> Cast:
    forget_limits()
    made = Cast()
    made.europe = await make.region("Europe", countries="NL,FR")
    made.africa = await make.region("Africa", countries="KE")
    home = await make.organisation("Home", region=made.europe)
    made.lucien, made.amina = await make.member("Lucien", at=home), await make.member("Amina", at=home)
    await make.grant(made.lucien, "community_leader", "region", made.europe.id)
    await make.grant(made.amina, "community_leader", "region", made.africa.id)
    made.nia, made.mara = await make.moderator("Nia"), await make.member("Mara", at=home)
    made.camille = await make.member("Camille", email="camille@lac.example", trust=0)
    return made


async def asked(by: Member, **more: Any) -> int:
    return await ask_to_join(await make.viewer(by), JoiningOrganisation.read(LAC | more))


async def test_a_form_asks_and_the_organisation_is_pending(client: httpx2.AsyncClient) -> None:
    people = await cast()
    shown = await client.get("/join/organisation")
    assert (shown.status_code, faults_of(shown.text), "/join" in shown.text) == (200, [], True)
    assert '<form class="mt form-wide"' not in shown.text, "visitors join first"
    sent = await client.post("/join/organisation", data=LAC)
    assert (sent.status_code, LAC["why"] in sent.text) == (401, True), "they are asked to, and lose nothing"
    await become(client, people.camille)
    form = await client.get("/join/organisation")
    assert faults_of(form.text) == []
    answer = await client.post("/join/organisation", data=LAC)
    request = await OrganisationRequest.get()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/organisation-requests/{request.id}")
    made = await Organisation.get(name="Clinique du Lac")
    assert (made.state, made.region_id, made.languages) == ("pending", people.europe.id, "fr")  # type: ignore[attr-defined]
    place = await Membership.get(member=people.camille)
    assert (place.state, place.role, place.main) == ("pending", "org_admin", False)
    assert (await make.viewer(people.camille)).audiences == frozenset({"public"}), "nobody is in before it is approved"
    assert not await OrganisationDomain.exists(), "a domain that is only said takes none away"
    own = await client.get(f"/organisation-requests/{request.id}")
    assert (own.status_code, faults_of(own.text)) == (200, [])
    assert ("Approve" in own.text, "What is known" in own.text) == (False, False)
    assert (await Entry.get(kind="organisation.asked")).data == {"request_id": request.id}


async def test_a_wrong_form_comes_back_with_what_was_typed(client: httpx2.AsyncClient) -> None:
    people = await cast()
    taken = await make.organisation("St. Elisabeth")
    await OrganisationDomain.create(organisation=taken, domain="elisabeth.example", verified_at=now())
    await become(client, people.camille)
    for wrong, field in (
        ({"name": ""}, "name"),
        ({"name": "See https://evil.example"}, "name"),
        ({"name": "ST. ELISABETH"}, "name"),
        ({"name": "St Elisabeth"}, "name"),
        ({"kind": "king"}, "kind"),
        ({"type": "palace"}, "type"),
        ({"country": ""}, "country"),
        ({"country": "XX"}, "country"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"domain": "gmail.com"}, "domain"),
        ({"domain": "no domain"}, "domain"),
        ({"domain": "elisabeth.example"}, "domain"),
        ({"languages": "Klingonish"}, "languages"),
        ({"why": "short"}, "why"),
        ({"why": "x" * 2001}, "why"),
    ):
        answer = await client.post("/join/organisation", data=LAC | {"website": "https://typed.example"} | wrong)
        assert (answer.status_code, faults_of(answer.text)) == (422, []), wrong
        assert f'id="f-{field}-error"' in answer.text, wrong
        assert "website" in wrong or 'value="https://typed.example"' in answer.text
    assert (
        "St. Elisabeth is in the network already"
        in (await client.post("/join/organisation", data=LAC | {"name": "St. Elisabeth"})).text
    )
    assert not await OrganisationRequest.exists()


async def test_nobody_learns_of_those_that_ask(client: httpx2.AsyncClient) -> None:
    people = await cast()
    request = await asked(people.camille)
    pending = await Organisation.get(name="Clinique du Lac")
    second = await make.member("Second", email="second@lac.example")
    assert await asked(second), "that somebody asked for the same is told to nobody who asks"
    await deliver_all()
    for who in (None, people.mara, people.amina, second):
        client.cookies.clear()
        if who is not None:
            await become(client, who)
        for path in (
            "/organisations", "/organisations?q=Clinique", "/regions/europe", f"/organisations/{pending.slug}",
            f"/organisations/{pending.slug}/platforms", "/api/v1/organisations?q=Clinique", "/people/camille",
            f"/api/v1/organisations/{pending.slug}", "/api/v1/people/camille", "/sitemap.xml",
            f"/organisation-requests/{request}", f"/api/v1/organisation-requests/{request}",
        ):  # fmt: skip
            assert "Clinique" not in (await client.get(path)).text.replace("q=Clinique", "").replace(
                'value="Clinique"', ""
            ), (who and who.name, path)
    for who, letter in ((people.mara, 404), (people.amina, 404), (people.lucien, 200), (people.nia, 200)):
        await become(client, who)
        assert (await client.get(f"/organisation-requests/{request}")).status_code == letter, who.name
        assert (await client.get(f"/api/v1/organisation-requests/{request}")).status_code == letter, who.name


async def test_who_looks_after_the_region_is_told_and_sees_what_is_known(client: httpx2.AsyncClient) -> None:
    people = await cast()
    number = await asked(people.camille)
    await asked(await make.member("Other"), name="Lac again")
    await make.organisation("Clinique du Lac", state="lapsed")
    await deliver_all()
    told = await Notice.filter(kind="joining").select_related("member").order_by("id")
    assert {one.member.name for one in told} == {"Lucien"}, (
        "the leader of its region, and nobody else while there is one"
    )
    assert told[0].url == f"/organisation-requests/{number}"
    await become(client, people.lucien)
    page = await client.get(f"/organisation-requests/{number}")
    assert (page.status_code, faults_of(page.text)) == (200, [])
    for words in (
        "confirmed address is in lac.example", "Nobody has proven yet that lac.example",
        "lac.example belongs to the mail", "called Clinique du Lac, or there was", "waits: Lac again",
    ):  # fmt: skip
        assert words in page.text, words
    assert "camille@lac.example" not in page.text, "her address stays hers"
    listed = (await client.get("/organisation-requests")).text
    assert ("Clinique du Lac" in listed, "Lac again" in listed, faults_of(listed)) == (True, True, [])
    elsewhere = await asked(await make.member("Third"), name="Nowhere", country="AQ", domain="", website="")
    assert (await client.get(f"/organisation-requests/{elsewhere}")).status_code == 404, "no region: for the staff"
    await deliver_all()
    assert {one.member.name for one in await Notice.filter(group=f"joining:{elsewhere}").select_related("member")} == {
        "Nia"
    }


async def test_approved_it_takes_part_and_the_asker_administrates_it(client: httpx2.AsyncClient) -> None:
    people = await cast()
    number = await asked(people.camille)
    await become(client, people.lucien)
    answer = await client.post(f"/organisation-requests/{number}/approve", data={"kind": "network_partner"})
    assert answer.status_code == 303
    made = await Organisation.get(name="Clinique du Lac")
    assert (made.state, made.kind, made.slug) == ("active", "network_partner", "clinique-du-lac")
    viewer = await make.viewer(people.camille)
    assert (viewer.org_admin_of, viewer.organisation_id, viewer.trust) == (frozenset({made.id}), made.id, 1)
    assert (await DomainClaim.get()).domain == "lac.example"
    assert not await OrganisationDomain.exists(), "said is not proven"
    (letter,) = await letters("camille@lac.example")
    assert letter.subject == "Clinique du Lac is in the network"
    assert "/organisations/clinique-du-lac" in letter.text
    assert not await Notice.filter(kind="joining").exists(), "what is settled waits for nobody"
    await deliver_all()
    assert len(await letters("camille@lac.example")) == 1
    assert (await client.get("/organisations/clinique-du-lac")).status_code == 200
    kinds = [one.kind for one in await Entry.filter(kind__startswith="organisation.").order_by("id")]
    assert kinds == ["organisation.asked", "organisation.approved"]
    await become(client, people.camille)
    page = await client.get(f"/organisation-requests/{number}")
    assert ("Lucien approved it" in page.text, faults_of(page.text)) == (True, [])


async def test_words_stay_on_the_site_where_an_organisation_wants_that(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await Organisation.filter(name="Home").update(mail_content="none")
    request_id = await asked(people.mara)
    words = "The patients of ward nine object to this."
    await decline_organisation(await make.viewer(people.lucien), request_id, Declining(words=words))
    await deliver_all()
    (letter,) = await letters(str(people.mara.email))
    assert words not in f"{letter.text}{letter.html}"
    assert f"/organisation-requests/{request_id}" in letter.text


async def test_declined_it_goes_and_the_words_reach_the_asker(client: httpx2.AsyncClient) -> None:
    people = await cast()
    number = await asked(people.camille)
    await become(client, people.lucien)
    path = f"/organisation-requests/{number}/decline"
    short = await client.post(path, data={"words": "No."})
    assert (short.status_code, 'id="f-words-error"' in short.text, faults_of(short.text)) == (422, True, [])
    words = "You sell nothing and treat nobody.\nPlease tell us more."
    assert (await client.post(path, data={"words": words})).status_code == 303
    assert not await Organisation.filter(name="Clinique du Lac").exists()
    assert not await Membership.filter(member=people.camille).exists()
    assert (await Member.get(id=people.camille.id)).state == "active"
    (letter,) = await letters("camille@lac.example")
    assert letter.subject == "Clinique du Lac cannot join now"
    assert "> You sell nothing and treat nobody.\n> Please tell us more." in letter.text.replace("\r", "")
    for who, seen in ((people.lucien, True), (people.nia, True), (people.camille, True), (people.amina, False)):
        await become(client, who)
        shown = await client.get(f"/organisation-requests/{number}")
        assert ("treat nobody" in shown.text, shown.status_code == 404) == (seen, not seen), who.name
    assert await asked(people.camille), "one may ask again"


async def test_asked_back_answered_and_withdrawn(client: httpx2.AsyncClient) -> None:
    people = await cast()
    number = await asked(people.camille)
    at = f"/organisation-requests/{number}"
    await become(client, people.camille)
    early = await client.post(f"/api/v1{at}/answer", json={"answer": "Yes"})
    assert early.status_code == 409, "nothing was asked"
    await become(client, people.lucien)
    assert (await client.post(f"{at}/ask-back", data={"note": "How many beds do you have?"})).status_code == 303
    (letter,) = await letters("camille@lac.example")
    assert letter.subject == "A question about Clinique du Lac"
    assert ("> How many beds" in letter.text, at in letter.text) == (True, True)
    await become(client, people.camille)
    assert (await client.post(f"{at}/answer", data={"answer": "A hundred and forty."})).status_code == 303
    await deliver_all()
    assert await Notice.filter(member=people.lucien, kind="joining").count() == 2
    await become(client, people.lucien)
    assert "A hundred and forty." in (await client.get(at)).text
    await become(client, people.camille)
    assert (await client.post(f"{at}/withdraw")).status_code == 303
    assert not await Organisation.filter(name="Clinique du Lac").exists()
    await become(client, people.lucien)
    late = await client.post(f"/api/v1{at}/approve", json={"kind": "member"})
    assert (late.status_code, "withdrawn" in late.text) == (409, True)


async def test_who_may_decide(client: httpx2.AsyncClient) -> None:
    people = await cast()
    number = await asked(people.camille)
    at = f"/api/v1/organisation-requests/{number}"
    acts: tuple[tuple[str, dict[str, str]], ...] = (
        ("approve", {"kind": "member"}), ("decline", {"words": "Because we say so."}),
        ("ask-back", {"note": "Who are you?"}),
    )  # fmt: skip
    for who, status in ((None, 401), (people.mara, 404), (people.amina, 404), (people.camille, 403)):
        client.cookies.clear()
        if who:
            await become(client, who)
        for act, body in acts:
            answer = await client.post(f"{at}/{act}", json=body)
            assert answer.status_code == status, (who and who.name, act)
    assert (await OrganisationRequest.get()).state == "waiting"
    own = await asked(people.lucien, name="Own", domain="", website="")
    await become(client, people.lucien)
    answer = await client.post(f"/api/v1/organisation-requests/{own}/approve", json={"kind": "member"})
    assert (answer.status_code, "somebody else" in answer.text) == (403, True), "nobody lets their own in"
    await become(client, people.nia)
    answer = await client.post(f"/api/v1/organisation-requests/{own}/approve", json={"kind": "member"})
    assert (answer.status_code, answer.json()["slug"]) == (200, "own")
    for who, path, status in (
        (people.mara, "/organisation-requests", 403), (people.lucien, "/organisation-requests", 200),
        (people.mara, f"/organisation-requests/{number}/answer", 404),
        (people.lucien, f"/organisation-requests/{number}/answer", 403),
    ):  # fmt: skip
        await become(client, who)
        how = client.post(path, data={"answer": "Mine"}) if path.endswith("answer") else client.get(path)
        assert (await how).status_code == status, (who.name, path)


async def test_two_people_settle_it_once(database: str) -> None:
    people = await cast()
    number = await asked(people.camille)
    lucien, nia = await make.viewer(people.lucien), await make.viewer(people.nia)
    done = await asyncio.gather(
        approve_organisation(lucien, number, Approval(kind="member")),
        decline_organisation(nia, number, Declining(words="We do not know you.")),
        approve_organisation(nia, number, Approval(kind="industry")),
        return_exceptions=True,
    )
    late = [one for one in done if isinstance(one, Conflict)]
    assert len(late) == 2, done
    request = await OrganisationRequest.get(id=number).select_related("decided_by")
    assert request.decided_by is not None
    assert all(f"{request.decided_by.name} has {request.state}" in one.sentence for one in late)
    settled = await Entry.filter(kind__in=["organisation.approved", "organisation.declined"])
    assert [one.kind for one in settled] == [f"organisation.{request.state}"]


async def test_two_forms_at_once_are_one_request(database: str) -> None:
    people = await cast()
    done = await asyncio.gather(*(asked(people.camille) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, int) for one in done) == 1
    assert await Organisation.filter(state="pending").count() == 1


async def test_not_many_at_once_and_not_many_a_day(client: httpx2.AsyncClient, site: Settings, database: str) -> None:
    people = await cast()
    for name in ("One", "Two", "Three"):
        await asked(people.camille, name=name, domain="", website="")
    with pytest.raises(Conflict, match="wait for an answer"):
        await asked(people.camille, name="Four", domain="", website="")
    settings_for(site.data_dir, database, limits=True, limit_numbers=dict(NUMBERS))
    await become(client, people.mara)
    answers = []
    for number in range(6):
        await OrganisationRequest.filter(asked_by=people.mara).update(state="declined")
        body = LAC | {"name": f"Place {number}", "domain": "", "website": ""}
        answers.append((await client.post("/join/organisation", data=body)).status_code)
    assert answers == [303] * 5 + [429]


async def test_somebody_belongs_already_so_it_cannot_go(database: str) -> None:
    people = await cast()
    number = await asked(people.camille)
    pending = await Organisation.get(name="Clinique du Lac")
    await Membership.create(member=people.mara, organisation=pending, main=False, since=now())
    with pytest.raises(Conflict, match="belongs to this organisation already"):
        await decline_organisation(await make.viewer(people.nia), number, Declining(words="We do not know you."))
    await Member.filter(id=people.camille.id).update(state="suspended")
    with pytest.raises(Conflict, match="no account here any more"):
        await approve_organisation(await make.viewer(people.nia), number, Approval(kind="member"))
    assert (await OrganisationRequest.get()).state == "waiting"


async def test_one_request_and_many_have_the_same_answer(database: str) -> None:
    people = await cast()
    await asked(people.camille)
    await asked(people.mara, name="Kenyan", country="KE", domain="", website="")
    await asked(people.mara, name="Nowhere", country="AQ", domain="", website="")
    gone = await asked(people.camille, name="Gone", domain="", website="")
    await decline_organisation(await make.viewer(people.nia), gone, Declining(words="We do not know you."))
    everybody = [people.lucien, people.amina, people.nia, people.camille, people.mara, await make.editor()]
    region = {
        "Clinique du Lac": people.europe.id,
        "Kenyan": people.africa.id,
        "Nowhere": None,
        "Gone": people.europe.id,
    }
    for viewer in (VISITOR, *[await make.viewer(one) for one in everybody]):
        seen = visible_requests(viewer)
        found = await rows(
            "SELECT q.id FROM organisation_requests q LEFT JOIN organisations o ON o.id = q.organisation_id "
            f"WHERE {seen.sql}",
            *seen.values,
        )
        for one in await OrganisationRequest.all():
            facts = RequestFacts(id=one.id, asked_by=one.asked_by_id, region_id=region[one.name])  # type: ignore[attr-defined]
            assert may_see_request(viewer, facts) is (one.id in {row["id"] for row in found}), (viewer.name, one.name)


async def test_pages_take_a_fixed_number_of_statements(client: httpx2.AsyncClient) -> None:
    people = await cast()
    for number in range(2):
        await asked(await make.member(), name=f"Place {number}", domain="", website="")
    await become(client, people.lucien)
    counts = []
    for more in (0, 6):
        for number in range(more):
            await asked(await make.member(), name=f"More {number}", domain="", website="")
        with statements() as sent:
            await client.get("/organisation-requests")
        with statements() as one:
            await client.get("/api/v1/organisation-requests/1")
        counts.append((len(sent), len(one)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 4
    assert counts[0][1] <= 4


async def test_the_doors_of_own_requests(client: httpx2.AsyncClient) -> None:
    people = await cast()
    await become(client, people.camille)
    made = await client.post("/api/v1/organisation-requests", json=LAC | {"languages": ["French"]})
    assert made.status_code == 201
    own = (await client.get("/api/v1/me/organisation-requests")).json()["requests"]
    assert [(one["id"], one["name"], one["state"], one["asker"]) for one in own] == [
        (made.json()["id"], "Clinique du Lac", "waiting", "Camille")
    ]
    one = (await client.get(f"/api/v1/organisation-requests/{made.json()['id']}")).json()
    assert (one["decides"], one["is_own"], one["findings"]) == (False, True, [])
    assert (await client.delete(f"/api/v1/organisation-requests/{made.json()['id']}")).status_code == 204
    assert (await OrganisationRequest.get()).state == "withdrawn"
    wrong = await client.post("/api/v1/organisation-requests", json={"name": "x"})
    assert {"name", "country", "why"} <= wrong.json()["errors"].keys()


# At the door of a private site


async def test_an_organisation_asks_at_the_door_of_a_private_site_and_is_told_nothing(
    client: httpx2.AsyncClient,
) -> None:
    made = await cast()
    known = await make.organisation("Clinique du Lac", region=made.europe)
    await OrganisationDomain.create(organisation=known, domain="lac.example", verified_at=now())
    settings.lay_under({"private": True})
    path = "/join/organisation"
    for place in ("/join", path):
        page = (await client.get(place)).text
        assert ("/join/organisation" in page, "Europe" in page, "Home" in page) == (True, False, False), place
    assert 'href="/organisations"' not in page
    assert faults_of(page) == []
    assert (await client.post(path, data=LAC)).status_code == 401
    assert (await client.post("/api/v1/organisation-requests", json=LAC)).status_code == 401
    await become(client, made.camille)
    assert path in (await client.get("/waiting")).text
    page = (await client.get(path)).text
    assert ('name="why"' in page, 'href="/organisations"' in page) == (True, False)
    sent = await client.post(path, data=LAC)
    request = await OrganisationRequest.get()
    here = f"/organisation-requests/{request.id}"
    assert (sent.status_code, sent.headers["location"]) == (303, here), "that it takes part is not told"
    by_program = await client.post("/api/v1/organisation-requests", json=LAC | {"name": "Home", "languages": ["fr"]})
    assert by_program.status_code == 201
    for place in (here, f"/api/v1{here}", path, "/api/v1/me/organisation-requests", "/settings/organisations"):
        answer = await client.get(place)
        assert (answer.status_code, "Europe" in answer.text, "europe" in answer.text) == (200, False, False), place
    assert (await client.get("/organisations")).headers["location"] == "/waiting"
    await become(client, made.lucien)
    page = (await client.get(here)).text
    assert "There is an organisation called Clinique du Lac, or there was." in page
    assert "The mail domain stands with Clinique du Lac already." in page
    await client.post(f"{here}/ask-back", data={"note": "Are you not here already?"})
    await become(client, made.camille)
    assert "Are you not here already?" in (await client.get(here)).text
    assert (await client.post(f"{here}/answer", data={"answer": "We did not know."})).headers["location"] == here
    await become(client, made.lucien)
    await client.post(f"{here}/decline", data={"words": "You are here already."})
    await become(client, made.camille)
    page = (await client.get(here)).text
    assert ("It was declined." in page, "You are here already." in page, "Lucien" in page) == (True, True, False)
    other = f"/api/v1/organisation-requests/{by_program.json()['id']}"
    assert (await client.delete(other)).status_code == 204
    assert (await client.get("/organisation-requests/999999")).status_code == 404
    hers = await asked(made.mara, name="Somewhere", domain="somewhere.example")
    assert (await client.get(f"/organisation-requests/{hers}")).status_code == 404, "as one that is not there"


async def test_the_door_is_closed_where_joining_takes_an_invitation(client: httpx2.AsyncClient) -> None:
    made = await cast()
    settings.lay_under({"private": True, "joining": "invitation"})
    assert "/join/organisation" not in (await client.get("/join")).text
    assert (await client.get("/join/organisation")).headers["location"] == "/sign-in?next=/join/organisation"
    await become(client, made.camille)
    assert "/join/organisation" not in (await client.get("/waiting")).text
    assert (await client.get("/join/organisation")).headers["location"] == "/waiting"
    assert (await client.post("/join/organisation", data=LAC)).headers["location"] == "/waiting"
    assert (await client.post("/api/v1/organisation-requests", json=LAC)).status_code == 403
    assert not await OrganisationRequest.exists()
    settings.lay_under({"private": False, "joining": "invitation"})
    assert (await client.get("/join/organisation")).status_code == 200


async def test_on_an_open_site_who_takes_part_is_told(client: httpx2.AsyncClient) -> None:
    made = await cast()
    await become(client, made.camille)
    told = await client.post("/join/organisation", data=LAC | {"name": "Home"})
    assert (told.status_code, "Home is in the network already" in told.text) == (422, True)
