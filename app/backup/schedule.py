"""Backups that a server makes by itself: when one is due, which are kept, and that no two servers make one at once."""

import fcntl
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.actions.note_backup import note_made
from app.backup.make import Made, make_backup
from app.backup.places import SCHEDULED, UNSOUND, folder_of, made_at, of_kind
from app.backup.restore import check_backup
from app.backup.snapshot import single
from app.prepare import make_places
from app.queries.backups import last_backup, last_try
from base.clock import now as present
from base.db import close, connect
from base.errors import Failure
from base.settings import Settings

WEEKS: Final = 4
_AGAIN: Final = timedelta(hours=1)
_EARLY: Final = timedelta(minutes=10)
_LOCK: Final = 7_103_556_822  # any number that no other program on the server uses


async def is_due(now: Settings) -> bool:
    """Say whether the open site wants a backup: the last good one is old, and the last try is an hour ago."""
    if not now.backup_hours:
        return False
    last, tried, at = await last_backup(), await last_try(), present()
    old = last.at is None or at - last.at > timedelta(hours=now.backup_hours) - _EARLY
    return old and (tried is None or at - tried > _AGAIN)


async def make_scheduled(now: Settings, passphrase: str) -> Made | None:
    """Make the backup that is due, check it, write that down, and delete old ones; None when none is due."""
    make_places(now)
    async with _alone(now) as is_alone:
        if not is_alone or not await _asked(now):
            return None
        made = await make_backup(now, folder_of(now), SCHEDULED, passphrase=passphrase)
        try:
            await check_backup(now, Path(made.file), passphrase=passphrase)
        except Failure:
            _set_aside(Path(made.file))
            raise
        made = replace(made, checked=True)
        await note(now, made)
        tidy(folder_of(now), now.backup_keep)
        return made


async def _asked(now: Settings) -> bool:
    await connect(now.database)
    try:
        return await is_due(now)
    finally:
        await close()


async def note(now: Settings, made: Made) -> None:
    """Write a backup into the journal of the site, which is not open."""
    data = {name: value for name, value in asdict(made).items() if name not in ("file", "bytes", "missing", "damaged")}
    found = {"path": made.file, "size": made.bytes, "host": socket.gethostname()}
    await connect(now.database)
    try:
        await note_made(found | data)
    finally:
        await close()


@asynccontextmanager
async def _alone(now: Settings) -> AsyncIterator[bool]:
    """Say whether no other process makes one: in this folder, or of the same PostgreSQL database."""
    with (folder_of(now) / ".lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        async with single(now.database, _LOCK) as is_single:
            yield is_single


def _set_aside(file: Path) -> None:
    """Give a backup that is not good a name that nobody takes for one, in place of the one before."""
    for before in of_kind(file.parent, UNSOUND):
        before.unlink(missing_ok=True)
    file.rename(file.with_name(file.name.replace(SCHEDULED, UNSOUND, 1)))


def tidy(folder: Path, keep: int) -> list[Path]:
    """Delete scheduled backups but the newest, and the newest of each of the weeks before; return which."""
    found = of_kind(folder, SCHEDULED)
    kept, weeks = set(found[:keep]), list[tuple[int, int]]()
    for path in found[keep:]:
        week = _week(made_at(path) or datetime.min.replace(tzinfo=UTC))
        if week not in weeks and len(weeks) < WEEKS:
            weeks.append(week)
            kept.add(path)
    gone = [path for path in found if path not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def _week(at: datetime) -> tuple[int, int]:
    year, week, _ = at.isocalendar()
    return year, week
