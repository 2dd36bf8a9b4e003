"""Put something into inboxes."""

from collections.abc import Iterable

from base.clock import now
from members.models import Member, Notice
from members.queries.masks import people_behind


async def notify(
    member_ids: Iterable[int],
    *,
    key: str,
    kind: str,
    group: str,
    subject: str,
    text: str,
    url: str,
    reason: str,
    actor_id: int | None,
) -> int:
    """Tell members something once per `key`, however often this is called; return how many could be told.

    `subject` is the title of what it is about (a thread's title), the same for a whole `group` such as "thread:17";
    `kind` says what happened (templates/mail/notice_words.txt has the words for each). `text` is a plain excerpt, `url`
    a path of this site, `reason` a whole sentence such as "You asked this question.". Who did it is not told. Of masks
    those behind them are told.
    """
    wanted = await _people(member_ids, actor_id)
    if not wanted:
        return 0
    at = now()
    told = await Member.filter(id__in=wanted, state="active").only("id", "email", "mail_notices")
    about = {"key": key[:120], "kind": kind[:40], "group": group[:60], "subject": subject[:300]}
    about |= {"text": text[:2000], "url": url[:300], "reason": reason[:120]}
    await Notice.bulk_create(
        [
            Notice(
                **about,
                member_id=member.id,
                actor_id=actor_id,
                created_at=at,
                mail_state="waiting" if member.email and member.mail_notices else "none",
            )
            for member in told
        ],
        ignore_conflicts=True,
    )
    return len(told)


async def _people(member_ids: Iterable[int], actor_id: int | None) -> set[int]:
    """Return whom to tell, those behind masks in their place, and never who did it."""
    wanted = set(member_ids)
    behind = await people_behind([*wanted, actor_id or 0])
    return {behind.get(one, one) for one in wanted} - {behind.get(actor_id or 0, actor_id or 0)}


async def withdraw(*, key: str = "", group: str = "") -> int:
    """Take back what was told under a key, or of a whole group, for its cause is gone; return how many notices."""
    found = Notice.filter(key=key) if key else Notice.filter(group=group)
    return await found.delete()
