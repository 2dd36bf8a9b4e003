"""Who reads which part of a profile: on pages, in the API, in lists, counts and the index."""

from collections.abc import Mapping
from itertools import product
from typing import Any, Final

import httpx2
import pytest

from app.people_searchable import SOURCES
from base.db import rows
from members import rules
from members.models import Member, Membership, MemberTopic
from members.rules import MemberFacts
from members.viewer import Viewer
from members.visibility import PARTS, READERS
from tests import builders as make
from tests.statements import statements

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("cheap_hashes")]
SAID: Final = {"bio": "I tend bees", "languages": "Estonian", "platforms": "Beetube", "topics": "Swarming"}


async def person(readers: str, name: str = "Mara Visser", **more: Any) -> Member:
    """Make somebody who shows everything about themselves to the same readers."""
    there = await make.organisation("Own House")
    tube = await make.platform("Beetube")
    shown = {f"{part}_for": readers for part in PARTS}
    given = {"bio": "I tend bees.", "languages": "et"} | shown | more
    made = await make.member(name, at=there, platforms=[tube], **given)
    await MemberTopic.create(member=made, slug="swarming", name="Swarming")
    return made


async def cast(of: Member) -> dict[str, Member | None]:
    """Return who looks: a visitor, a guest, a member, somebody who left and a colleague, an administrator, oneself."""
    there = (await Membership.get(member_id=of.id).prefetch_related("organisation")).organisation
    elsewhere = await make.organisation("Elsewhere")
    left = await make.member("Left", at=there)
    await Membership.filter(member_id=left.id).update(state="left")
    await make.member("Second Job", at=elsewhere)
    second = await make.member("Both", at=elsewhere)
    await Membership.create(member=second, organisation=there, main=False, since=make.now())
    admin = await make.member("Admin")
    await make.grant(admin, "admin")
    return {
        "visitor": None,
        "guest": await make.member("Guest"),
        "member": await make.member("Jonas", at=elsewhere),
        "left": left,
        "colleague": await make.member("Colleague", at=there),
        "second job": second,
        "admin": admin,
        "self": of,
    }


OWN: Final = {"colleague", "second job", "admin", "self"}
READ: Final[Mapping[str, set[str]]] = {
    "public": OWN | {"visitor", "guest", "left", "member"},
    "members": OWN | {"member"},
    "organisation": OWN,
}


@pytest.mark.parametrize("readers", READERS)
async def test_who_reads_what(client: httpx2.AsyncClient, readers: str) -> None:
    mara = await person(readers)
    for name, who in (await cast(mara)).items():
        client.cookies.clear()
        if who is not None:
            await make.sign_in(client, who)
        page = (await client.get("/people/mara-visser")).text.partition("<main")[2]
        found = (await client.get("/api/v1/people/mara-visser")).json()
        reads = name in READ[readers]
        assert [words in page for words in SAID.values()] == [reads] * 4, name
        told = (bool(found["bio"]), bool(found["languages"]), bool(found["platforms"]), bool(found["topics"]))
        assert told == (reads,) * 4, name
        assert "Mara Visser" in page
        assert "Own House" in page


@pytest.mark.parametrize("readers", READERS)
async def test_what_one_may_not_read_finds_nobody(client: httpx2.AsyncClient, readers: str) -> None:
    mara = await person(readers)
    for name, who in (await cast(mara)).items():
        client.cookies.clear()
        if who is not None:
            await make.sign_in(client, who)
        finds = name in READ[readers] - {"visitor", "guest", "left"}  # who may see the directory at all
        for query in ("platform=beetube", "language=et", "topic=swarm"):
            for path, key in (("people", "people"), ("countries/people", "")):
                found = (await client.get(f"/api/v1/{path}?{query}")).json()
                assert bool(found[key] if key else found) is finds, (name, query, path)
        page = (await client.get("/people?view=table")).text
        assert ("Estonian" in page, "Beetube</a>" in page) == (finds, finds), name
        # Nor can they be counted among the people of their organisation.
        used = (await client.get("/api/v1/organisations/own-house")).json()["platforms"]
        assert bool(used) is finds, name
        using = (await client.get("/api/v1/organisations?platform=beetube")).json()["total"]
        assert bool(using) is finds, name


@pytest.mark.parametrize("state", ["active", "staged", "suspended", "gone", "unverified"])
async def test_this_part_and_which_parts_agree(database: str, state: str) -> None:
    made = [await person_of(readers, state) for readers in READERS]
    looking = [Viewer(), *[await make.viewer(who) for who in (await cast(made[0])).values() if who]]
    for viewer, one in product(looking, made):
        which = rules.readable_part(viewer, "bio")
        sql = f"SELECT m.id FROM members m WHERE m.id = ? AND ({which.sql})"
        found = bool(await rows(sql, one.id, *which.values))
        at = [row["organisation_id"] for row in await rows("SELECT * FROM memberships WHERE member_id = ?", one.id)]
        facts = MemberFacts(id=one.id, state=one.state)
        assert rules.may_read_part(viewer, facts, one.bio_for, at) is found, (viewer, one.bio_for)


async def person_of(readers: str, state: str) -> Member:
    there = await make.organisation()
    return await make.member(at=there, bio_for=readers, bio="x", state=state)


async def test_nobody_is_found_by_what_only_colleagues_read(database: str) -> None:
    (source,) = [one for one in SOURCES if one.kind == "member"]
    for readers in READERS:
        made = await make.member(
            f"Is {readers}", platforms=[await make.platform(f"P {readers}")], bio="Bees.",
            **{f"{part}_for": readers for part in PARTS},
        )  # fmt: skip
        await MemberTopic.create(member=made, slug="swarming", name="Swarming")
        (found,) = [one async for one in source.load([made.id])]
        told = readers != "organisation"
        assert found.audience == "network"
        assert ("Bees" in found.body, "Swarming" in found.body, bool(found.platforms)) == (told, told, told)


PROFILE: Final = {"name": "Mara Visser"}


async def test_the_form_keeps_what_was_chosen(client: httpx2.AsyncClient) -> None:
    mara = await make.member("Mara Visser", at=await make.organisation("Own House"))
    await make.sign_in(client, mara)
    form = (await client.get("/settings/profile")).text
    assert form.count('<option value="members" selected>') == 3  # there are no platforms yet
    given = PROFILE | {
        "topics": "Reviews, Crisis communication, reviews",
        "topics_for": "public",
        "bio_for": "organisation",
    }
    answer = await client.post("/settings/profile", data=given | {"accepts_letters": "no"})
    assert answer.status_code == 303
    own = (await client.get("/api/v1/me")).json()
    assert own["topics"] == ["Reviews", "Crisis communication"]
    assert own["readers"] == {
        "bio": "organisation", "languages": "members", "platforms": "members", "topics": "public"
    }  # fmt: skip
    assert own["accepts_letters"] is False
    form = (await client.get("/settings/profile")).text
    assert 'value="Reviews, Crisis communication"' in form
    assert '<option value="organisation" selected>' in form
    # What a program does not name stays as it is.
    own = (await client.patch("/api/v1/me", json=PROFILE | {"title": "Officer"})).json()
    assert (own["title"], own["topics"][0], own["readers"]["bio"]) == ("Officer", "Reviews", "organisation")
    assert own["accepts_letters"] is False
    own = (
        await client.patch("/api/v1/me", json=PROFILE | {"topics": ["Телемедицина"], "accepts_letters": True})
    ).json()
    assert (own["topics"], own["accepts_letters"]) == (["Телемедицина"], True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"bio_for": "everybody"}, "bio_for"),
        ({"topics": "x" * 41}, "topics"),
        ({"topics": ",".join(f"t{n}" for n in range(13))}, "topics"),
        ({"accepts_letters": "perhaps"}, "accepts_letters"),
    ],
)
async def test_a_wrong_profile_comes_back(client: httpx2.AsyncClient, wrong: dict[str, str], field: str) -> None:
    await make.sign_in(client, await make.member("Mara Visser"))
    answer = await client.post("/settings/profile", data=PROFILE | {"title": "Kept as typed"} | wrong)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert "Kept as typed" in answer.text
    assert not await MemberTopic.all().exists()


async def test_further_organisations_stand_on_the_page_for_members(client: httpx2.AsyncClient) -> None:
    mara = await person("members")
    second = await make.organisation("Second House")
    hidden = await make.organisation("Hidden House", state="pending")
    for one in (second, hidden):
        await Membership.create(member=mara, organisation=one, main=False, since=make.now())
    assert "Second House" not in (await client.get("/people/mara-visser")).text
    await make.sign_in(client, await make.member("Jonas", at=second))
    page = (await client.get("/people/mara-visser")).text
    assert 'Also at: <a href="/organisations/second-house">Second House</a>' in page
    assert "Hidden House" not in page


async def test_a_page_takes_as_many_statements_however_much_is_told(client: httpx2.AsyncClient) -> None:
    mara = await person("members")
    await make.sign_in(client, await make.member("Jonas", at=await make.organisation()))

    async def sent() -> int:
        await make.act()
        with statements() as found:
            assert (await client.get("/people/mara-visser")).status_code == 200
        return len(found)

    few = await sent()
    for n in range(9):
        await MemberTopic.create(member=mara, slug=f"t{n}", name=f"T {n}")
        await Membership.create(member=mara, organisation=await make.organisation(), main=False, since=make.now())
    assert await sent() == few


async def test_questions_find_who_can_be_asked_about_their_topic(client: httpx2.AsyncClient) -> None:
    from forum.queries.facts import thread_facts
    from forum.queries.interested import experienced

    bees = await make.tag("Swarming")
    await make.tag("Swarms", meant=bees)
    mara = await person("organisation")
    other = await make.member("Other", at=await make.organisation())
    await MemberTopic.create(member=other, slug="swarms", name="Swarms")
    thread = await make.thread(tags=[bees])
    found = dict(await experienced(await thread_facts(thread.id), 5))
    assert found == {mara.id: "One can ask you about Swarming", other.id: "One can ask you about Swarms"}
