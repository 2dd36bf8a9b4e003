"""Ask members to help with a question: who looks after it chooses some of those who might."""

from typing import Annotated, Final

from pydantic import Field

from base import journal
from base.clock import now
from base.db import execute, transaction
from base.errors import Conflict, Invalid
from base.inputs import Input, Words
from base.limits import count_against
from forum.actions.settle import lock_thread
from forum.models import QuestionAsk
from forum.queries.moving import whole
from forum.queries.suggested import MOST_AT_ONCE, MOST_FOR_ONE, helpers
from forum.rules import check_may_ask_people
from members.viewer import Viewer

A_DAY: Final = "60/day"


class People(Input):
    """Whom to ask, by their names in addresses."""

    people: Annotated[Words, Field(default_factory=list, max_length=100, title="People")]


async def suggest_people(viewer: Viewer, thread_id: int, given: People) -> int:
    """Ask these members to help with the question, each once; return how many were asked."""
    thread = await whole(thread_id)
    check_may_ask_people(viewer, thread.facts)
    wanted = dict.fromkeys(given.people)
    _check_number(wanted, given)
    known = {one.handle: one.id for one in await helpers(viewer, thread)}
    if any(handle not in known for handle in wanted):
        sentence = "Somebody you chose cannot be asked, or was asked meanwhile. Please look again."
        raise Invalid({"people": sentence}, given.model_dump())
    await count_against("people-asked", A_DAY, str(viewer.member_id))
    ids = [known[handle] for handle in wanted]
    async with transaction():
        locked = await lock_thread(thread_id)
        if locked["state"] != "published" or locked["resolution"] in ("closed", "duplicate", "solved"):
            raise Conflict("This question needs no more answers.")
        await _check_room(thread_id, ids)
        at = now()
        await QuestionAsk.bulk_create(
            [QuestionAsk(thread_id=thread_id, member_id=id_, asked_by_id=viewer.id, at=at) for id_ in ids]
        )
        more = "UPDATE question_details SET people_asked = people_asked + ? WHERE thread_id = ?"
        await execute(more, len(ids), thread_id)
        data = {"member_ids": ids}
        await journal.record("thread.helpers_asked", actor_id=viewer.id, subject_id=thread_id, data=data)
    return len(ids)


def _check_number(wanted: dict[str, None], given: People) -> None:
    if not wanted:
        raise Invalid({"people": "Please choose somebody."}, given.model_dump())
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid({"people": f"Please choose at most {MOST_AT_ONCE} at once."}, given.model_dump())


async def _check_room(thread_id: int, ids: list[int]) -> None:
    """Raise Conflict where somebody else asked meanwhile: the same people, or as many as may be asked."""
    asked = {one.member_id for one in await QuestionAsk.filter(thread_id=thread_id)}  # type: ignore[attr-defined]
    if asked & set(ids):
        raise Conflict("Somebody has just asked one of them. Please look again.")
    if len(asked) + len(ids) > MOST_FOR_ONE:
        raise Conflict(f"At most {MOST_FOR_ONE} people are asked to help with one question.")
