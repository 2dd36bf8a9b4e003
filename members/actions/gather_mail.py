"""Gather unread notices into letters: one per member and thing, once the window has passed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin

from tortoise.queryset import QuerySet

from base import settings
from base.clock import now
from base.db import rows, transaction
from base.log import logger
from base.mail import Letter, send
from members.letters import Told, bare_letter, notices_letter
from members.models import Member, Notice
from members.queries.mail_content import hold_policies_of, may_quote_to
from members.queries.vendors import signed, vendors_of
from members.rules import listed_to_be_told

MOST_LETTERS_A_DAY: Final = 100
_BATCH: Final = 100


async def gather_mail() -> int:
    """Queue the letters that are due; return how many. What was read meanwhile is never sent. A chore."""
    await _drop_what_is_settled()
    sent = 0
    for row in await _due():
        try:
            sent += await _write(row["member_id"], row["group_name"])
        except Exception:
            # The others go out; this one is tried again in the next round.
            logger("mail").exception("notices not written", member=row["member_id"], group=row["group_name"])
    return sent


async def _drop_what_is_settled() -> None:
    waiting = Notice.filter(mail_state="waiting")
    if await waiting.filter(read_at__not_isnull=True).exists():
        await waiting.filter(read_at__not_isnull=True).update(mail_state="none")


async def _due() -> Sequence[dict[str, object]]:
    until = now() - timedelta(minutes=settings.get().mail_window_minutes)
    return await rows(
        'SELECT n.member_id, n."group" AS group_name, MIN(n.id) AS first FROM notices n '
        "WHERE n.mail_state = 'waiting' AND n.read_at IS NULL "
        'GROUP BY n.member_id, n."group" HAVING MIN(n.created_at) <= ? ORDER BY MIN(n.id) LIMIT ?',
        until, _BATCH,
    )  # fmt: skip


async def _write(member_id: object, group: object) -> int:
    member = await Member.get(id=member_id)
    waiting = await _waiting(member, group).order_by("id").prefetch_related("actor")
    if not waiting:
        return 0
    reached = member.state == "active" and member.mail_notices and bool(member.email)
    wanted = reached and await _may_read(member) and await _may_send(member)
    quotes = await may_quote_to(member.id)
    letter = await _letter(member, waiting, quotes=quotes) if wanted else None
    ids = [notice.id for notice in waiting]
    async with transaction():
        await hold_policies_of(member.id)
        still = await _waiting(member, group).select_for_update().order_by("id").only("id")
        if [notice.id for notice in still] != ids or quotes != await may_quote_to(member.id):
            return 0  # read, or more came, while the letter was written: the next round writes another
        await Notice.filter(id__in=ids).update(mail_state="sent" if wanted else "none")
        if letter is not None:
            await send(letter)
    return int(wanted)


def _waiting(member: Member, group: object) -> QuerySet[Notice]:
    return Notice.filter(member_id=member.id, group=group, mail_state="waiting", read_at=None)


async def gather_again(organisation_id: int) -> int:
    """Take back letters to people of an organisation that are not sent yet, to be written anew by its policy now.

    Inside the caller's transaction; return how many.
    """
    held = await rows(
        'SELECT w.id, w.key FROM outgoing_mail w JOIN members m ON m.email = w."to" '
        "JOIN memberships s ON s.member_id = m.id AND s.organisation_id = ? AND s.state IN ('active', 'paused') "
        "WHERE w.state = 'waiting' AND w.key LIKE 'notices:%'",
        organisation_id,
    )
    taken = 0
    for row in held:
        _, ids, member_id = row["key"].split(":")
        first, last = (int(one) for one in ids.split("-"))
        if await rows("DELETE FROM outgoing_mail WHERE id = ? AND state = 'waiting' RETURNING id", row["id"]):
            told = Notice.filter(member_id=int(member_id), id__gte=first, id__lte=last, mail_state="sent")
            ends = await Notice.filter(id=first).values_list("group", flat=True)
            await told.filter(group__in=ends).update(mail_state="waiting")
            taken += 1
    return taken


async def _letter(member: Member, waiting: Sequence[Notice], *, quotes: bool) -> Letter:
    key = f"notices:{waiting[0].id}-{waiting[-1].id}:{member.id}"
    if not quotes:
        return bare_letter(member, len(waiting), key=key)
    vendors = await vendors_of(one.actor.id for one in waiting if one.actor)
    told = [_told(one, vendors) for one in waiting]
    return notices_letter(member, waiting[-1].subject, told, key=key, about=waiting[0].group)


async def _may_read(member: Member) -> bool:
    """Say whether the member may still know of it: the site may have become private meanwhile."""
    told = listed_to_be_told(settings.get().private, now())
    return bool(await rows(f"SELECT m.id FROM members m WHERE m.id = ? AND {told.sql}", member.id, *told.values))  # noqa: S608


async def _may_send(member: Member) -> bool:
    day = now() - timedelta(days=1)
    found = await rows(
        'SELECT COUNT(*) AS n FROM outgoing_mail WHERE "to" = ? AND key LIKE ? AND created_at > ?',
        member.email, "notices:%", day,
    )  # fmt: skip
    return int(found[0]["n"]) < MOST_LETTERS_A_DAY


def _told(notice: Notice, vendors: Mapping[int, str]) -> Told:
    address = settings.get().address
    url = urljoin(f"{address}/", notice.url.lstrip("/"))
    actor = signed(notice.actor.name, vendors.get(notice.actor.id)) if notice.actor else ""
    return Told(notice.kind, actor, notice.text, url if url.startswith(f"{address}/") else address, notice.reason)
