"""Mentions: people, organisations and topics; how many one may; who is told; names while one types."""

import time

import httpx2
import pytest

from base.errors import Invalid
from base.journal.deliver import deliver_all
from base.limit_numbers import NUMBERS
from base.text.mentions import topics_in
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.models import Post, Thread
from forum.queries.interested import MOST_OF_ORGANISATION
from forum.queries.naming import names
from members.models import Member, Membership, Notice
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("site", "wired")]


async def _writes(who: Member, thread: Thread, body: str) -> str:
    number = (await answer(await make.viewer(who), thread.id, NewPost(body=body))).number
    return (await Post.get(thread_id=thread.id, number=number)).html


async def test_people_organisations_and_topics_become_links_and_nothing_else() -> None:
    mara, thread = await make.member("Mara"), await make.thread()
    await make.organisation("St Mary")
    await make.organisation("Waiting", state="pending")
    await make.member("A Mask", state="mask", email=None)
    youtube = await make.tag("YouTube")
    await make.tag("YT", meant=youtube)
    body = (
        "Hello @mara and @st-mary, @waiting, @a-mask and @nobody: #youtube, #YT and #nothing. `@mara #youtube` stays, "
        "and so do a@mara.org, [#youtube](/x), x#youtube and ##youtube and #1."
    )
    html = await _writes(await make.member("Jonas"), thread, body)
    links = [part.split('"', 1)[0] for part in html.split('href="')[1:]]
    assert links == [
        "/people/mara", "/organisations/st-mary", "/topics/youtube", "/topics/youtube", "mailto:a@mara.org", "/x",
    ]  # fmt: skip
    assert mara.handle == "mara"


async def test_a_topic_that_not_everybody_may_know_of_becomes_no_link() -> None:
    secret = await make.tag("zqsecret")
    await make.thread(tags=[secret], audience="network")
    html = await _writes(await make.member(), await make.thread(), "Is there anything about #zqsecret here?")
    assert "/topics/" not in html


async def test_topics_are_words_after_a_sign() -> None:
    assert topics_in("# Heading\n\n#One, #two-three and #one; `#code` [#link](/x) #4 a#b #x- C# ##no") == [
        "one", "two-three", "x",
    ]  # fmt: skip
    began = time.process_time()
    topics_in("#a" * 16_000)
    topics_in("#" * 32_000)
    topics_in("#a " * 10_000)
    assert time.process_time() - began < 3


@pytest.fixture
def usual_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let people mention as many as usual."""
    monkeypatch.setattr("forum.actions.check_mentions.limit_of", NUMBERS.__getitem__)


@pytest.mark.usefixtures("usual_numbers")
@pytest.mark.parametrize(("trust", "most"), [(0, 2), (1, 10), (2, 10)])
async def test_a_text_mentions_so_many_and_the_refusal_names_what_to_do(trust: int, most: int) -> None:
    people = [await make.member(f"Colleague {number}") for number in range(most + 1)]
    writer = await make.member("Writer", trust=trust)
    thread = await make.thread(author=writer)
    handles = " ".join(f"@{one.handle}" for one in people)
    with pytest.raises(Invalid) as wrong:
        await _writes(writer, thread, f"What do you think? {handles}")
    assert f"{most} is the most" in wrong.value.errors["body"]
    assert f"@{people[-1].handle}" in wrong.value.errors["body"]
    html = await _writes(writer, thread, f"What do you think? {' '.join(handles.split()[:most])} @media @import")
    assert html.count('class="mention"') == most
    given = {"title": "How do you answer reviews?", "body": f"We would like to know. {handles}"}
    with pytest.raises(Invalid):
        await ask(await make.viewer(writer), Question.read(given))


@pytest.mark.usefixtures("usual_numbers")
async def test_what_was_typed_comes_back_with_the_refusal(client: httpx2.AsyncClient) -> None:
    writer = await make.member("Writer", trust=0)
    thread = await make.thread(author=writer)
    handles = " ".join([f"@{(await make.member()).handle}" for _ in range(3)])
    await make.sign_in(client, writer)
    for more in ({}, {"step": "preview"}):
        answer_ = await client.post(f"/t/{thread.id}/answer", data={"body": f"What do you think? {handles}"} | more)
        assert answer_.status_code == 422
        assert f"What do you think? {handles}" in answer_.text
        assert "Please take the @ away" in answer_.text


@pytest.mark.usefixtures("usual_numbers")
async def test_a_moderator_can_edit_what_mentions_many() -> None:
    handles = " ".join([f"@{(await make.member()).handle}" for _ in range(12)])
    html = await _writes(await make.moderator(), await make.thread(), f"From the archive: {handles}")
    assert html.count('class="mention"') == 12


async def test_members_of_an_organisation_are_told_but_not_more_than_a_hundred() -> None:
    home = await make.organisation("St Mary")
    people = [await make.member(f"Nurse {number}", at=home) for number in range(MOST_OF_ORGANISATION + 3)]
    await Membership.filter(member=people[0]).update(state="ended")
    writer = await make.member("Writer", at=home)
    await _writes(writer, await make.thread(), "How does @st-mary do this, and why?")
    await deliver_all()
    told = await Notice.filter(because="org_mention").prefetch_related("member")
    assert len(told) in (MOST_OF_ORGANISATION, MOST_OF_ORGANISATION - 1)
    assert not {one.member.name for one in told} & {"Writer", "Nurse 0"}
    assert told[0].reason == "Your organisation, St Mary, is mentioned."


async def test_a_newcomer_mentions_people_but_no_organisation() -> None:
    await make.organisation("St Mary")
    writer = await make.member("Writer", trust=0)
    thread = await make.thread(author=writer)
    with pytest.raises(Invalid) as wrong:
        await _writes(writer, thread, "How does @st-mary do this, and why?")
    assert "not yet whole organisations" in wrong.value.errors["body"]
    assert "organisation" not in {one.kind for one in await names(await make.viewer(writer), "@st")}


async def test_names_are_those_one_may_see() -> None:
    home = await make.organisation("Marien Hospital")
    mara = await make.member("Mara Visser", at=home)
    for name, state in (("Marta Mask", "mask"), ("Marco Gone", "gone"), ("Marie Waiting", "unverified")):
        await make.member(name, state=state)
    member, guest = await make.viewer(await make.member("Omar", at=home)), await make.viewer(await make.member("Guest"))
    found = await names(member, "@mar")
    assert [(one.insert, one.kind) for one in found] == [
        (f"@{mara.handle}", "member"), ("@marien-hospital", "organisation"),
    ]  # fmt: skip
    assert found[0].note == "Marien Hospital"
    assert [one.insert for one in await names(member, "@viss")] == [f"@{mara.handle}"], "by the last name, too"
    assert [one.kind for one in await names(guest, "@mar")] == ["organisation"], "guests see no directory"
    for nothing in ("", "@", "#", "mar", "@%", "@_", "@!", "@" + "x" * 300):
        assert await names(member, nothing) == ()


async def test_topics_are_offered_by_the_beginning_of_their_name() -> None:
    youtube = await make.tag("YouTube")
    await make.tag("YT", meant=youtube)
    secret = await make.tag("youth")
    await make.thread(tags=[secret], audience="network")
    guest = await make.viewer(await make.member("Guest"))
    assert [one.insert for one in await names(guest, "#you")] == ["#youtube"]


async def test_the_door_is_for_members(client: httpx2.AsyncClient) -> None:
    await make.organisation("St Mary")
    assert (await client.get("/suggest/mentions?q=@st")).headers["location"].startswith("/sign-in")
    await make.sign_in(client, await make.member("Mara"))
    answer_ = await client.get("/suggest/mentions", params={"q": "@st"})
    assert answer_.json() == {
        "suggestions": [{"text": "St Mary", "insert": "@st-mary", "kind": "organisation", "note": ""}]
    }
    assert answer_.headers["cache-control"] == "private, no-store"
