"""Where masks, summaries, moves, case studies and watches meet: what one of them promises holds in the others."""

import httpx2
import pytest

from app.checkup import _counters
from base import settings
from base.clock import now
from base.db import rows, transaction
from base.errors import Missing
from base.journal.deliver import deliver_all
from forum.actions.answer import NewPost, answer
from forum.actions.ask_who import ask_who
from forum.actions.case_input import Case
from forum.actions.close import Closing, close
from forum.actions.convert import Converting, convert
from forum.actions.delete import delete, restore
from forum.actions.edit import EditedPost, edit
from forum.actions.grade_case import Grading, grade_case
from forum.actions.mark_read import mark_comments_read, mark_read
from forum.actions.merge import Joining, merge
from forum.actions.new_numbers import new_numbers
from forum.actions.place_post import NewRow, place_summary
from forum.actions.purge_uploads import UNUSED, purge_uploads
from forum.actions.redraw import redraw_posts_with
from forum.actions.share_case import share_case
from forum.actions.summarise import Summary, summarise
from forum.actions.undo import undo
from forum.actions.vote import unvote, vote
from forum.actions.watch import WatchLevel, watch
from forum.models import CaseStudy, Post, PostRevision, QuestionDetails, ReadMark, Thread, Upload, Watch
from forum.queries.ask_form import own_setting
from forum.queries.filters import filters
from forum.queries.listing import Wanted, listing
from forum.queries.thread_page import thread_page
from forum.searchable import SOURCES
from members.actions.recheck_masks import recheck_masks
from members.actions.switch_reason import SwitchOff, switch_off
from members.actions.unmask import UnmaskRequest
from members.models import Member, Notice, Unmasking
from members.viewer import VISITOR, Viewer
from tests import builders as make
from tests.forum.cases import make_case
from tests.forum.test_masks import asked, network
from tests.forum.test_new_numbers import given as numbers
from tests.forum.test_uploads import answered, send
from tests.made_files import photograph

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("client")]
BODY = "We did it like this, and it took two weeks in all."
CASE = {
    "title": "Reminders by text message for everybody", "summary": "Fewer people missed their appointment.",
    "problem": "One in nine did not come to their appointment.", "what_we_did": "We sent a message two days before.",
    "lessons": "Ask for the number at the first visit already.", "direction": "worked", "sponsored": "no",
    "vendor_tie": "no", "metrics": [{"name": "No-shows", "result": "7.5", "unit": "%"}],
}  # fmt: skip


async def _masked_in(thread: Thread, member: Member) -> tuple[Viewer, int]:
    """Let a member write behind a mask in a thread; return who looks then, and the mask's row."""
    await answer(await make.viewer(member), thread.id, NewPost(body=BODY, written_as="mask"))
    viewer = await make.viewer(member)
    return viewer, viewer.id_in(thread.id)


async def _actors(*kinds: str) -> set[int | None]:
    return {row["actor_id"] for row in await rows("SELECT kind, actor_id FROM journal_entries") if row["kind"] in kinds}


async def test_who_wrote_openly_first_goes_on_so_with_what_is_theirs() -> None:
    author = await make.member()
    thread = await make_case(author=author)
    viewer, mask = await _masked_in(thread, author)
    assert mask != author.id
    await new_numbers(viewer, thread.id, numbers())
    revision = await PostRevision.filter(post__thread_id=thread.id).order_by("-number").first()
    assert revision is not None
    assert revision.editor_id == author.id  # type: ignore[attr-defined]
    assert await _actors("thread.updated") == {author.id}


async def test_an_editor_grades_as_an_editor() -> None:
    editor, thread = await make.editor(), await make_case()
    viewer, _ = await _masked_in(thread, editor)
    await grade_case(viewer, thread.id, Grading(grade="E4", why="Nobody has compared it."))
    assert (await CaseStudy.get(thread_id=thread.id)).evidence_by_id == editor.id  # type: ignore[attr-defined]
    assert await _actors("thread.graded") == {editor.id}


async def test_a_moderator_behind_a_mask_moderates_under_their_name() -> None:
    moderator = await make.moderator()
    thread = await asked(moderator)
    other = await make.post(thread)
    viewer = await make.viewer(moderator)
    assert viewer.id_in(thread.id) != moderator.id
    await edit(viewer, thread.id, other.number, EditedPost(body=BODY + " Shortened.", revision=1))
    await delete(viewer, thread.id, other.number)
    assert (await Post.get(id=other.id)).deleted_by_id == moderator.id  # type: ignore[attr-defined]
    await restore(viewer, thread.id, other.number)
    assert await _actors("post.edited", "post.deleted", "post.restored") == {moderator.id}
    revision = await PostRevision.filter(post_id=other.id).order_by("-number").first()
    assert revision is not None
    assert revision.editor_id == moderator.id  # type: ignore[attr-defined]


async def test_a_masked_asker_changes_the_answer_so_far_as_the_mask() -> None:
    asker, editor = await make.member(), await make.editor()
    thread = await asked(asker)
    made = await summarise(await make.viewer(editor), thread.id, Summary(body=BODY))
    viewer = await make.viewer(asker)
    await edit(viewer, thread.id, made.number, EditedPost(body=BODY + " More.", revision=1))
    await delete(viewer, thread.id, made.number)
    assert await _actors("post.edited", "post.deleted") == {viewer.id_in(thread.id)}


async def test_a_vote_is_taken_back_by_who_gave_it() -> None:
    member, thread = await make.member(), await make.thread()
    post = await make.post(thread)
    await vote(await make.viewer(member), thread.id, post.number)
    viewer, _ = await _masked_in(thread, member)
    assert await unvote(viewer, thread.id, post.number) == 0
    assert await _actors("post.voted", "post.unvoted") == {member.id}


async def _network(hospital: str = "Zebra Hospital") -> tuple[Member, list[Member]]:
    """Make five people of one function in two hospitals of a size and country; return one, and the others."""
    asker, _ = await network()
    return asker, await Member.exclude(id=asker.id)


async def _leaves(member: Member) -> None:
    await Member.filter(id=member.id).update(state="gone")
    await recheck_masks()


async def test_a_case_behind_a_mask_tells_less_as_soon_as_the_mask_does() -> None:
    author, others = await _network()
    viewer = await make.viewer(author)
    started = await share_case(viewer, Case.read(CASE | {"written_as": "mask"}))
    assert (await CaseStudy.get(thread_id=started.id)).setting == {
        "type": "hospital", "beds_band": "200-499", "country": "NL",
    }  # fmt: skip
    assert (await CaseStudy.get(thread_id=started.id)).contact == "none"  # nobody can write to a mask
    before = (await Thread.get(id=started.id)).version
    await _leaves(others[0])
    assert (await CaseStudy.get(thread_id=started.id)).setting == {}
    thread = await Thread.get(id=started.id)
    assert (thread.version > before, thread.region_id) == (True, None)  # type: ignore[attr-defined]


async def test_so_does_the_setting_that_the_form_of_a_question_proposed() -> None:
    author, others = await _network()
    viewer = await make.viewer(author)
    proposed, typed = await asked(author, setting=await own_setting(viewer)), await asked(author, setting="A tiny ward")
    assert (await QuestionDetails.get(thread_id=proposed.id)).setting == "Hospital, 200–499 beds, NL"
    await _leaves(others[0])
    assert (await QuestionDetails.get(thread_id=proposed.id)).setting == ""
    assert (await QuestionDetails.get(thread_id=typed.id)).setting == "A tiny ward"


async def test_case_studies_behind_masks_are_found_by_what_their_pages_show() -> None:
    author, _ = await _network()
    started = await share_case(await make.viewer(author), Case.read(CASE | {"written_as": "mask"}))
    for given, there in (
        ({"country": "nl"}, 1), ({"country": "BE"}, 0), ({"size": "200-499"}, 1), ({"size": "1-99"}, 0),
    ):  # fmt: skip
        found = await listing(VISITOR, Wanted(kind="case_study", **given))
        assert (found.page.total, len(found.threads)) == (there, there), given
    offered = await filters(VISITOR, Wanted(kind="case_study"))
    assert (offered.countries, offered.sizes) == (("NL",), ("200-499",))
    (document,) = [one async for one in SOURCES[0].load([started.id])]
    assert (document.country, document.organisation) == ("NL", "")


async def test_counts_with_an_answer_so_far_are_no_trouble() -> None:
    asker = await make.member()
    thread = await make.thread(author=asker)
    await make.post(thread)
    await summarise(await make.viewer(asker), thread.id, Summary(body=BODY))
    assert (await _counters(settings.get())).ok


async def test_an_answer_so_far_comes_along_when_its_thread_is_merged_and_goes_back() -> None:
    asker = await make.member()
    old, there = await make.thread(author=asker), await make.thread("How do others answer them?")
    await make.post(old)
    made = await summarise(await make.viewer(asker), old.id, Summary(body=BODY, upto=2))
    moderator = await make.viewer(await make.moderator())
    merged = await merge(moderator, old.id, Joining(into=f"/t/{there.id}"))
    post = await Post.get(id=made.id)
    assert (post.thread_id, post.kind, post.position) == (there.id, "answer", 3)  # type: ignore[attr-defined]
    page = await thread_page(VISITOR, there.id)
    assert (page.summary, len(page.others), page.head.answers) == (None, 3, 3)
    assert (await _counters(settings.get())).ok
    await undo(moderator, there.id, merged.change)
    post = await Post.get(id=made.id)
    assert (post.thread_id, post.kind, post.position, post.number) == (old.id, "summary", -1, 3)  # type: ignore[attr-defined]
    page = await thread_page(VISITOR, old.id)
    assert page.summary is not None
    assert (page.head.summary, page.head.summary_upto, page.head.answers) == (3, 2, 1)


async def test_one_that_was_deleted_while_it_was_merged_is_not_in_the_way() -> None:
    asker = await make.member()
    old, there = await make.thread(author=asker), await make.thread("How do others answer them?")
    made = await summarise(await make.viewer(asker), old.id, Summary(body=BODY))
    moderator = await make.viewer(await make.moderator())
    merged = await merge(moderator, old.id, Joining(into=f"/t/{there.id}"))
    await delete(moderator, there.id, (await Post.get(id=made.id)).number)
    await undo(moderator, there.id, merged.change)
    again = await summarise(await make.viewer(asker), old.id, Summary(body=BODY + " Again."))
    assert (await Thread.get(id=old.id)).summary_post_id == again.id  # type: ignore[attr-defined]


async def test_nothing_is_summed_up_in_a_thread_that_was_merged_at_that_moment() -> None:
    old = await make.thread()
    await Thread.filter(id=old.id).update(state="merged")
    row = NewRow(thread_id=old.id, author_id=(await make.member()).id, body=BODY, html="", at=now())
    with pytest.raises(Missing):
        async with transaction():
            await place_summary(row, None)


async def test_who_mutes_a_thread_behind_a_mask_hears_nothing_as_themselves_either() -> None:
    member, thread = await make.member(), await make.thread()
    await watch(await make.viewer(member), "thread", thread.id, WatchLevel(level="watching"))
    viewer, _ = await _masked_in(thread, member)
    for level, told in (("muted", 0), ("normal", 0), ("watching", 1)):
        await watch(viewer, "thread", thread.id, WatchLevel(level=level))
        await Notice.all().delete()
        await answer(await make.viewer(await make.member()), thread.id, NewPost(body=BODY))
        await deliver_all()
        assert await Notice.filter(member_id=member.id).count() == told, level
        page = await thread_page(viewer, thread.id)
        assert page.head.level == level


async def test_what_one_writes_behind_a_mask_is_not_new_to_oneself() -> None:
    member, thread = await make.member(), await make.thread()
    viewer, _ = await _masked_in(thread, member)
    first = await make.post(thread)
    await mark_read(viewer, thread.id, 1)
    comment = await make.post(thread, parent=first)
    await mark_comments_read(viewer, thread.id, first.position, comment.number)
    # 2 is theirs, 3 stands on the page with the comment.
    assert (await ReadMark.get(member_id=member.id)).number == comment.number


async def test_notices_of_a_merged_thread_are_switched_off_where_it_went() -> None:
    member, old, there = await make.member(), await make.thread(), await make.thread("How do others answer them?")
    viewer = await make.viewer(member)
    await watch(viewer, "thread", old.id, WatchLevel(level="following"))
    await answer(await make.viewer(await make.member()), old.id, NewPost(body=BODY))
    await deliver_all()
    await merge(await make.viewer(await make.moderator()), old.id, Joining(into=f"/t/{there.id}"))
    await deliver_all()
    notice = await Notice.get(member_id=member.id)
    await switch_off(viewer, SwitchOff(notice=notice.id))
    assert (await Watch.get(member_id=member.id, target_id=there.id)).level == "normal"


async def test_notices_lead_to_their_posts_after_a_thread_was_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    member, thread = await make.member(), await make.thread(kind="discussion")
    await watch(await make.viewer(member), "thread", thread.id, WatchLevel(level="watching"))
    first = await make.post(thread)
    for _ in range(settings.get().page_size):
        await make.post(thread, parent=first)
    await answer(await make.viewer(await make.member()), thread.id, NewPost(body=BODY))
    await deliver_all()
    notice = await Notice.get(member_id=member.id)
    assert "page=2" in notice.url
    moderator = await make.viewer(await make.moderator())
    change = await convert(moderator, thread.id, Converting(kind="question"))
    await deliver_all()
    assert "page=2" not in (await Notice.get(member_id=member.id)).url
    await undo(moderator, thread.id, change)
    await deliver_all()
    assert (await Notice.get(member_id=member.id)).url == notice.url


async def test_visitors_see_the_evidence_change_with_another_case(client: httpx2.AsyncClient) -> None:
    one, other = await make_case(practice=4_711), await make_case(practice=4_711, title="Text messages, again")
    url = f"/t/{one.id}-{one.slug}"
    assert ">Moderate<" in (await client.get(url)).text
    moderator = await make.viewer(await make.moderator())
    await delete(moderator, other.id, 1)
    assert ">Moderate<" not in (await client.get(url)).text
    await restore(moderator, other.id, 1)
    assert ">Moderate<" in (await client.get(url)).text
    rows_ = [{"name": "No-shows", "result": "7.5", "unit": "%"}]
    viewer = await make.viewer(await Member.get(id=other.author_id))  # type: ignore[attr-defined]
    await new_numbers(viewer, other.id, numbers(metrics=rows_))
    assert ">Moderate<" not in (await client.get(url)).text


async def test_a_text_drawn_anew_keeps_the_names_in_it(client: httpx2.AsyncClient) -> None:
    await make.organisation("St Mary")
    await make.thread(tags=[await make.tag("youtube")])
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    made = await send(client, photograph((90, 60)), alt="A chart", gate="none")
    post = await answered(client, thread, made, words="This is how @st-mary does it, see #youtube.")
    assert post.html.count("/organisations/st-mary") == post.html.count("/topics/youtube") == 1
    await redraw_posts_with(made["id"])
    assert (await Post.get(id=post.id)).html == post.html


async def test_who_asked_behind_a_mask_can_stop_following_what_their_question_repeats() -> None:
    asker, there = await make.member(), await make.thread("How do others answer them?")
    thread = await asked(asker)
    await close(await make.viewer(asker), thread.id, Closing(reason="duplicate", link=f"/t/{there.id}"))
    viewer = await make.viewer(asker)
    assert (await thread_page(viewer, there.id)).head.level == "watching"
    await watch(viewer, "thread", there.id, WatchLevel(level="normal"))
    await answer(await make.viewer(await make.member()), there.id, NewPost(body=BODY))
    await deliver_all()
    assert await Notice.filter(member_id=asker.id).count() == 0
    assert (await thread_page(viewer, there.id)).head.level == "normal"


async def test_a_picture_taken_out_at_once_is_kept_as_long_as_any(client: httpx2.AsyncClient) -> None:
    author, thread = await make.member(), await make.thread()
    await make.sign_in(client, author)
    made = await send(client, photograph((90, 60)), alt="A chart", gate="none")
    post = await answered(client, thread, made)
    await edit(await make.viewer(author), thread.id, post.number, EditedPost(body=BODY, revision=1))
    assert (await Post.get(id=post.id)).edited_at is None
    await Upload.all().update(created_at=now() - UNUSED * 2)
    assert await purge_uploads() == 0


async def test_who_decides_about_a_mask_finds_what_was_written(client: httpx2.AsyncClient) -> None:
    thread, moderator = await asked(await make.member()), await make.moderator()
    why = UnmaskRequest(reason="They threaten a colleague in it, and the police asks.")
    await ask_who(await make.viewer(moderator), thread.id, 1, why)
    await make.sign_in(client, moderator)
    found = await client.get((await Unmasking.get()).url)
    assert (found.status_code, thread.title in found.text) == (200, True)


async def test_who_has_edited_too_often_today_finds_the_forms_of_a_case_as_they_were_sent(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    author = await make.member()
    thread, other = await make_case(author=author), await make.post(await make.thread())
    await make.sign_in(client, author)
    usual = {"edits_a_day": 0, "doubts_a_day": 0}
    monkeypatch.setattr("forum.actions.pace.limit_of", lambda name: usual.get(name, 10**6))
    metric = {"m1-name": "Zqcalls", "m1-result": "3"}
    case = {name: value for name, value in CASE.items() if name != "metrics"} | {"lessons": "Zqlesson of ours, typed."}
    for url, given, typed in (
        (f"/t/{thread.id}/case", case | {"revision": "1"}, "Zqlesson"),
        (f"/t/{thread.id}/numbers", metric | {"direction": "worked", "revision": "1", "reason": "Zqagain"}, "Zqagain"),
        (f"/t/{other.thread_id}/posts/2/doubt", {"reason": "other", "note": "Zqnote"}, "Zqnote"),  # type: ignore[attr-defined]
    ):
        answer_ = await client.post(url, data=given)
        assert answer_.status_code == 429, url
        assert typed in answer_.text
        assert "within a day, which is the most" in answer_.text
