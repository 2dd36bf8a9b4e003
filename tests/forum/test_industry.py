"""What somebody writes for a vendor says so for good, and vendors mark no solutions about their product."""

import json
from typing import Final

import httpx2
import pytest

from base.errors import Refused
from forum.actions.accept import accept
from forum.actions.answer import NewPost
from forum.actions.answer import answer as write_answer
from forum.models import Post
from forum.queries.facts import post_facts
from forum.queries.quoting import quoting
from forum.rules import check_may_accept
from kb.queries.people import possible_reviewers
from members.actions.gather_mail import _told
from members.actions.pause_place import Pause, pause_place
from members.models import Member, MemberPlatform, Membership, Notice, Organisation
from members.queries.letter_form import writer
from members.queries.mask_levels import levels_of
from members.queries.vendors import vendors_of
from tests import builders as make

pytestmark = pytest.mark.anyio
LABEL: Final = "Industry</span>"
NAMED: Final = "Industry: Clearpost</span>"


async def vera() -> tuple[Member, Organisation]:
    """Make somebody who works for a vendor."""
    clearpost = await make.organisation("Clearpost", kind="industry", type="vendor")
    return await make.member("Vera Seller", at=clearpost), clearpost


async def moves(who: Member, to: Organisation | None) -> None:
    await Membership.filter(member_id=who.id).update(state="left", main=False)
    if to is not None:
        await Membership.create(member=who, organisation=to, since=make.now())
    await make.act("member.placed", who.id)


async def test_a_post_keeps_its_label_when_its_author_moves(client: httpx2.AsyncClient) -> None:
    seller, _ = await vera()
    hospital = await make.organisation("St. Elisabeth")
    thread = await make.thread("How do you plan posts?", author=await make.member(at=hospital))
    await make.post(thread, "We sell something.", author=seller)
    place = f"/t/{thread.id}-{thread.slug}"
    assert LABEL in (await client.get(place)).text
    await moves(seller, hospital)
    later = await make.post(thread, "I work in a hospital now.", author=seller)
    for _ in range(2):  # once drawn, once kept
        page = (await client.get(place)).text
        assert page.count(NAMED) == 1
    (first, second) = (await client.get(f"/api/v1/threads/{thread.id}")).json()["posts"]
    assert (first["author"]["is_vendor"], first["author"]["industry"]) == (True, "Clearpost")
    assert (second["author"]["is_vendor"], second["author"]["industry"]) == (False, "")
    assert await Post.filter(id=later.id, industry="").exists()


async def test_who_joins_a_vendor_is_labelled_from_then_on_everywhere(client: httpx2.AsyncClient) -> None:
    _, clearpost = await vera()
    anna = await make.member("Anna", at=await make.organisation("St. Elisabeth"))
    thread = await make.thread("A question of before", author=anna)
    assert LABEL not in (await client.get("/questions")).text
    await moves(anna, clearpost)
    assert "Industry" in (await client.get("/questions")).text
    assert LABEL in (await client.get(f"/t/{thread.id}-{thread.slug}")).text


async def test_the_label_outlives_the_account(client: httpx2.AsyncClient) -> None:
    seller, _ = await vera()
    thread = await make.thread("From a vendor", author=seller)
    await make.post(thread, "And an answer.", author=seller)
    await Member.filter(id=seller.id).update(state="gone")
    await moves(seller, None)
    page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert page.count(NAMED) >= 2
    assert "Vera" not in page


async def test_every_place_that_names_an_author_has_the_label(client: httpx2.AsyncClient) -> None:
    seller, clearpost = await vera()
    thread = await make.thread("Does anybody use a planner?", author=seller, organisation_id=clearpost.id)
    answer = await make.post(thread, "Ours **plans**.", author=seller)
    for path in ("/questions", f"/t/{thread.id}-{thread.slug}", "/organisations", "/organisations/clearpost"):
        assert LABEL in (await client.get(path)).text, path
    assert LABEL in (await client.get("/people/vera-seller")).text
    assert "Vera Seller (Industry: Clearpost)" in (await client.get("/feeds/questions.atom")).text
    listed = (await client.get("/api/v1/threads")).json()["threads"][0]["author"]
    assert (listed["is_vendor"], listed["industry"]) == (True, "Clearpost")
    assert "Vera Seller (Industry: Clearpost)" in (await client.get(f"/t/{thread.id}.md")).text
    page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert 'data-quote-name="Vera Seller (Industry: Clearpost)"' in page
    data = page.partition('type="application/ld+json"')[2].partition(">")[2].partition("</script>")[0]
    if data:
        assert json.loads(data)
    reader = await make.viewer(await make.member(at=await make.organisation()))
    quoted = await quoting(reader, thread.id, [answer.number])
    assert "Vera Seller (Industry: Clearpost)" in quoted.text


async def test_mail_and_inbox_say_it(client: httpx2.AsyncClient) -> None:
    seller, _ = await vera()
    asker = await make.member("Asker", at=await make.organisation())
    given = {
        "member": asker,
        "actor": seller,
        "kind": "answer",
        "subject": "S",
        "text": "T",
        "url": "/t/1",
        "group": "g",
        "key": "k",
        "reason": "R",
    }
    notice = await Notice.create(**given, created_at=make.now())
    await notice.fetch_related("actor")
    assert _told(notice, await vendors_of([seller.id])).actor == "Vera Seller (Industry: Clearpost)"
    await make.sign_in(client, asker)
    assert "Vera Seller (Industry: Clearpost)" in (await client.get("/inbox")).text


@pytest.mark.parametrize(
    ("kind", "makers", "may"),
    [
        ("industry", ["Clearpost"], False),
        ("industry", ["CLEARPOST."], False),
        ("industry", ["Somebody Else", "Clearpost"], False),
        ("industry", [""], False),  # nobody knows whose it is
        ("industry", ["Somebody Else"], True),
        ("industry", [], True),
        ("member", ["Clearpost"], True),
        ("member", [""], True),
    ],
)
@pytest.mark.parametrize("moderates", [False, True])
async def test_solutions_about_ones_product(
    client: httpx2.AsyncClient, kind: str, makers: list[str], may: bool, moderates: bool
) -> None:
    there = await make.organisation("Clearpost", kind=kind)
    who = await make.member("Vera Seller", at=there)
    if moderates:
        await make.grant(who, "moderator")
    platforms = [await make.platform(vendor=one) for one in makers]
    asker = await make.member() if moderates else who
    thread = await make.thread("Which planner?", author=asker, platforms=platforms)
    answer = await make.post(thread, "This one.", author=await make.member())
    await make.sign_in(client, who)
    page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
    assert (f"/posts/{answer.number}/accept" in page) is may
    sent = await client.post(f"/t/{thread.id}/posts/{answer.number}/accept")
    assert (sent.status_code == 303) is may
    assert (await Post.get(id=answer.id)).accepted_at is not None or not may
    if not may:
        with pytest.raises(Refused):
            await accept(await make.viewer(who), thread.id, answer.number)
    # Nobody else is held up.
    check_may_accept(await make.viewer(await make.moderator()), await post_facts(thread.id, answer.number))


async def paused() -> tuple[Member, Organisation]:
    """Make somebody of a vendor that has paused them, who belongs to a hospital besides."""
    seller, clearpost = await vera()
    hospital = await make.organisation("Hospital")
    await Membership.create(member=seller, organisation=hospital, main=False, since=make.now())
    boss = await make.member("Boss", at=clearpost, role="org_admin")
    await pause_place(await make.viewer(boss), clearpost.id, seller.id, Pause(reason="Away for a while"))
    assert (await make.viewer(seller)).organisation_name == "Hospital"
    return seller, clearpost


async def test_who_is_paused_by_a_vendor_is_labelled_wherever_they_speak(client: httpx2.AsyncClient) -> None:
    seller, _ = await paused()
    platform, region = await make.platform("Mastodon"), await make.region("Europe")
    await make.grant(seller, "community_leader", "region", region.id)
    await MemberPlatform.create(member=seller, platform=platform)
    thread = await make.thread("Does anybody use a planner?", author=seller)
    viewer = await make.viewer(seller)
    assert (viewer.is_industry, viewer.vendor) == (True, "Clearpost")
    written = await write_answer(viewer, thread.id, NewPost(body="Ours plans for you, all day and all night."))
    assert (await Post.get(thread_id=thread.id, number=written.number)).industry == "Clearpost"
    await Post.all().update(industry="")  # what is left is what they are now
    reader = await make.member("Reader", at=await make.organisation("House"))
    await make.sign_in(client, reader)
    for path in (
        "/questions", f"/t/{thread.id}-{thread.slug}", "/people/vera-seller", "/people", "/people?view=table",
        "/regions/europe",
    ):  # fmt: skip
        assert NAMED in (await client.get(path)).text, path
    for path in ("/organisations/hospital", f"/platforms/{platform.slug}"):
        assert LABEL in (await client.get(path)).text, path
    for path in ("/feeds/questions.atom", f"/t/{thread.id}.md"):
        assert "Vera Seller (Industry: Clearpost)" in (await client.get(path)).text, path
    listed = (await client.get("/api/v1/threads")).json()["threads"][0]["author"]
    assert (listed["is_vendor"], listed["industry"]) == (True, "Clearpost")
    assert (await vendors_of([seller.id])) == {seller.id: "Clearpost"}
    letter = await writer(viewer)
    assert (letter.is_vendor, letter.organisation) == (True, "Clearpost")
    assert (await levels_of(seller.id)).industry, "they write behind no mask"


async def test_a_kept_page_gets_the_label_when_somebody_is_paused_into_it(client: httpx2.AsyncClient) -> None:
    seller, _ = await vera()
    thread = await make.thread("A question", author=seller)
    await Post.all().update(industry="")
    place = f"/t/{thread.id}-{thread.slug}"
    assert LABEL in (await client.get(place)).text
    await Membership.filter(member=seller).update(state="paused", main=False)
    await make.act("member.removed", seller.id)
    assert NAMED in (await client.get(place)).text
    assert "Industry" in (await client.get("/questions")).text
    await Membership.filter(member=seller).update(state="left", until=make.now())
    await make.act("member.removed", seller.id)
    assert "Industry" not in (await client.get(place)).text
    await Membership.filter(member=seller).update(state="pending", was="left")
    await make.act("member.placed", seller.id)
    assert "Industry" not in (await client.get("/questions")).text, "to ask is not to belong"


async def test_who_is_paused_marks_no_solution_about_the_product_and_reviews_nothing(
    client: httpx2.AsyncClient,
) -> None:
    seller, _ = await paused()
    thread = await make.thread("Which?", author=seller, platforms=[await make.platform(vendor="Clearpost")])
    answer = await make.post(thread, "This one.", author=await make.member())
    with pytest.raises(Refused):
        check_may_accept(await make.viewer(seller), await post_facts(thread.id, answer.number))
    await make.grant(seller, "editor")
    assert "Vera Seller" not in [one.name for one in await possible_reviewers(0)]


async def test_lists_of_people_say_who_belongs_to_the_industry(client: httpx2.AsyncClient) -> None:
    clearpost, hospital = await make.organisation("Clearpost", kind="industry"), await make.organisation("Hospital")
    region, platform = await make.region("Europe"), await make.platform("Clearpost Suite")
    seller = await make.member("Vera Seller", at=clearpost, platforms=[platform])
    await Membership.create(member=seller, organisation=hospital, main=False, since=make.now())
    await make.grant(seller, "community_leader", "region", region.id)
    await make.sign_in(client, await make.member(at=hospital))
    for path in (f"/platforms/{platform.slug}", f"/regions/{region.slug}", "/regions", "/organisations/hospital"):
        page = (await client.get(path)).text
        assert "Vera Seller" in page, path
        assert LABEL in page, path
    people = (await client.get("/api/v1/organisations/hospital")).json()["people"]
    assert {one["name"]: one["is_vendor"] for one in people}["Vera Seller"]
