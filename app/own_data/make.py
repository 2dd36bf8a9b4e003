"""Make the copies that members asked for, as the journal tells; resumed by anew after a restart, ended when wanted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from app.own_data.write import count, write_copy
from base import settings
from base.clock import now
from base.db import alone, transaction
from base.journal import NotNow, record
from base.journal.models import Entry
from base.log import logger
from members.copies import new_name, path_of_copy, throw_away_copies
from members.models import DataExport, Member
from members.queries.viewer import viewer_of_member

NAME: Final = "own_data"
KINDS: Final = ("data.asked",)


class _Dropped(Exception):
    """The member does not want it any more, or is gone."""


async def make_copies(entries: Sequence[Entry]) -> None:
    """Make what was asked for; called again after a crash, it begins anew."""
    for entry in entries:
        wanted = await DataExport.get_or_none(id=entry.subject_id)
        if wanted is not None and wanted.state in ("asked", "making", "failed"):
            async with alone(f"own-data-{wanted.id}") as mine:  # another process may be at it
                if not mine:
                    raise NotNow
                await _make(wanted)


async def _make(wanted: DataExport) -> None:
    member_id: int = wanted.member_id  # type: ignore[attr-defined]
    viewer, member = await viewer_of_member(member_id), await Member.get(id=member_id)
    if viewer is None or member.state != "active":
        return
    throw_away_copies(member_id)
    name = new_name(member_id)
    total = await count(viewer.ids)
    held = DataExport.filter(id=wanted.id, asked_at=wanted.asked_at)
    if not await held.update(state="making", file=name, done=0, total=total, part="", size=0):
        return

    async def step(part: str, done: int) -> None:
        if not await held.filter(file=name).update(part=part, done=min(done, total)):
            raise _Dropped

    try:
        size = await write_copy(replace(viewer, session_id=None), member.email or "", path_of_copy(name), step)
    except _Dropped:
        logger("own-data").info("a copy is not wanted any more", export=wanted.id)
        return
    except Exception:
        await held.update(state="failed")  # tried again by the journal
        raise
    await _ready(wanted.id, member_id, name, size, total)


async def _ready(export_id: int, member_id: int, name: str, size: int, total: int) -> None:
    at = now()
    until = at + timedelta(days=settings.get().own_data_days)
    async with transaction():
        kept = await DataExport.filter(id=export_id, file=name).update(
            state="ready", part="", done=total, size=size, ready_at=at, expires_at=until
        )
        if kept:
            await record("data.ready", actor_id=None, subject_id=member_id, data={"export": export_id})
    if not kept:
        path_of_copy(name).unlink(missing_ok=True)


async def forget_old_copies() -> int:
    """Delete copies whose days are over, and files that no row knows; return how many. A chore."""
    old = await DataExport.filter(expires_at__lt=now()).order_by("id")
    for one in old:
        member_id: int = one.member_id  # type: ignore[attr-defined]
        async with transaction():
            await DataExport.filter(id=one.id).delete()
            await record("data.expired", actor_id=None, subject_id=member_id)
        throw_away_copies(member_id)
    return len(old)
