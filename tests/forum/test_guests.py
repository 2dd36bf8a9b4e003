"""Guests, whom no organisation has confirmed: they ask, write in what they asked, and are told so everywhere else."""

import httpx2
import pytest

from forum.facts import ThreadFacts
from forum.models import Post, Thread, Vote
from forum.rules import check_may_reply, check_may_start
from kb.models import Nomination
from members.models import Member, Organisation
from members.rules import is_guest
from members.viewer import NETWORK, OPERATOR, PUBLIC, VISITOR, Grant, Viewer
from tests import builders as make
from tests.members.outline import faults_of

pytestmark = pytest.mark.anyio
TOLD = "as soon as your organisation has confirmed you"
BODY = "We answer within a day and would like to be faster."


@pytest.mark.parametrize(
    ("viewer", "guest"),
    [
        (VISITOR, False),
        (OPERATOR, False),
        (Viewer(id=1), True),
        (Viewer(id=1).anybody(), True),
        (Viewer(id=1, audiences=frozenset({PUBLIC, NETWORK})), True),
        (Viewer(id=1, trust=1), False),
        (Viewer(id=1, grants=(Grant("editor"),)), False),
        (Viewer(id=1, grants=(Grant("community_leader", "region", 3),)), False),
    ],
)
def test_who_is_a_guest(viewer: Viewer, guest: bool) -> None:
    assert is_guest(viewer) is guest


@pytest.mark.parametrize("kind", ["question", "discussion", "case_study", "announcement"])
def test_what_guests_start(kind: str) -> None:
    if kind == "question":
        check_may_start(Viewer(id=1), kind)
        return
    with pytest.raises(Exception, match=TOLD):
        check_may_start(Viewer(id=1), kind)


def test_in_which_threads_guests_write() -> None:
    own, behind_mask, other = (ThreadFacts(id=one, kind="question", author_id=one) for one in (1, 7, 2))
    guest = Viewer(id=1, masks={"thread:7": 7})
    check_may_reply(guest, own)
    check_may_reply(guest, behind_mask)
    with pytest.raises(Exception, match=TOLD):
        check_may_reply(guest, other)


class Scene:
    """A thread by a member, one by a guest, and a practice; the client is the guest's."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def begin(self) -> "Scene":
        self.home: Organisation = await make.organisation("St Mary")
        self.mara = await make.member("Mara", at=self.home)
        self.gina: Member = await make.member("Gina", trust=0)
        self.thread: Thread = await make.thread("How do you thank people?", author=self.mara)
        self.post: Post = await make.post(self.thread, author=self.mara)
        self.asked: Thread = await make.thread("Who may I ask this?", author=self.gina)
        self.reply: Post = await make.post(self.asked, author=self.mara)
        self.practice = await make.article("Thanking people", author=self.mara)
        await make.sign_in(self.client, self.gina)
        return self

    async def page(self, path: str) -> str:
        answer = await self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200
        assert faults_of(answer.text) == []
        return answer.text


@pytest.fixture
async def scene(client: httpx2.AsyncClient) -> Scene:
    return await Scene(client).begin()


async def test_a_guest_sees_no_button_that_would_be_refused(scene: Scene) -> None:
    page = await scene.page(f"/t/{scene.thread.id}")
    assert TOLD in page
    for dead in ("/vote", "/doubt", "/answer", "parent=", "/kb/nominate/", 'name="written_as"'):
        assert dead not in page, dead
    page = await scene.page(f"/kb/{scene.practice.id}")
    for dead in ("/suggest", "/contradict", "/adopt"):
        assert f"/kb/{scene.practice.id}{dead}" not in page, dead
    page = await scene.page("/ask")
    assert "/ask/question" in page
    assert TOLD in page
    for dead in ("/ask/case-study", "/ask/discussion", "/ask/announcement"):
        assert dead not in page, dead
    page = await scene.page("/ask/question")
    assert "Without my name" not in page


async def test_in_a_question_of_their_own_guests_write_but_do_not_vote(scene: Scene) -> None:
    page = await scene.page(f"/t/{scene.asked.id}")
    assert f'action="/t/{scene.asked.id}/answer"' in page
    assert TOLD not in page
    for dead in ("/vote", "/doubt", 'name="written_as"', "/kb/nominate/"):
        assert dead not in page, dead
    sent = await scene.client.post(f"/t/{scene.asked.id}/answer", data={"body": BODY, "parent": "2"})
    assert sent.status_code == 303
    assert await Post.filter(author_id=scene.gina.id, parent=2).exists() or await Post.filter(body=BODY).exists()


async def test_what_a_member_sees_is_not_shown_to_a_guest_and_the_other_way_round(scene: Scene) -> None:
    path = f"/t/{scene.thread.id}-{scene.thread.slug}"
    bo = await make.member("Bo", at=scene.home)
    for _ in range(2):
        assert TOLD in await scene.page(path)
        scene.client.cookies.clear()
        await make.sign_in(scene.client, bo)
        page = await scene.page(path)
        assert TOLD not in page
        assert "/posts/2/vote" in page
        scene.client.cookies.clear()
        await make.sign_in(scene.client, scene.gina)


async def test_programs_of_guests_are_told_the_same(scene: Scene) -> None:
    header, thread, base = await make.token(scene.gina), scene.thread.id, "/api/v1"
    scene.client.cookies.clear()
    question = {"title": "How do you thank people who answer?", "body": BODY}
    for method, path, body in [
        ("POST", f"/threads/{thread}/posts", {"body": BODY}),
        ("POST", f"/threads/{thread}/posts/2/vote", None),
        ("PUT", f"/threads/{thread}/nomination", {"why": "It is good enough."}),
        (
            "POST",
            f"/articles/{scene.practice.id}/suggestions",
            {"section": "steps", "text": "1. No.", "why": "It is simpler so."},
        ),
        ("POST", "/threads", question | {"kind": "discussion"}),
        ("POST", "/threads", question | {"written_as": "mask", "kind": "question"}),
    ]:
        answer = await scene.client.request(method, f"{base}{path}", json=body, headers=header)
        assert answer.status_code in (403, 422), path
        assert TOLD in answer.json()["detail"], path
    assert not await Vote.exists()
    assert not await Nomination.exists()
    made = await scene.client.post(f"{base}/threads", json=question | {"kind": "question"}, headers=header)
    assert made.status_code == 201
    assert await Thread.filter(author_id=scene.gina.id).count() == 2


async def test_who_is_confirmed_is_a_guest_no_longer(scene: Scene) -> None:
    await Member.filter(id=scene.gina.id).update(trust=1)
    sent = await scene.client.post(f"/t/{scene.thread.id}/answer", data={"body": BODY})
    assert sent.status_code == 303
