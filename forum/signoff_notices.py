"""Tell the administrators of an organisation of each case study in its name, where it is their policy to be told."""

from collections.abc import Sequence
from typing import Final

from base.db import rows
from base.journal.models import Entry
from base.text.excerpt import excerpt
from forum.queries.interested import news_of_thread
from forum.rules import may_see_thread
from members.actions.notify import notify
from members.queries.org_admins import administrators_of
from members.queries.viewer import viewers_of_members

KINDS: Final = ("thread.shared",)


async def tell_who_signs_off(entries: Sequence[Entry]) -> None:
    """Tell them, as far as they may read it; a subscriber, so it reads everything again and may be repeated."""
    for entry in entries:
        found = await rows(
            "SELECT o.id, o.name FROM threads t JOIN organisations o ON o.id = t.organisation_id "
            "WHERE t.id = ? AND t.kind = 'case_study' AND o.signoff IN ('notify', 'approve')",
            entry.subject_id,
        )
        news = await news_of_thread(entry.subject_id) if found else None
        if news is None or not news.published:
            continue
        people = await viewers_of_members(sorted(await administrators_of(found[0]["id"])))
        await notify(
            [one.member_id for one in people if may_see_thread(one, news.thread)],
            key=f"signoff:{entry.subject_id}",
            kind="thread",
            group=f"thread:{entry.subject_id}",
            subject=news.title,
            text=news.text,
            url=news.url,
            reason=f"It is in the name of {excerpt(found[0]['name'], 60)}, whose policy is to tell you.",
            because="deciding",
            actor_id=entry.actor_id,
        )
