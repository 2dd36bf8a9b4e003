"""Not useful: a private word to the author and editors, never a number for others."""

import httpx2
import pytest

from base.errors import Invalid, Missing, NotSignedIn, Refused
from forum.actions.doubt import Doubted, doubt, undoubt
from forum.actions.vote import vote
from forum.models import Doubt, Post, Thread, Vote
from members.models import Member
from members.viewer import VISITOR, Viewer
from tests import builders as make

pytestmark = pytest.mark.anyio
WRONG = Doubted(reason="wrong")
NOTE = "zqnote: the menu is called something else now"


@pytest.mark.usefixtures("database")
async def test_one_doubt_for_each_member_and_post() -> None:
    post = await make.post(await make.thread())
    who = await make.viewer(await make.member())
    thread_id: int = post.thread_id  # type: ignore[attr-defined]
    for reason in ("wrong", "unclear"):
        await doubt(who, thread_id, 2, Doubted.read({"reason": reason, "note": NOTE}))
    assert await Doubt.all().values_list("reason", "note") == [("unclear", NOTE)]
    await undoubt(who, thread_id, 2)
    await undoubt(who, thread_id, 2)
    assert await Doubt.all().count() == 0


@pytest.mark.usefixtures("database")
async def test_useful_and_not_useful_take_each_other_back() -> None:
    post = await make.post(await make.thread())
    who, thread_id = await make.viewer(await make.member()), post.thread_id  # type: ignore[attr-defined]
    await vote(who, thread_id, 2)
    await doubt(who, thread_id, 2, WRONG)
    assert (await Post.get(id=post.id)).votes == await Vote.all().count() == 0
    await vote(who, thread_id, 2)
    assert await Doubt.all().count() == 0
    assert (await Post.get(id=post.id)).votes == await Vote.all().count() == 1


@pytest.mark.usefixtures("database")
async def test_who_may_doubt() -> None:
    author = await make.member()
    post = await make.post(await make.thread(), author=author)
    gone = await make.post(await make.thread(), state="deleted")
    closed = await make.post(await make.thread(audience="network"))
    other = await make.viewer(await make.member())
    for viewer, one, wrong in (
        (VISITOR, post, NotSignedIn), (await make.viewer(author), post, Refused), (other, gone, Missing),
        (other, closed, Missing),
    ):  # fmt: skip
        with pytest.raises(wrong):
            await doubt(viewer, one.thread_id, one.number, WRONG)  # type: ignore[attr-defined]
    with pytest.raises(Invalid, match="in a few words"):
        await doubt(other, post.thread_id, 2, Doubted(reason="other"))  # type: ignore[attr-defined]
    with pytest.raises(Invalid):
        Doubted.read({"reason": "boring"})
    assert await Doubt.all().count() == 0


@pytest.mark.usefixtures("database")
async def test_a_mask_and_the_person_behind_it_are_one() -> None:
    post = await make.post(await make.thread())
    thread_id: int = post.thread_id  # type: ignore[attr-defined]
    plain = await make.viewer(await make.member())
    mask = await make.member(state="mask")
    masked = Viewer(id=plain.id, trust=1, audiences=plain.audiences, masks={f"thread:{thread_id}": mask.id})
    await doubt(plain, thread_id, 2, WRONG)
    await doubt(masked, thread_id, 2, WRONG)
    # As before: the journal would tell by two entries that the two are one person.
    assert await Doubt.all().values_list("member_id", flat=True) == [plain.id]
    await vote(plain, thread_id, 2)
    await vote(masked, thread_id, 2)
    assert await Doubt.all().count() == 0
    assert (await Post.get(id=post.id)).votes == await Vote.all().count() == 1


async def _doubted() -> tuple[Thread, Member]:
    author = await make.member("Ann")
    thread = await make.thread()
    await make.post(thread, author=author)
    for reason, note in (("out_of_date", NOTE), ("out_of_date", ""), ("unclear", "")):
        who = await make.viewer(await make.member("zqdoubter" + reason + str(bool(note))))
        await doubt(who, thread.id, 2, Doubted.read({"reason": reason, "note": note}))
    return thread, author


async def test_only_the_author_and_staff_are_told(client: httpx2.AsyncClient) -> None:
    thread, author = await _doubted()
    url = f"/t/{thread.id}-{thread.slug}"
    region = await make.region()
    leader = await make.member()
    await make.grant(leader, "community_leader", "region", region.id)
    for who, told in (
        (None, False), (await make.member(), False), (leader, False), (author, True), (await make.editor(), True),
        (await make.moderator(), True),
    ):  # fmt: skip
        if who is not None:
            await make.sign_in(client, who)
        page, twin = (await client.get(url)).text, (await client.get(f"{url}.json")).json()
        words = " ".join(page.split())
        assert ("3 people did not find this useful" in words) is told, who
        assert ("out of date (2), unclear" in words) is told
        assert ("zqnote" in page) is told
        assert len(twin["posts"][0]["doubts"]) == (3 if told else 0)
        assert "zqdoubter" not in page + str(twin)


async def test_the_form_works_and_what_is_wrong_is_kept(client: httpx2.AsyncClient) -> None:
    thread, here = await make.thread(), "/posts/2/doubt"
    await make.post(thread)
    await make.sign_in(client, await make.member())
    base = f"/t/{thread.id}"
    assert f'href="{base}{here}"' in (await client.get(f"{base}-{thread.slug}")).text
    assert "Only its author and editors read this" in (await client.get(base + here)).text
    wrong = await client.post(base + here, data={"reason": "other", "note": ""})
    assert wrong.status_code == 422
    assert 'value="other" checked' in wrong.text
    assert (await client.post(base + here, data={"reason": "other", "note": "It is about <b>."})).status_code == 303
    assert f'action="{base}/posts/2/undoubt"' in (await client.get(f"{base}-{thread.slug}")).text
    assert (await client.post(f"{base}/posts/2/undoubt")).status_code == 303
    assert await Doubt.all().count() == 0


async def test_programs_may_too(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    await make.post(thread)
    token = await make.token(await make.member())
    path = f"/api/v1/threads/{thread.id}/posts/2"
    assert (await client.put(f"{path}/doubt", json={"reason": "wrong"}, headers=token)).status_code == 204
    read = (await client.get(path, headers=token)).json()
    assert (read["doubted"], read["doubts"]) == (True, [])
    assert (await client.delete(f"{path}/doubt", headers=token)).status_code == 204
    assert (await client.get(path, headers=token)).json()["doubted"] is False
