"""Take something on the desk on, or give it to somebody; let go of it. It ends by itself when the work is done."""

from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import Field

from base.clock import now
from base.db import execute, transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Input, Line
from base.journal import record
from forum.queries.facts import thread_facts
from kb.models import Assignment
from kb.queries.assignable import Holding, holding, is_nominated, still_waits
from kb.queries.facts import find
from kb.rules import (
    check_may_assign,
    check_may_draw_on,
    check_may_let_go,
    edits,
    may_be_given,
    may_be_given_thread,
    works_on,
)
from members.models import Member
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer

Subject = Literal["article", "thread"]

_LATE: Final = "Somebody else took this on or let go of it a moment ago. Please look again."
_INSERT: Final = """INSERT INTO assignments (subject, subject_id, member_id, by_id, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (subject, subject_id) DO NOTHING"""


class Given(Input):
    """Who takes care of it, by handle; empty for oneself. `before` is who had it when one looked, empty for nobody."""

    to: Annotated[Line, Field(max_length=41, title="Who takes care of it")] = ""
    before: Annotated[str | None, Field(title="Who had it")] = None


async def assign(viewer: Viewer, subject: Subject, subject_id: int, given: Given) -> str:
    """Give a nominated thread or an article to somebody, or take it on; return the name of who has it now."""
    check_may_assign(viewer)
    taker = await _taker(viewer, given)
    await _check(viewer, taker, subject, subject_id, given)
    held = await holding(subject, subject_id)
    if given.before is not None and given.before != (held.handle if held and held.active else ""):
        raise Conflict(_LATE)
    if held is None or held.member_id != taker.id:
        async with transaction():
            await _hand_over(held, viewer, taker, subject, subject_id)
            data = {"subject": subject, "subject_id": subject_id, "member_id": taker.id}
            made = await Assignment.get(subject=subject, subject_id=subject_id)
            await record("assignment.made", actor_id=viewer.id, subject_id=made.id, data=data)
    return taker.name


async def let_go(viewer: Viewer, subject: Subject, subject_id: int) -> None:
    """Let nobody have it: whoever has it may, and every editor."""
    held = await holding(subject, subject_id)
    if held is None or viewer.id != held.member_id:
        await _check_may_know(viewer, subject, subject_id)
    if held is None:
        raise Missing("Nobody has taken this on.")
    check_may_let_go(viewer, held.member_id)
    async with transaction():
        if not await Assignment.filter(id=held.id, member_id=held.member_id).delete():
            raise Conflict(_LATE)
        await _record_end(viewer.id, held.id, subject, subject_id, held.member_id)


async def end_assignments(subject: Subject, subject_ids: Iterable[int], *, actor_id: int | None) -> None:
    """Let go of what is done, inside the transaction of whoever did it."""
    found = await Assignment.filter(subject=subject, subject_id__in=list(subject_ids)).order_by("id")
    for one in found:
        if await Assignment.filter(id=one.id).delete():
            member_id: int = one.member_id  # type: ignore[attr-defined]
            await _record_end(actor_id, one.id, subject, one.subject_id, member_id)


async def end_when_clear(article_id: int, *, actor_id: int | None) -> None:
    """Let go of an article that stands on the desk no more, inside the transaction of whoever saw to it."""
    if not await still_waits(article_id):
        await end_assignments("article", [article_id], actor_id=actor_id)


async def _record_end(actor_id: int | None, id_: int, subject: str, subject_id: int, member_id: int) -> None:
    data = {"subject": subject, "subject_id": subject_id, "member_id": member_id}
    await record("assignment.ended", actor_id=actor_id, subject_id=id_, data=data)


async def _taker(viewer: Viewer, given: Given) -> Viewer:
    handle = given.to.removeprefix("@")
    if not handle or handle == viewer.handle:
        return viewer
    member = await Member.get_or_none(handle=handle, state="active")
    taker = await viewer_of_member(member.id) if member else None
    if taker is None:
        raise Invalid({"to": "There is nobody of this name."}, given.model_dump())
    return taker


async def _check(viewer: Viewer, taker: Viewer, subject: Subject, subject_id: int, given: Given) -> None:
    """Raise unless the viewer may hand this out, and the other may do the work."""
    if subject == "thread":
        thread = await thread_facts(subject_id)
        check_may_draw_on(viewer, thread)
        if not await is_nominated(subject_id):
            raise Missing("Nobody has suggested this thread, or somebody has dealt with it already.")
        able = may_be_given_thread(taker, thread)
    else:
        able = may_be_given(taker, (await find(viewer, subject_id)).article)
    if not able:
        raise Invalid({"to": f"{taker.name} may not work on this. Please choose somebody else."}, given.model_dump())


async def _check_may_know(viewer: Viewer, subject: Subject, subject_id: int) -> None:
    if subject == "article":
        if not works_on(viewer, (await find(viewer, subject_id)).article):
            raise Missing
    elif not edits(viewer):
        raise Missing
    else:
        check_may_draw_on(viewer, await thread_facts(subject_id))


async def _hand_over(held: Holding | None, viewer: Viewer, taker: Viewer, subject: Subject, subject_id: int) -> None:
    """Change who has it from whom it was read; nobody else may have been quicker."""
    at = now()
    if held is None:
        changed = await execute(_INSERT, subject, subject_id, taker.member_id, viewer.member_id, at)
    else:
        changed = await Assignment.filter(id=held.id, member_id=held.member_id).update(
            member_id=taker.member_id, by_id=viewer.member_id, at=at
        )
    if not changed:
        raise Conflict(_LATE)
