"""Closing, locking, pinning: who may, what it changes, how it is undone."""

import httpx2
import pytest

from base.errors import Conflict, Invalid, Missing, NotSignedIn, Refused
from base.journal.models import Entry
from forum.actions.close import Closing, close, reopen
from forum.actions.lock import lock, unlock
from forum.actions.pin import Pinning, pin, unpin
from forum.models import Thread, Watch
from members.viewer import VISITOR, Viewer
from tests import builders as make

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("database")]

NEEDS_DETAILS = Closing(reason="needs_details")

# Who may do what to Mara's question of region Europe; the network's own is only for members.
RULES = {
    "close": {"mara", "moderator", "admin", "leader"},
    "reopen": {"mara", "moderator", "admin", "leader"},
    "lock": {"moderator", "admin", "leader"},
    "unlock": {"moderator", "admin", "leader"},
    "pin": {"moderator", "admin", "leader"},
    "unpin": {"moderator", "admin", "leader"},
}


async def _people(region: int) -> dict[str, Viewer]:
    leader, other, admin = await make.member("Lucien"), await make.member("Amara"), await make.member("Ivo")
    await make.grant(leader, "community_leader", "region", region)
    await make.grant(other, "community_leader", "region", region + 1)
    await make.grant(admin, "admin")
    return {
        "visitor": VISITOR,
        "mara": await make.viewer(await make.member("Mara")),
        "member": await make.viewer(await make.member("Deepak")),
        "leader": await make.viewer(leader),
        "leader elsewhere": await make.viewer(other),
        "editor": await make.viewer(await make.editor()),
        "moderator": await make.viewer(await make.moderator()),
        "admin": await make.viewer(admin),
    }


async def _do(act: str, viewer: Viewer, thread: Thread) -> None:
    if act == "close":
        await close(viewer, thread.id, NEEDS_DETAILS)
    elif act == "pin":
        await pin(viewer, thread.id, Pinning())
    else:
        await {"reopen": reopen, "lock": lock, "unlock": unlock, "unpin": unpin}[act](viewer, thread.id)


@pytest.mark.parametrize("act", RULES)
async def test_who_may(act: str) -> None:
    region = await make.region("Europe")
    people = await _people(region.id)
    for name, viewer in people.items():
        state = {"reopen": "closed"}.get(act, "unanswered")
        thread = await make.thread(region_id=region.id, author_id=people["mara"].id, resolution=state)
        try:
            await _do(act, viewer, thread)
        except (NotSignedIn, Refused):
            assert name not in RULES[act], (name, act)
            assert (await Thread.get(id=thread.id)).version == thread.version
        else:
            assert name in RULES[act], (name, act)


async def test_what_one_may_not_see_one_cannot_close() -> None:
    thread = await make.thread(audience="network")
    guest = await make.viewer(await make.member())
    for act in RULES:
        with pytest.raises(Missing):
            await _do(act, guest, thread)


async def test_closing_tells_why_and_opening_again_finds_the_state() -> None:
    moderator = await make.viewer(await make.moderator())
    thread = await make.thread()
    await close(moderator, thread.id, Closing(reason="needs_details", note="Which country is it?"))
    closed = await Thread.get(id=thread.id)
    assert closed.resolution == "closed"
    assert closed.closed_reason.endswith("open it again. Which country is it?")
    assert closed.version == thread.version + 1
    with pytest.raises(Conflict):
        await close(moderator, thread.id, NEEDS_DETAILS)
    await reopen(moderator, thread.id)
    assert ((await Thread.get(id=thread.id)).resolution, (await Thread.get(id=thread.id)).closed_reason) == (
        "unanswered",
        "",
    )
    with pytest.raises(Conflict):
        await reopen(moderator, thread.id)
    assert await Entry.filter(kind__startswith="thread.").order_by("id").values_list("kind", flat=True) == [
        "thread.asked", "thread.closed", "thread.reopened"
    ]  # fmt: skip

    answered = await make.thread()
    await make.post(answered)
    await close(moderator, answered.id, NEEDS_DETAILS)
    await reopen(moderator, answered.id)
    assert (await Thread.get(id=answered.id)).resolution == "answered"
    solved = await make.thread()
    await make.post(solved, accepted_at=solved.created_at)
    await close(moderator, solved.id, NEEDS_DETAILS)
    await reopen(moderator, solved.id)
    assert (await Thread.get(id=solved.id)).resolution == "solved"


@pytest.mark.parametrize(
    "link", ["{id}", "#{id}", "/t/{id}", "/t/{id}-how-do-you", "https://x.test/t/{id}-a/3#post-3", "/t/{id}?page=2"]
)
async def test_a_duplicate_names_the_first_and_brings_its_followers(link: str) -> None:
    moderator = await make.viewer(await make.moderator())
    first, twice = await make.thread("The first of its kind"), await make.thread()
    follower, muted = await make.member(), await make.member()
    for one, level in ((follower, "following"), (muted, "muted")):
        at = twice.created_at
        await Watch.create(member=one, target="thread", target_id=twice.id, level=level, at=at)
    await close(moderator, twice.id, Closing.read({"reason": "duplicate", "link": link.format(id=first.id)}))
    closed = await Thread.get(id=twice.id)
    assert (closed.resolution, closed.duplicate_of_id) == ("duplicate", first.id)  # type: ignore[attr-defined]
    assert await Watch.filter(target_id=first.id).values_list("member_id", flat=True) == [follower.id]

    again = await make.thread()
    await close(moderator, again.id, Closing(reason="duplicate", link=f"/t/{twice.id}"))
    assert (await Thread.get(id=again.id)).duplicate_of_id == first.id  # type: ignore[attr-defined]
    with pytest.raises(Invalid):
        await close(moderator, first.id, Closing(reason="duplicate", link=f"/t/{twice.id}"))


async def test_a_kind_word_about_a_duplicate_is_shown(client: httpx2.AsyncClient) -> None:
    first, twice = await make.thread("The first of its kind"), await make.thread()
    given = Closing(reason="duplicate", link=f"/t/{first.id}", note="It has four answers.")
    await close(await make.viewer(await make.moderator()), twice.id, given)
    page = (await client.get(f"/t/{twice.id}-{twice.slug}")).text
    assert "The first of its kind</a> · It has four answers." in page


async def test_duplicates_of_duplicates_lead_to_the_first_and_never_in_a_circle() -> None:
    moderator = await make.viewer(await make.moderator())
    first, second, third, fourth = [await make.thread() for _ in range(4)]
    for one, other in ((third, second), (second, first), (fourth, third)):
        await close(moderator, one.id, Closing(reason="duplicate", link=f"/t/{other.id}"))
    assert (await Thread.get(id=fourth.id)).duplicate_of_id == first.id  # type: ignore[attr-defined]
    for one in (second, third, fourth):
        with pytest.raises(Invalid, match="duplicate of it"):
            await close(moderator, first.id, Closing(reason="duplicate", link=f"/t/{one.id}"))


async def test_a_duplicate_leads_no_further_than_one_may_see() -> None:
    author = await make.member()
    secret, gone, mine, too = (
        await make.thread(audience="staff"), await make.thread(state="deleted"),
        await make.thread(author=author), await make.thread(author=author),
    )  # fmt: skip
    for thread, first in ((mine, secret), (too, gone)):
        open_one = await make.thread(resolution="duplicate", duplicate_of_id=first.id)
        await close(await make.viewer(author), thread.id, Closing(reason="duplicate", link=f"/t/{open_one.id}"))
        assert (await Thread.get(id=thread.id)).duplicate_of_id == open_one.id  # type: ignore[attr-defined]


async def test_followers_do_not_follow_what_they_may_not_see() -> None:
    moderator = await make.viewer(await make.moderator())
    hidden, twice = await make.thread(audience="staff"), await make.thread()
    await Watch.create(
        member=await make.member(), target="thread", target_id=twice.id, level="watching", at=twice.created_at
    )
    await make.grant(await make.member(), "moderator")
    await close(moderator, twice.id, Closing(reason="duplicate", link=f"/t/{hidden.id}"))
    assert await Watch.filter(target_id=hidden.id).count() == 0


async def test_a_duplicate_of_what_one_may_not_see_is_no_duplicate() -> None:
    hidden = await make.thread(audience="network")
    author = await make.member()
    mine = await make.thread(author=author)
    with pytest.raises(Invalid, match="no such thread"):
        await close(await make.viewer(author), mine.id, Closing(reason="duplicate", link=f"/t/{hidden.id}"))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"reason": "boring"},
        {"reason": "duplicate"},
        {"reason": "duplicate", "link": "javascript:alert(1)"},
        {"reason": "duplicate", "link": "9" * 19},
        {"reason": "answered_elsewhere", "link": "https://evil.test/"},
        {"reason": "answered_elsewhere", "link": "/kb/x"},
        {"reason": "off_topic", "note": "x" * 121},
    ],
)
async def test_a_reason_must_lead_somewhere(given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        Closing.read(given)


async def test_answered_elsewhere_keeps_only_a_path_of_this_site() -> None:
    moderator = await make.viewer(await make.moderator())
    thread, other = await make.thread(), await make.thread()
    link = f"https://evil.test/t/{other.id}-its-name-is-a-secret?x=1"
    await close(moderator, thread.id, Closing(reason="answered_elsewhere", link=link))
    assert (await Thread.get(id=thread.id)).closed_reason.split("\n")[1] == f"/t/{other.id}"
    for gone in (f"/t/{other.id}", "/t/999999", "/kb/999999"):
        with pytest.raises(Invalid, match=r"same thread|nothing at that address"):
            await close(moderator, other.id, Closing(reason="answered_elsewhere", link=gone))


async def test_a_practice_that_answers_is_named_to_who_may_read_it(client: httpx2.AsyncClient) -> None:
    moderator = await make.viewer(await make.moderator())
    open_one, secret = await make.article("Answering reviews kindly"), await make.article("For staff", audience="staff")
    for practice, told in ((open_one, True), (secret, False)):
        thread = await make.thread()
        await close(moderator, thread.id, Closing(reason="answered_elsewhere", link=f"/kb/{practice.id}"))
        page = (await client.get(f"/t/{thread.id}-{thread.slug}")).text
        assert "Others have answered this already" in page
        assert (practice.title in page) is told
        assert (f"/kb/{practice.id}" in page) is told
        if told:
            assert "Verified until" in page


async def test_locking_and_pinning_happen_once() -> None:
    moderator = await make.viewer(await make.moderator())
    thread = await make.thread()
    await lock(moderator, thread.id)
    await lock(moderator, thread.id)
    await pin(moderator, thread.id, Pinning(days=3))
    changed = await Thread.get(id=thread.id)
    assert changed.locked
    assert changed.pinned_until is not None
    assert (changed.pinned_until - changed.created_at).days in (2, 3)
    await unlock(moderator, thread.id)
    await unpin(moderator, thread.id)
    await unpin(moderator, thread.id)
    changed = await Thread.get(id=thread.id)
    assert (changed.locked, changed.pinned_until, changed.version) == (False, None, thread.version + 4)


async def test_the_thread_page_offers_it_and_the_address_does_it(client: httpx2.AsyncClient) -> None:
    thread = await make.thread()
    address = f"/t/{thread.id}"
    assert (await client.post(f"{address}/lock")).headers["location"].startswith("/sign-in")
    await make.sign_in(client, await make.member("Nobody Special"))
    assert "Look after this thread" not in (await client.get(f"{address}-{thread.slug}")).text
    assert (await client.post(f"{address}/lock")).status_code == 403
    await make.sign_in(client, await make.moderator())
    page = (await client.get(f"{address}-{thread.slug}")).text
    for act in ("close", "lock", "pin"):
        assert f'action="{address}/{act}"' in page
    practice = await make.article("Replying")
    link = {"reason": "answered_elsewhere", "link": f"/kb/{practice.id}-replying"}
    for act, given in {"pin": {"days": "14"}, "lock": {}, "close": link}.items():
        assert (await client.post(f"{address}/{act}", data=given)).headers["location"] == address
    page = (await client.get(f"{address}-{thread.slug}")).text
    for act in ("unpin", "unlock", "reopen"):
        assert f'action="{address}/{act}"' in page
    assert f'href="/kb/{practice.id}-replying"' in page
    assert (await client.post(f"{address}/close", data=link)).status_code == 409
    assert (await client.post("/t/999999/lock")).status_code == 404
