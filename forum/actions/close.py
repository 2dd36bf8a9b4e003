"""Close a thread with a kind reason, and open it again."""

import re
from typing import Annotated, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from base.condition import Condition
from base.db import execute, rows, transaction
from base.errors import Conflict, Invalid
from base.inputs import Input, Line
from base.journal import record
from forum.actions.settle import lock_thread, settle, touches
from forum.addresses import thread_named
from forum.queries.elsewhere import elsewhere
from forum.queries.facts import thread_facts
from forum.rules import actor_in, check_may_close, visible_threads
from members.viewer import Viewer

REASONS: Final = {
    "duplicate": "It was asked before.",
    "needs_details": "It needs a little more detail before others can help. Its author can add that and open it again.",
    "off_topic": "It is not about how organisations use communication platforms, so others here can hardly help.",
    "answered_elsewhere": "Others have answered this already, and you can use what they found:",
}
# Without its words: who may not see the place is not told what it is called.
_PLACE: Final = re.compile(r"(?:https?://[^/\s]+)?(/(?:t|kb)/\d{1,18})(?:-[a-z0-9-]{0,80})?(?:[/#?].*)?")


_LONGEST_CHAIN: Final = 20
# A thread that others repeat may be closed as a duplicate itself: the thread, what it repeats, what that repeats.
_CHAIN: Final = """
WITH RECURSIVE chain (id, repeats, step) AS (
  SELECT t.id, t.duplicate_of_id, 1 FROM threads t WHERE t.id = ? AND {seen}
  UNION ALL SELECT t.id, t.duplicate_of_id, c.step + 1 FROM chain c JOIN threads t ON t.id = c.repeats
    WHERE c.step < ? AND {seen})
SELECT id FROM chain ORDER BY step"""


class Closing(Input):
    """Why a thread is closed; `link` leads to the same question, or to where it is answered."""

    reason: Annotated[Literal["duplicate", "needs_details", "off_topic", "answered_elsewhere"], Field(title="Reason")]
    link: Annotated[Line, Field(max_length=300, title="Link", validate_default=True)] = ""
    note: Annotated[Line, Field(max_length=120, title="Note")] = ""

    @field_validator("link")
    @classmethod
    def _leads_somewhere(cls, link: str, info: ValidationInfo) -> str:
        reason = info.data.get("reason")
        if reason == "duplicate" and thread_named(link) is None:
            raise ValueError("Please give the address of the thread in which it was asked before.")
        if reason == "answered_elsewhere" and not _PLACE.fullmatch(link):
            raise ValueError("Please give the address of the thread or practice that answers it.")
        return link


async def close(viewer: Viewer, thread_id: int, given: Closing) -> None:
    """Close a thread; who follows a duplicate follows the thread it repeats from now on."""
    facts = await thread_facts(thread_id)
    check_may_close(viewer, facts)
    same = await _same(viewer, thread_id, given) if given.reason == "duplicate" else None
    if given.reason == "answered_elsewhere":
        await _check_is_there(viewer, thread_id, given)
    async with transaction():
        changed = await execute(
            "UPDATE threads SET resolution = ?, closed_reason = ?, duplicate_of_id = ?, version = version + 1 "
            "WHERE id = ? AND resolution NOT IN ('closed', 'duplicate')",
            "duplicate" if same else "closed", _sentence(given), same, thread_id,
        )  # fmt: skip
        if not changed:
            raise Conflict("It is closed already.")
        if same:
            await _follow(thread_id, same)
        await record(
            "thread.closed",
            actor_id=actor_in(viewer, facts),
            subject_id=thread_id,
            data={
                "reason": given.reason,
                "same": same,
                "author_id": facts.author_id,
                "touches": await touches(thread_id, posts=True),
            },
        )


async def reopen(viewer: Viewer, thread_id: int) -> None:
    """Open a closed thread again, as answered or solved as it is by now."""
    facts = await thread_facts(thread_id)
    check_may_close(viewer, facts)
    async with transaction():
        if (await lock_thread(thread_id))["resolution"] not in ("closed", "duplicate"):
            raise Conflict("It is open already.")
        await execute("UPDATE threads SET closed_reason = '', duplicate_of_id = NULL WHERE id = ?", thread_id)
        await settle(thread_id, reopen=True)
        data = {"touches": await touches(thread_id, posts=True)}
        await record("thread.reopened", actor_id=actor_in(viewer, facts), subject_id=thread_id, data=data)


async def _check_is_there(viewer: Viewer, thread_id: int, given: Closing) -> None:
    """Raise Invalid unless the place that answers it is there, and another one."""
    place = _PLACE.fullmatch(given.link)
    path = place[1] if place else ""
    if path == f"/t/{thread_id}":
        raise Invalid({"link": "This is the same thread."}, given.model_dump())
    if not await elsewhere(viewer, path):
        raise Invalid({"link": "There is nothing at that address, or you may not see it."}, given.model_dump())


async def _same(viewer: Viewer, thread_id: int, given: Closing) -> int:
    """Return the thread that is repeated; of a chain of duplicates, the first that the viewer may see."""
    seen = visible_threads(viewer) & Condition("t.state = 'published'")
    chain = [row["id"] for row in await rows(
        _CHAIN.format(seen=seen.sql), thread_named(given.link), *seen.values, _LONGEST_CHAIN, *seen.values
    )]  # fmt: skip
    if not chain:
        raise Invalid({"link": "There is no such thread, or you may not see it."}, given.model_dump())
    if thread_id in chain:
        raise Invalid({"link": "This is the same thread, or a duplicate of it."}, given.model_dump())
    return int(chain[-1])


async def _follow(thread_id: int, same: int) -> None:
    """Let followers of a duplicate follow the other, as far as everybody who saw the one may see the other."""
    await execute(
        "INSERT INTO watches (member_id, target, target_id, level, at) "
        "SELECT w.member_id, 'thread', ?, w.level, w.at FROM watches w JOIN threads d ON d.id = w.target_id "
        "JOIN threads t ON t.id = ? WHERE w.target = 'thread' AND w.target_id = ? "
        "AND w.level IN ('watching', 'following') AND t.audience IN ('public', d.audience) "
        "ON CONFLICT (member_id, target, target_id) DO NOTHING",
        same, same, thread_id,
    )  # fmt: skip


def _sentence(given: Closing) -> str:
    sentence = f"{REASONS[given.reason]} {given.note}".strip()
    place = _PLACE.fullmatch(given.link) if given.reason == "answered_elsewhere" else None
    return f"{sentence}\n{place[1]}" if place else sentence
