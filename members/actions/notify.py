"""Put something into inboxes."""

from collections.abc import Iterable
from typing import Any, Final

from base.clock import now
from base.db import marks, rows
from members.inbox_bell import ring_for
from members.models import Notice
from members.queries.masks import people_behind

_BATCH: Final = 500


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
    because: str,
    actor_id: int | None,
    because_id: int | None = None,
) -> int:
    """Tell members something once per `key`, however often this is called; return how many could be told.

    `subject` is the title of what it is about (a thread's title), the same for a whole `group` such as "thread:17";
    `kind` says what happened (templates/mail/notice_words.txt has the words for each). `text` is a plain excerpt, `url`
    a path of this site, `reason` a whole sentence such as "You asked this question."; `because` is one of
    members/reasons.py, with `because_id` the thing that is followed. Who did it is not told, nor who switched the
    reason off. Of masks those behind them are told.
    """
    wanted = sorted(await _people(member_ids, actor_id))
    if not wanted:
        return 0
    at = now()
    about: dict[str, Any] = {"key": key[:120], "kind": kind[:40], "group": group[:60], "subject": subject[:300]}
    about |= {"text": text[:2000], "url": url[:300], "reason": reason[:120], "actor_id": actor_id, "created_at": at}
    about |= {"because": because, "because_id": because_id}
    told = [row for start in range(0, len(wanted), _BATCH) for row in await _here(wanted[start:][:_BATCH], because)]
    made = [Notice(**about, member_id=row["id"], mail_state=row["mail_state"]) for row in told]
    await Notice.bulk_create(made, ignore_conflicts=True)
    await ring_for(one.member_id for one in made)  # type: ignore[attr-defined]
    return len(told)


async def _people(member_ids: Iterable[int], actor_id: int | None) -> set[int]:
    """Return whom to tell, those behind masks in their place, and never who did it."""
    wanted = set(member_ids)
    behind = await people_behind([*wanted, actor_id or 0])
    return {behind.get(one, one) for one in wanted} - {behind.get(actor_id or 0, actor_id or 0)}


async def _here(member_ids: list[int], because: str) -> list[dict[str, Any]]:
    return await rows(
        "SELECT m.id, CASE WHEN m.mail_notices AND COALESCE(m.email, '') <> '' THEN 'waiting' ELSE 'none' END "  # noqa: S608
        f"AS mail_state FROM members m WHERE m.id IN ({marks(member_ids)}) "
        "AND m.state = 'active' AND NOT EXISTS "
        "(SELECT 1 FROM notice_switches s WHERE s.member_id = m.id AND s.because = ?) ORDER BY m.id",
        *member_ids, because,
    )  # fmt: skip


async def withdraw(*, key: str = "", group: str = "") -> int:
    """Take back what was told under a key, or of a whole group, for its cause is gone; return how many notices."""
    column, value = ("key", key) if key else ('"group"', group)
    gone = await rows(f"DELETE FROM notices WHERE {column} = ? RETURNING member_id", value)  # noqa: S608
    await ring_for(row["member_id"] for row in gone)
    return len(gone)
