"""Writing without one's name: what is shown is shared by five, and nothing anywhere says who it was."""

import asyncio
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.archive.write import write_archive
from app.checkup import check_up
from app.wiring import SOURCES
from base import secret_key
from base.clock import now
from base.db import rows
from base.journal.deliver import deliver_all
from base.mail.post_office import post_office
from base.settings import Settings
from forum.actions.accept import accept
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.actions.case_input import Case
from forum.actions.close import Closing, close
from forum.actions.delete import delete
from forum.actions.doubt import Doubted, doubt
from forum.actions.edit import EditedPost, edit
from forum.actions.share_case import share_case
from forum.actions.vote import unvote, vote
from forum.actions.watch import WatchLevel, watch
from forum.models import CaseStudy, Post, PostRevision, QuestionDetails, Thread, Watch
from forum.rules import visible_threads
from members.actions.gather_mail import gather_mail
from members.actions.recheck_masks import recheck_masks
from members.actions.unmask import UnmaskDecision, UnmaskRequest, ask_to_unmask, decide_unmasking, look_behind
from members.models import Mask, Member, MemberPlatform, Membership, Notice, Organisation, Unmasking
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests import builders as make
from tests.forum.test_share_case import given as case_study

pytestmark = pytest.mark.anyio
BODY = "We would like to know how others do this, and what went wrong."
TITLE = "How do you answer bad reviews without a name?"


async def network(communicators: int = 5) -> tuple[Member, Organisation]:
    """Make two hospitals of one size in one country, and people of one function in them; return one of them."""
    region = await make.region("Northern Europe")
    homes = [await make.organisation(name, region=region) for name in ("Zebra Hospital", "Quagga Hospital")]
    asker = await make.member("Wilhelmina Zonderland", at=homes[0], title="Press officer", trust=2)
    for number in range(communicators - 1):
        await make.member(at=homes[number % 2], title="Head of communications")
    return asker, homes[0]


async def asked(asker: Member, **more: Any) -> Thread:
    given = {"title": TITLE, "body": BODY, "written_as": "mask"} | more
    return await Thread.get(id=(await ask(await make.viewer(asker), Question(**given))).id)


async def face(thread: Thread) -> Member:
    return await Member.get(id=(await Post.get(thread_id=thread.id, number=1)).author_id)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("communicators", "words"),
    [
        (5, "Communications, hospital, 200–499 beds, Netherlands"),
        (4, ""),
    ],
)
async def test_only_what_five_members_share_is_shown(
    client: httpx2.AsyncClient, communicators: int, words: str
) -> None:
    asker, _ = await network(communicators)
    thread = await asked(asker)
    shown = await face(thread)
    assert (shown.state, shown.name, shown.title) == ("mask", "A member", words)
    mask = await Mask.get(member_id=shown.id)
    assert mask.shared_by == communicators
    assert str(asker.id) not in (mask.sealed, mask.owner)


@pytest.mark.usefixtures("client")
async def test_an_attribute_that_few_share_is_left_out() -> None:
    asker, home = await network(4)
    other = await make.organisation("Okapi Hospital", country="BE", beds_band="1-99", region_id=home.region_id)  # type: ignore[attr-defined]
    await make.member(at=other, title="Press officer")
    # The country is shared by four, the region by five; of five people in one hospital alone nothing is said.
    assert (await face(await asked(asker))).title == "Communications, hospital, Northern Europe"
    alone = await make.organisation("Lonely Clinic", type="clinic", country="IS", beds_band="1-99")
    here = [await make.member(at=alone, title="Nurse") for _ in range(6)]
    assert (await face(await asked(here[0]))).title == ""


@pytest.mark.usefixtures("client")
async def test_one_stays_the_same_in_a_thread_and_is_another_elsewhere() -> None:
    asker, home = await network(7)
    first, second = await asked(asker), await asked(asker, title=TITLE + " Again")
    assert (await face(first)).id != (await face(second)).id
    # Whoever began without a name goes on without one, also when the form does not say so.
    await answer(await make.viewer(asker), first.id, NewPost(body=BODY))
    assert {post.author_id for post in await Post.filter(thread_id=first.id)} == {(await face(first)).id}  # type: ignore[attr-defined]
    colleague = await Member.get(id=(await Membership.filter(organisation_id=home.id).last()).member_id)  # type: ignore[attr-defined, union-attr]
    for _ in range(2):
        await answer(await make.viewer(colleague), first.id, NewPost(body=BODY, written_as="mask"))
    others = {post.author_id for post in await Post.filter(thread_id=first.id, number__gt=2)}  # type: ignore[attr-defined]
    assert [one.name for one in await Member.filter(id__in=others)] == ["Member 2"]


@pytest.mark.usefixtures("client")
async def test_the_masked_author_keeps_the_rights_of_an_author() -> None:
    asker, _ = await network()
    thread = await asked(asker)
    helper = await make.viewer(await make.member())
    made = await answer(helper, thread.id, NewPost(body=BODY))
    me = await make.viewer(asker)
    await edit(me, thread.id, 1, EditedPost(body=BODY + " Please.", title=TITLE, revision=1))
    assert await accept(me, thread.id, made.number) == "solved"
    own = await answer(me, thread.id, NewPost(body=BODY + " Thank you."))
    await delete(me, thread.id, own.number)
    await close(me, thread.id, Closing(reason="needs_details"))
    mask = (await face(thread)).id
    post = await Post.get(id=made.id)
    assert (post.accepted_by_id, (await Post.get(id=own.id)).deleted_by_id) == (mask, mask)  # type: ignore[attr-defined]
    everybody = {row["actor_id"] for row in await rows("SELECT actor_id FROM journal_entries WHERE kind <> 'x'")}
    assert asker.id not in everybody
    stranger = await make.viewer(await make.member())
    for act in (lambda: accept(stranger, thread.id, made.number), lambda: delete(stranger, thread.id, 1)):
        with pytest.raises(Exception, match=r"Only|Others"):
            await act()


@pytest.mark.usefixtures("client")
async def test_a_form_sent_twice_starts_one_thread_with_one_mask() -> None:
    asker, _ = await network()
    threads = {(await asked(asker, once="k")).id for _ in range(2)}
    assert len(threads) == 1
    assert await Member.filter(state="mask").count() == 1


@pytest.mark.usefixtures("client")
async def test_who_sells_something_says_who_they_are() -> None:
    vendor = await make.organisation("Vendor", kind="industry", type="vendor")
    seller = await make.member(at=vendor)
    with pytest.raises(Exception, match="under their own name"):
        await asked(seller)
    assert not await Thread.exists()


@pytest.mark.usefixtures("client")
async def test_the_masked_author_is_told_as_anybody_who_follows() -> None:
    asker, _ = await network()
    thread = await asked(asker)
    await answer(await make.viewer(await make.member("Helper")), thread.id, NewPost(body=BODY))
    await deliver_all()
    told = await Notice.filter(member_id=asker.id)
    assert [(one.kind, one.reason) for one in told] == [("answer", "Because you watch this thread.")]
    await Notice.all().delete()
    await answer(await make.viewer(asker), thread.id, NewPost(body=BODY + " Thank you all."))
    await deliver_all()
    assert not await Notice.filter(member_id=asker.id).exists()  # never of what one did oneself
    assert (await Watch.get(target_id=thread.id, level="watching")).member_id == (await face(thread)).id  # type: ignore[attr-defined]


@pytest.mark.usefixtures("client")
async def test_less_is_shown_when_fewer_share_it() -> None:
    asker, home = await network()
    thread = await asked(asker)
    leaver = await Membership.filter(organisation_id=home.id).exclude(member_id=asker.id).first()
    await Member.filter(id=leaver.member_id).update(state="suspended")  # type: ignore[union-attr]
    await recheck_masks()
    assert (await face(thread)).title == ""
    assert (await Mask.get(place=f"thread:{thread.id}")).levels["country"] == ""


async def leaves(home: Organisation, but: Member) -> None:
    gone = await Membership.filter(organisation_id=home.id).exclude(member_id=but.id).first()
    await Member.filter(id=gone.member_id).update(state="suspended")  # type: ignore[union-attr, attr-defined]
    await recheck_masks()


@pytest.mark.usefixtures("client")
async def test_with_the_mask_the_setting_and_the_region_show_less() -> None:
    asker, home = await network()
    setting = "Hospital, 200–499 beds, NL"
    thread = await asked(asker, setting=setting)
    own_words = await asked(asker, setting="A hospital by the sea", title=TITLE + " Again")
    shared = await share_case(await make.viewer(asker), Case.read(case_study(written_as="mask")))
    assert (await QuestionDetails.get(thread_id=thread.id)).setting == setting
    assert (await CaseStudy.get(thread_id=shared.id)).setting == {
        "type": "hospital", "beds_band": "200-499", "country": "NL",
    }  # fmt: skip
    assert thread.region_id == home.region_id  # type: ignore[attr-defined]
    version = (await Thread.get(id=thread.id)).version
    await leaves(home, asker)
    after = await Thread.get(id=thread.id)
    assert (await QuestionDetails.get(thread_id=thread.id)).setting == ""
    assert (await QuestionDetails.get(thread_id=own_words.id)).setting == "A hospital by the sea"
    assert (await CaseStudy.get(thread_id=shared.id)).setting == {}
    assert (after.region_id, after.version > version) == (None, True)  # type: ignore[attr-defined]


@pytest.mark.usefixtures("client")
async def test_a_region_that_says_more_than_the_country_is_not_told() -> None:
    asker, home = await network()
    other = await make.region("Eastern Netherlands")
    third = await make.organisation("Okapi Hospital", region=other)
    await make.member(at=third, title="Press officer")
    thread = await asked(asker)
    assert "Netherlands" in (await face(thread)).title
    assert thread.region_id is None  # type: ignore[attr-defined]
    # A region that all of them share tells nothing more, until one of them no longer does.
    await Organisation.filter(id=third.id).update(region_id=home.region_id)  # type: ignore[attr-defined]
    thread = await asked(asker, title=TITLE + " Again")
    assert thread.region_id == home.region_id  # type: ignore[attr-defined]
    await Organisation.filter(id=third.id).update(region_id=other.id)
    await recheck_masks()
    assert (await Thread.get(id=thread.id)).region_id is None  # type: ignore[attr-defined]


@pytest.mark.usefixtures("client")
async def test_where_few_can_write_a_mask_would_hide_nothing() -> None:
    asker, home = await network(9)
    inside, region = f"org:{home.id}", f"region:{home.region_id}"  # type: ignore[attr-defined]
    # Of one organisation alone nothing is shown; of a region, what its members share.
    assert (await face(await asked(asker, audience=inside))).title == ""
    assert "Communications" in (await face(await asked(asker, audience=region, title=TITLE + " Again"))).title
    # Members of the region leave; that as many are left elsewhere does not help.
    shown = await Thread.filter(audience=region).get()
    elsewhere = await make.region("Overseas")
    for name in ("Gnu Hospital", "Eland Hospital"):
        far = await make.organisation(name, region=elsewhere)
        for _ in range(4):
            await make.member(at=far, title="Press officer")
    for one in await Membership.exclude(member_id=asker.id).filter(organisation__region_id=home.region_id).limit(5):  # type: ignore[attr-defined]
        await Member.filter(id=one.member_id).update(state="suspended")  # type: ignore[attr-defined]
    await recheck_masks()
    assert (await face(shown)).title == ""
    few = await make.organisation("Lonely Clinic")
    alone = await make.member(at=few)
    with pytest.raises(Exception, match="Too few people"):
        await asked(alone, audience=f"org:{few.id}")
    open_there = await asked(alone, audience=f"org:{few.id}", written_as="me", title=TITLE + " Openly")
    with pytest.raises(Exception, match="Too few people"):
        await answer(await make.viewer(alone), open_there.id, NewPost(body=BODY, written_as="mask"))
    assert await Post.filter(thread_id=open_there.id).count() == 1


@pytest.mark.usefixtures("client")
async def test_what_somebody_does_by_their_office_is_not_signed_by_their_mask() -> None:
    asker, _ = await network()
    for role in ("moderator", "editor"):
        await make.grant(asker, role)
    thread = await asked(asker)
    made = await answer(await make.viewer(await make.member()), thread.id, NewPost(body=BODY))
    me = await make.viewer(asker)
    await edit(me, thread.id, made.number, EditedPost(body=BODY + " Edited.", revision=1))
    await accept(me, thread.id, made.number)
    await delete(me, thread.id, made.number)
    post = await Post.get(id=made.id)
    assert post.deleted_by_id == asker.id  # type: ignore[attr-defined]
    assert (await PostRevision.get(post_id=made.id, number=2)).editor_id == asker.id  # type: ignore[attr-defined]
    mask = (await face(thread)).id
    by = {row["kind"]: row["actor_id"] for row in await rows("SELECT kind, actor_id FROM journal_entries")}
    assert [by[kind] for kind in ("post.edited", "post.accepted", "post.deleted")] == [asker.id, mask, asker.id]


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(("written_as", "told"), [("mask", 3), ("me", 2)])
async def test_how_many_were_asked_does_not_tell_who_was_not(written_as: str, told: int) -> None:
    asker, _ = await network()
    platform = await make.platform("YouTube")
    await MemberPlatform.create(member=asker, platform=platform)
    for _ in range(2):
        await make.member(platforms=[platform])
    thread = await asked(asker, platforms=["youtube"], written_as=written_as)
    await deliver_all()
    assert (await QuestionDetails.get(thread_id=thread.id)).people_asked == told
    assert await Notice.filter(kind="asked").count() == 2
    assert not await Notice.filter(kind="asked", member_id=asker.id).exists()


@pytest.mark.usefixtures("client")
async def test_who_follows_a_duplicate_behind_a_mask_can_stop_it() -> None:
    asker, _ = await network()
    thread, other = await asked(asker), await make.thread()
    moderator = await make.viewer(await make.moderator())
    await close(moderator, thread.id, Closing(reason="duplicate", link=f"/t/{other.id}"))
    helper = await make.viewer(await make.member())

    async def told() -> int:
        await answer(helper, other.id, NewPost(body=f"{BODY} {await Post.all().count()}"))
        await deliver_all()
        return await Notice.filter(member_id=asker.id, group=f"thread:{other.id}").count()

    assert await told() == 1
    await watch(await make.viewer(asker), "thread", other.id, WatchLevel(level="normal"))
    assert await told() == 1


@pytest.mark.usefixtures("client")
async def test_a_judgement_of_before_the_mask_is_taken_back_by_the_same() -> None:
    asker, _ = await network()
    thread = await make.thread()
    await vote(await make.viewer(asker), thread.id, 1)
    await answer(await make.viewer(asker), thread.id, NewPost(body=BODY, written_as="mask"))
    me = await make.viewer(asker)
    assert me.id_in(thread.id) != asker.id
    await doubt(me, thread.id, 1, Doubted(reason="wrong"))
    await vote(me, thread.id, 1)
    assert await unvote(me, thread.id, 1) == 0
    judged = await rows("SELECT actor_id FROM journal_entries WHERE kind LIKE 'post.%vote%' OR kind LIKE '%doubt%'")
    assert {row["actor_id"] for row in judged} == {asker.id}


@pytest.fixture
async def found(client: httpx2.AsyncClient, tmp_path: Path) -> AsyncIterator[Path]:
    """Serve search, and give the folder of its index."""
    async with running(WhooshEngine(tmp_path / "index", memory_mb=32)):
        await rebuild(SOURCES)
        yield tmp_path / "index"


async def test_nothing_anywhere_says_who_it_was(
    client: httpx2.AsyncClient, site: Settings, found: Path, tmp_path: Path
) -> None:
    asker, home = await network(6)
    platform = await make.platform("YouTube")
    thread = await asked(asker, platforms=["youtube"], setting="Hospital, 200–499 beds, NL")
    follower = await make.member("Follower")
    await Watch.create(member_id=follower.id, target="thread", target_id=thread.id, level="watching", at=now())
    me = await make.viewer(asker)
    await answer(await make.viewer(await make.member("Helper")), thread.id, NewPost(body=BODY))
    await answer(me, thread.id, NewPost(body="A comment of the asker's.", parent=2))
    await deliver_all()
    await Notice.all().update(created_at=now() - timedelta(days=1))
    await gather_mail()
    await post_office()
    words = ("Wilhelmina", "Zonderland", "wilhelmina-zonderland", "Zebra", "Press officer")
    one = f"/t/{thread.id}-{thread.slug}"
    pages = [
        one, f"{one}.json", f"{one}.md", f"/t/{thread.id}/posts/2", f"/t/{thread.id}/posts/1/history", "/",
        "/questions",
        "/api/v1/threads", f"/api/v1/threads/{thread.id}", f"/api/v1/threads/{thread.id}/posts/1",
        f"/api/v1/threads/{thread.id}/posts/1/revisions", "/feeds/questions.atom", "/feeds/platforms/youtube.atom",
        f"/platforms/{platform.slug}", "/search?q=reviews", "/api/v1/search?q=reviews", "/search?q=Communications",
    ]  # fmt: skip
    admin = await make.member("Admin")
    await make.grant(admin, "admin")
    for who in (None, follower, admin):
        if who is not None:
            await make.sign_in(client, who)
        for path in pages:
            shown = await client.get(path)
            assert shown.status_code == 200, path
            text = shown.text
            assert path.endswith("Communications") or "how others do this" in text or "How do you answer" in text, path
            assert not [word for word in words if word in text], path
    for path in (f"/people/{asker.handle}", f"/organisations/{home.slug}", f"/search?q=by:{asker.handle}+reviews"):
        assert TITLE not in (await client.get(path)).text, path
    assert (await client.get(f"/people/{(await face(thread)).handle}")).status_code == 404
    for file in found.rglob("*"):
        assert not file.is_file() or b"Zonderland" not in file.read_bytes().replace(asker.name.encode(), b"")
    journal = str(await rows("SELECT * FROM journal_entries"))
    assert not [word for word in words if word in journal]
    assert asker.id not in {row["actor_id"] for row in await rows("SELECT actor_id FROM journal_entries")}
    letters = [str(row) for row in await rows("SELECT * FROM outgoing_mail")]
    letters += [file.read_text() for file in site.data_dir.rglob("*.eml")]
    assert letters
    assert not [one for one in letters if "You asked" in one or "Zebra" in one]
    await write_archive(tmp_path / "site.zip", tmp_path / "uploads")
    with zipfile.ZipFile(tmp_path / "site.zip") as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if "threads" in name or "posts" in name or "masks" in name or "journal" in name or "notices" in name:
                assert f'"thread:{thread.id}"' not in text or name in ("masks.jsonl", "members.jsonl"), name
                assert not [word for word in words if word in text], name


async def test_two_people_together_learn_who_it_was_and_the_asker_is_told(client: httpx2.AsyncClient) -> None:
    asker, _ = await network()
    thread = await asked(asker)
    moderator, first, second = await make.moderator("Nia"), await make.member("Ada"), await make.member("Bo")
    for one in (first, second):
        await make.grant(one, "admin")
    form = f"/t/{thread.id}/posts/1/unmask"
    for who, status in ((await make.member(), 403), (await make.editor(), 403), (moderator, 200)):
        await make.sign_in(client, who)
        assert (await client.get(form)).status_code == status
        if status == 403:
            assert (await client.post(form, data={"reason": "I would like to know who."})).status_code == 403
    assert (await client.post(form, data={"reason": "short"})).status_code == 422
    assert (await client.post(form, data={"reason": "It threatens a colleague of mine."})).status_code == 303
    [request] = await Unmasking.all()
    look, decide = f"/moderate/masks/{request.id}/look", f"/moderate/masks/{request.id}/decide"
    assert (await client.post(look)).status_code == 404
    assert (await client.post(decide, data={"decision": "approved"})).status_code == 403  # it takes an administrator
    await make.sign_in(client, first)
    assert "It threatens a colleague" in (await client.get("/moderate/masks")).text
    assert (await client.post(decide, data={"decision": "approved"})).status_code == 303
    shown = await client.post(look)
    assert "Wilhelmina Zonderland" in shown.text
    assert shown.headers["cache-control"] == "no-store"
    await make.sign_in(client, second)
    assert (await client.post(look)).status_code == 403
    await make.sign_in(client, asker)
    assert "It threatens a colleague" in (await client.get("/settings/masks")).text
    assert await Notice.filter(member_id=asker.id, kind="unmasked").count() == 1
    kinds = [row["kind"] for row in await rows("SELECT kind FROM journal_entries WHERE kind LIKE 'mask.%' ORDER BY id")]
    assert kinds == ["mask.unmask_asked", "mask.unmask_approved", "mask.looked_behind"]
    told = str(await rows("SELECT data FROM journal_entries WHERE kind LIKE 'mask.%'"))
    assert str(asker.id) not in told.replace(str(request.id), "")


@pytest.mark.usefixtures("client")
async def test_two_who_ask_at_once_ask_once_and_two_who_decide_decide_once() -> None:
    asker, _ = await network()
    thread = await asked(asker)
    staff = [await make.viewer(await make.moderator()) for _ in range(2)]
    admins = [await make.member() for _ in range(2)]
    for one in admins:
        await make.grant(one, "admin")
    mask = (await face(thread)).id
    why = UnmaskRequest(reason="It threatens a colleague of mine.")
    tried = await asyncio.gather(
        *(ask_to_unmask(one, mask, f"/t/{thread.id}/1", why) for one in staff), return_exceptions=True
    )
    assert sorted(type(one).__name__ for one in tried) == ["Conflict", "int"]
    [request] = await Unmasking.all()
    deciders = [await make.viewer(one) for one in admins]
    tried = await asyncio.gather(
        decide_unmasking(deciders[0], request.id, UnmaskDecision(decision="approved")),
        decide_unmasking(deciders[1], request.id, UnmaskDecision(decision="refused")),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in tried) == ["Conflict", "NoneType"]
    decided = await Unmasking.get(id=request.id)
    told = [
        row["kind"]
        for row in await rows("SELECT kind FROM journal_entries WHERE kind LIKE 'mask.unmask_%' ORDER BY id")
    ]
    assert told == ["mask.unmask_asked", f"mask.unmask_{decided.state}"]
    assert await Notice.filter(kind="unmasked").count() == (decided.state == "approved")


@pytest.mark.usefixtures("client")
async def test_what_was_looked_up_can_be_seen_for_a_day() -> None:
    asker, _ = await network()
    thread = await asked(asker)
    moderator, admin = await make.moderator(), await make.member()
    await make.grant(admin, "admin")
    why = UnmaskRequest(reason="It threatens a colleague of mine.")
    one = await ask_to_unmask(await make.viewer(moderator), (await face(thread)).id, "/t/1/1", why)
    await decide_unmasking(await make.viewer(admin), one, UnmaskDecision(decision="approved"))
    assert (await look_behind(await make.viewer(moderator), one)).id == asker.id
    await Unmasking.filter(id=one).update(decided_at=now() - timedelta(hours=25))
    with pytest.raises(Exception, match="for a day"):
        await look_behind(await make.viewer(moderator), one)


async def test_nobody_agrees_with_themselves(client: httpx2.AsyncClient) -> None:
    asker, _ = await network()
    thread = await asked(asker)
    admin = await make.member("Ada")
    await make.grant(admin, "admin")
    await make.grant(asker, "admin")
    await make.sign_in(client, admin)
    await client.post(f"/t/{thread.id}/posts/1/unmask", data={"reason": "It threatens a colleague of mine."})
    [request] = await Unmasking.all()
    for who in (admin, asker):
        await make.sign_in(client, who)
        refused = await client.post(f"/moderate/masks/{request.id}/decide", data={"decision": "approved"})
        assert refused.status_code == 403
    assert (await Unmasking.get(id=request.id)).state == "asked"


async def test_the_forms_offer_it_and_the_preview_shows_as_whom(client: httpx2.AsyncClient) -> None:
    asker, _ = await network()
    await make.sign_in(client, asker)
    page = (await client.get("/ask/question")).text
    assert "A member, without my name" in page
    assert "5 members have this in common" in page
    given = {"title": TITLE, "body": BODY, "written_as": "mask", "step": "preview"}
    preview = (await client.post("/ask/question", data=given)).text
    assert "Communications, hospital, 200–499 beds, Netherlands" in preview
    thread = await make.thread()
    shown = await client.post(
        f"/t/{thread.id}/answer", data={"body": BODY, "written_as": "mask", "step": "preview", "page": "1"}
    )
    assert "5 members have this in common" in shown.text
    assert 'value="mask" checked' in shown.text


@pytest.mark.usefixtures("client")
async def test_no_stranger_sees_a_hidden_thread_of_a_mask() -> None:
    asker, _ = await network()
    thread = await asked(asker)
    await Thread.filter(id=thread.id).update(state="hidden")
    for who, seen in ((asker, 1), (await make.member(), 0)):
        may = visible_threads(await make.viewer(who))
        found = await rows(f"SELECT t.id FROM threads t WHERE {may.sql}", *may.values)
        assert len(found) == seen


async def test_with_another_secret_nobody_is_told_and_the_doctor_says_why(
    client: httpx2.AsyncClient, site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secret_key, "_SECONDS", 0.0)  # the file is looked at each time
    asker, _ = await network()
    thread = await asked(asker)
    findings = {one.name: one for one in await check_up(site)}
    assert findings["masks"].ok
    (site.data_dir / "secret.key").write_text("another secret that opens nothing")
    await answer(await make.viewer(await make.member()), thread.id, NewPost(body=BODY))
    await deliver_all()
    assert not await Notice.filter(member_id=asker.id).exists()
    findings = {one.name: one for one in await check_up(site)}
    assert (findings["masks"].ok, findings["masks"].words) == (False, "1 of 1 cannot be opened")
    assert (await client.get(f"/t/{thread.id}-{thread.slug}")).status_code == 200
