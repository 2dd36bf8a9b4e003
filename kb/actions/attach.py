"""Attach a thread to a draft as a source; detach it; say how the draft deals with a case that contradicts it."""

from typing import Annotated

from pydantic import Field

from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, Line, RowId
from base.journal import record
from forum.queries.facts import thread_facts
from forum.queries.passages import outdated_since
from kb.actions.assign import end_assignments
from kb.actions.draft import draft_of, lock, touch
from kb.models import Nomination, SourceLink
from kb.rules import check_may_draw_on
from members.viewer import Viewer


class Attached(Input):
    """A thread that is to be a source."""

    thread: RowId = Field(title="Thread")


class Answered(Input):
    """How a draft deals with a case that contradicts it; empty takes that back."""

    addressed: Annotated[Line, Field(max_length=300, title="How the practice deals with it")] = ""


async def draw_on(viewer: Viewer, article_id: int, revision: int, thread_id: int, section: str = "") -> None:
    """Make a whole thread a source of a revision, as it stands: its author may have said that it is no longer true."""
    since = await outdated_since(thread_id)
    await SourceLink.create(
        article_id=article_id,
        revision=revision,
        section=section,
        thread_id=thread_id,
        state="outdated" if since else "ok",
        changed_at=since,
        added_by_id=viewer.id,
        created_at=now(),
    )


async def attach(viewer: Viewer, article_id: int, given: Attached) -> None:
    """Make a thread a source of the draft; twice is once."""
    found = await draft_of(viewer, article_id)
    thread = await thread_facts(given.thread)
    check_may_draw_on(viewer, thread)
    async with transaction():
        revision = await lock(found)
        links = SourceLink.filter(article_id=article_id, revision=revision.number, thread_id=thread.id)
        if await links.exists():
            return
        await draw_on(viewer, article_id, revision.number, thread.id)
        await Nomination.filter(thread_id=thread.id, state="open").update(state="taken")
        await end_assignments("thread", [thread.id], actor_id=viewer.id)
        await touch(revision, viewer)
        await record("article.sourced", actor_id=viewer.id, subject_id=article_id, data={"thread_id": thread.id})


async def detach(viewer: Viewer, article_id: int, thread_id: int) -> None:
    """Take a thread and its passages off the draft's sources; the words stay."""
    found = await draft_of(viewer, article_id)
    async with transaction():
        revision = await lock(found)
        links = SourceLink.filter(article_id=article_id, revision=revision.number, thread_id=thread_id)
        if not await links.delete():
            raise Missing("This thread is not among the sources.")
        await touch(revision, viewer)
        await record("article.unsourced", actor_id=viewer.id, subject_id=article_id, data={"thread_id": thread_id})


async def drop_passage(viewer: Viewer, article_id: int, link_id: int) -> None:
    """Take one passage off the draft's sources; its thread stays a source, and the words stay."""
    found = await draft_of(viewer, article_id)
    async with transaction():
        revision = await lock(found)
        links = SourceLink.filter(article_id=article_id, revision=revision.number)
        link = await links.get_or_none(id=link_id, post_number__gt=0)
        if link is None:
            raise Missing("This passage is not among the sources.")
        thread_id = link.thread_id  # type: ignore[attr-defined]
        if await links.filter(thread_id=thread_id).count() == 1:
            await draw_on(viewer, article_id, revision.number, thread_id)
        await SourceLink.filter(id=link_id).delete()
        await touch(revision, viewer)
        await record("article.unsourced", actor_id=viewer.id, subject_id=article_id, data={"link_id": link_id})


async def address(viewer: Viewer, article_id: int, thread_id: int, given: Answered) -> None:
    """Say how the draft deals with a case that contradicts it, so that it no longer lowers the evidence."""
    found = await draft_of(viewer, article_id)
    async with transaction():
        revision = await lock(found)
        links = SourceLink.filter(article_id=article_id, revision=revision.number, thread_id=thread_id)
        if not await links.update(addressed=given.addressed):
            raise Missing("This thread is not among the sources.")
        await touch(revision, viewer)
        await record("article.edited", actor_id=viewer.id, subject_id=article_id, data={"addressed": thread_id})
