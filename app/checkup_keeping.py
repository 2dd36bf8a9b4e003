"""Look whether the site would come back: its backups, their room, its secret, its way to the mail server."""

import asyncio
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from app.backup.places import folder_of
from app.finding import Finding
from app.leaving.ledger import ledger_of, read_ledger, still_here
from app.migrate import path_of
from app.queries.backups import is_overdue, last_backup
from base.clock import now as present
from base.db import dialect, rows
from base.settings import Settings

_SECONDS: Final = 5
_SHARE: Final = 0.1
_TIMES: Final = 2


async def secret(now: Settings) -> Finding:
    """Say whether others can read the signing secret."""
    file = now.data_dir / "secret.key"
    if not file.exists():
        return Finding("secret", True, "not made yet")
    is_open = bool(file.stat().st_mode & 0o077)
    words = "secret.key can be read by other people of the machine" if is_open else "closed to others"
    return Finding("secret", not is_open, words, f"chmod 600 {file}")


async def backups(now: Settings) -> Finding:
    """Say how old the last good backup is."""
    last = await last_backup()
    words = f"the last good one is of {last.at:%Y-%m-%d %H:%M} UTC" if last.at else "none yet"
    if last.trouble:
        words += f"; since then: {last.trouble}"
    if not now.backup_hours:
        return Finding("backups", True, f"{words}; the server makes none by itself (backup_hours is 0)")
    fix = f"commonplace --data {now.data_dir} backup --check; the server makes one by itself while it runs"
    return Finding("backups", not await is_overdue(now), words, fix)


async def departures(now: Settings) -> Finding:
    """Say whether somebody is here who is gone, as after restoring an old backup, or cannot go."""
    back = await still_here(read_ledger(ledger_of(now)))
    late = await rows(
        "SELECT COUNT(*) AS n FROM departures WHERE state IN ('waiting', 'working', 'swept') AND due_at < ?",
        present() - timedelta(hours=1),
    )
    words = f"{len(back)} are here again who were erased, {late[0]['n']} wait to be"
    fix = f"commonplace --data {now.data_dir} user erase-again; the server goes on with those that wait"
    return Finding("who has left", not back and not late[0]["n"], words, fix)


async def room(now: Settings) -> Finding:
    """Say whether the disk of the backups has room for more."""
    folder = folder_of(now) if folder_of(now).is_dir() else now.data_dir
    disk, size = shutil.disk_usage(folder), await _database_size(now)
    enough = disk.free >= disk.total * _SHARE and disk.free >= size * _TIMES
    words = f"{disk.free // 2**20} MiB free of {disk.total // 2**20}, the database has {size // 2**20}"
    fix = f"Make room where {folder} is, keep fewer backups (backup_keep), or put the folder on another disk."
    return Finding("room for backups", enough, words, fix)


async def _database_size(now: Settings) -> int:
    if dialect() == "postgres":
        return int((await rows("SELECT pg_database_size(current_database()) AS n"))[0]["n"])
    path = path_of(now.database)
    return sum(one.stat().st_size for one in (path, Path(f"{path}-wal")) if one.exists())


async def mail_server(now: Settings) -> Finding:
    """Say whether the mail server answers, when there is one."""
    if not now.mail_server:
        return Finding("mail server", True, "none is set")
    place = f"{now.mail_server} port {now.mail_port}"
    fix = "Check mail_server, mail_port and the firewall; mail waits in the database until then."
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(now.mail_server, now.mail_port)
    except OSError as error:  # also when the time is over
        return Finding("mail server", False, f"{place} does not answer: {str(error) or 'no answer in time'}", fix)
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return Finding("mail server", True, f"{place} answers")
