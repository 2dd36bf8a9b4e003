"""Who is told that something on the desk was given to them."""

from collections.abc import Sequence

from base.db import rows
from base.journal.models import Entry
from forum.queries.facts import thread_facts
from kb.addresses import article_url
from kb.notices.telling import tell_those
from kb.queries.assignable import holding
from kb.queries.deputies import standing_in
from kb.queries.facts import find_for_nobody
from kb.rules import may_be_given_thread
from members.actions.notify import notify
from members.queries.viewer import viewers_of_members


async def tell_of_assignments(entries: Sequence[Entry]) -> None:
    """Tell who was given something, unless it has gone to somebody else meanwhile; nobody of what they took on."""
    for entry in entries:
        subject, subject_id, member_id = (entry.data.get(name) for name in ("subject", "subject_id", "member_id"))
        held = await holding(str(subject), subject_id or 0)
        if held is None or held.member_id != member_id or member_id == entry.actor_id:
            continue
        people = await standing_in({held.member_id})
        giver = await rows("SELECT name FROM members WHERE id = ?", entry.actor_id)
        reason = f"{giver[0]['name'] if giver else 'Somebody'} gave you this."
        await (_of_thread if subject == "thread" else _of_article)(entry, subject_id or 0, people, reason)


async def _of_article(entry: Entry, article_id: int, people: set[int], reason: str) -> None:
    article = await find_for_nobody(article_id)
    if article is not None:
        await tell_those(
            entry, article, people, reason, kind="given", because="given", text="Please take care of this practice.",
            url=article_url(article.id, article.slug),
        )  # fmt: skip


async def _of_thread(entry: Entry, thread_id: int, people: set[int], reason: str) -> None:
    thread = await thread_facts(thread_id)
    found = await rows("SELECT title FROM threads WHERE id = ?", thread_id)
    viewers = await viewers_of_members(sorted(people - {entry.actor_id or 0}))
    await notify(
        [one.member_id for one in viewers if may_be_given_thread(one, thread)],
        key=f"{entry.id}:given:{thread_id}",
        kind="given",
        group=f"thread:{thread_id}",
        subject=found[0]["title"],
        text="Please see whether it should become a practice.",
        url=f"/kb/promote/{thread_id}",
        reason=reason,
        because="given",
        actor_id=entry.actor_id,
    )
