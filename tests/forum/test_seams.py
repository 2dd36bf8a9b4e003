"""Where masks, summaries, moves, case studies and watches meet: what one of them promises holds in the others."""

import pytest

from base.db import rows
from forum.actions.answer import NewPost, answer
from forum.actions.delete import delete, restore
from forum.actions.edit import EditedPost, edit
from forum.actions.grade_case import Grading, grade_case
from forum.actions.new_numbers import new_numbers
from forum.actions.summarise import Summary, summarise
from forum.actions.vote import unvote, vote
from forum.models import CaseStudy, Post, PostRevision, Thread
from members.models import Member
from members.viewer import Viewer
from tests import builders as make
from tests.forum.cases import make_case
from tests.forum.test_masks import asked
from tests.forum.test_new_numbers import given as numbers

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("client")]
BODY = "We did it like this, and it took two weeks in all."


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
