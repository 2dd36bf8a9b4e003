"""Look for trouble, and say how to mend each thing that is found."""

import shutil
from collections.abc import Awaitable, Callable
from typing import Final

import anyio.to_thread

from app import checkup_keeping as keeping
from app.finding import Finding
from app.migrate import MigrationRefused, check
from app.verify import COUNTERS, REPLIES, VOTES
from base.db import dialect, rows
from base.media.store import is_sound
from base.settings import Settings
from members.queries.masks import people_behind
from search_index.engine import Unavailable, current

_LOW_DISK: Final = 500 * 1024 * 1024
_BATCH: Final = 500


async def check_schema(now: Settings) -> Finding:
    """Say whether the schema is the one of this program; to be called before the database is opened."""
    try:
        schema = await check(now.database)
    except MigrationRefused as error:
        return Finding("schema", False, str(error), "Install that version, or restore a backup of before.")
    words = f"{len(schema.applied)} migrations applied, {len(schema.pending)} pending"
    return Finding("schema", not schema.pending, words, "commonplace upgrade")


async def check_up(now: Settings) -> list[Finding]:
    """Look at everything else; a check that fails to run is a finding too."""
    found: list[Finding] = []
    for name, look in _CHECKS.items():
        try:
            found.append(await look(now))
        except Exception as error:
            found.append(Finding(name, False, f"could not be checked: {error}", "See the log for the whole error."))
    return found


async def _folder(now: Settings) -> Finding:
    mode = now.data_dir.stat().st_mode & 0o077
    fix = f"chmod 700 {now.data_dir}"
    return Finding(
        "data folder", not mode, "closed to others" if not mode else "open to other people of the machine", fix
    )


async def _disk(now: Settings) -> Finding:
    free = shutil.disk_usage(now.data_dir).free
    return Finding("disk", free > _LOW_DISK, f"{free // 2**20} MiB free", "Make room: below 500 MiB writing may fail.")


async def _database(now: Settings) -> Finding:
    if dialect() == "postgres":
        version = (await rows("SELECT version() AS v"))[0]["v"]
        return Finding("database", True, str(version).partition(",")[0])
    first = (await rows("SELECT integrity_check AS words FROM pragma_integrity_check"))[0]["words"]
    broken = await rows("SELECT * FROM pragma_foreign_key_check LIMIT 1")
    words = first if first != "ok" else "a row points at one that is gone" if broken else "sound"
    return Finding("database", words == "sound", words, "Restore the newest backup from the folder backups.")


async def _counters(now: Settings) -> Finding:
    number = sum([len(await rows(COUNTERS[name])) for name in (VOTES, REPLIES)])
    words = "equal their rows" if not number else f"{number} differ from their rows"
    return Finding("counters", not number, words, "Please report this: it is a fault of the program.")


async def _journal(now: Settings) -> Finding:
    row = (
        await rows(
            "SELECT (SELECT COUNT(*) FROM journal_deliveries WHERE dead = ?) AS dead,"
            " (SELECT COUNT(*) FROM journal_deliveries WHERE dead = ?) AS waiting",
            True,
            False,
        )
    )[0]
    words = f"{row['waiting']} waiting, {row['dead']} given up"
    return Finding("journal", not row["dead"], words, "Administration → Journal shows why, and tries again.")


async def _mail(now: Settings) -> Finding:
    failed = (await rows("SELECT COUNT(*) AS n FROM outgoing_mail WHERE state = 'failed'"))[0]["n"]
    words = f"by {now.mail_server}" if now.mail_server else "written to the data folder (no mail server is set)"
    return Finding("mail", not failed, f"{words}; {failed} failed", "Check the mail settings, then Administration.")


async def _index(now: Settings) -> Finding:
    try:
        health = await current().check()
    except Unavailable as error:
        return Finding("search index", False, str(error), "commonplace reindex")
    memory = (health.cache_bytes + health.columns_bytes) // 2**20
    words = health.trouble or f"{health.state}, {health.documents} documents, {memory} MiB in memory"
    return Finding("search index", health.state == "ready", words, "commonplace reindex")


async def _uploads(now: Settings) -> Finding:
    known = await rows("SELECT DISTINCT sha256 FROM uploads ORDER BY sha256")
    broken = [row["sha256"] for row in known if not await anyio.to_thread.run_sync(is_sound, row["sha256"])]
    words = f"{len(broken)} of {len(known)} files missing or damaged" if broken else f"{len(known)} files, all whole"
    fix = f"Restore the folder uploads from a backup; the first is {broken[0][:2]}/{broken[0][2:]}." if broken else ""
    return Finding("uploads", not broken, words, fix)


async def _masks(now: Settings) -> Finding:
    masks = [row["member_id"] for row in await rows("SELECT member_id FROM masks WHERE sealed <> '' ORDER BY id")]
    closed = 0
    for start in range(0, len(masks), _BATCH):
        some = masks[start : start + _BATCH]
        closed += len(some) - len(await people_behind(some))
    words = f"{closed} of {len(masks)} cannot be opened" if closed else f"{len(masks)} can be opened"
    return Finding("masks", not closed, words, "Bring back the secret.key with which they were made, from a backup.")


_CHECKS: Final[dict[str, Callable[[Settings], Awaitable[Finding]]]] = {
    "data folder": _folder,
    "secret": keeping.secret,
    "disk": _disk,
    "database": _database,
    "counters": _counters,
    "journal": _journal,
    "mail": _mail,
    "mail server": keeping.mail_server,
    "uploads": _uploads,
    "masks": _masks,
    "who has left": keeping.departures,
    "search index": _index,
    "backups": keeping.backups,
    "room for backups": keeping.room,
}
