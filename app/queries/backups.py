"""When the site was last backed up, as its journal tells: the same for every server."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from base.settings import Settings

MADE: Final = "backup.made"
FAILED: Final = "backup.failed"
OVERDUE: Final = "backup.overdue"
ALARM: Final = timedelta(hours=36)
_LOOKED_AT: Final = 200  # by `at`, so that neither engine reads the whole journal in the order of its ids


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup that was made and found good, `at` None when there is none; `trouble` is what failed since."""

    at: datetime | None
    path: str
    size: int
    checked: bool
    trouble: str


async def last_backup() -> LastBackup:
    """Return the newest good backup, and what went wrong after it."""
    found = await rows(
        "SELECT kind, at, data FROM journal_entries WHERE kind IN (?, ?) ORDER BY at DESC, id DESC LIMIT ?",
        MADE, FAILED, _LOOKED_AT,
    )  # fmt: skip
    trouble = ""
    for row in found:
        data = _data(row["data"])
        if row["kind"] == MADE and data.get("checked"):
            return LastBackup(as_datetime(row["at"]), str(data["path"]), int(data["size"]), True, trouble)
        if row["kind"] == FAILED:
            trouble = trouble or str(data.get("trouble", ""))
    return LastBackup(None, "", 0, False, trouble)


async def last_try() -> datetime | None:
    """Return when one was last tried, whatever came of it."""
    found = await rows(
        "SELECT at FROM journal_entries WHERE kind IN (?, ?) ORDER BY at DESC, id DESC LIMIT 1", MADE, FAILED
    )
    return as_datetime(found[0]["at"]) if found else None


async def began() -> datetime:
    """Return since when there is something to back up."""
    found = await rows("SELECT at FROM journal_entries ORDER BY id LIMIT 1")
    return (as_datetime(found[0]["at"]) if found else None) or now()


def patience(settings: Settings) -> timedelta:
    """Return how old the last good backup may be: 36 hours, or longer when they are made more seldom."""
    return max(ALARM, timedelta(hours=settings.backup_hours * 1.5))


async def is_overdue(settings: Settings) -> bool:
    """Say whether the last good backup is too old; never when the site makes none by itself."""
    if not settings.backup_hours:
        return False
    return now() - ((await last_backup()).at or await began()) > patience(settings)


def _data(value: Any) -> dict[str, Any]:
    found = json.loads(value) if isinstance(value, str) else value
    return found if isinstance(found, dict) else {}
