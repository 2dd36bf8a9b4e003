"""How the site runs: what waits, how the index is, whether it is ready to serve."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.migrate import MigrationRefused, open_schema
from base import settings
from base.clock import now
from base.db import as_datetime, rows
from base.journal import subscribers
from base.journal.worker import is_working, stuck
from search_index.engine import Unavailable, current
from search_index.found import Health
from search_index.keep_up import rebuild_fault, rebuilding

_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Owed:
    """What one subscriber of the journal has still to be told, and since when the oldest of it waits."""

    subscriber: str
    waiting: int
    dead: int
    oldest: datetime | None

    @property
    def seconds(self) -> float:
        """Return how long the oldest has waited."""
        return max(0.0, (now() - self.oldest).total_seconds()) if self.oldest else 0.0


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters on their way, and those that were given up."""

    waiting: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Index:
    """How the search index is; `rebuilding` is how many documents a rebuild has written, None without one."""

    usable: bool
    words: str
    health: Health | None
    rebuilding: int | None
    fault: str


async def owed() -> tuple[Owed, ...]:
    """Return what is owed to each subscriber, in one statement; who is owed nothing has zeros."""
    found = await rows(
        "SELECT d.subscriber, SUM(CASE WHEN d.dead THEN 0 ELSE 1 END) AS waiting, "
        "SUM(CASE WHEN d.dead THEN 1 ELSE 0 END) AS dead, MIN(CASE WHEN d.dead THEN NULL ELSE e.at END) AS oldest "
        "FROM journal_deliveries d JOIN journal_entries e ON e.id = d.entry_id GROUP BY d.subscriber"
    )
    known = {
        row["subscriber"]: Owed(row["subscriber"], row["waiting"], row["dead"], as_datetime(row["oldest"]))
        for row in found
    }
    return tuple(known.get(name) or Owed(name, 0, 0, None) for name in sorted({*subscribers(), *known}))


async def letters() -> Letters:
    """Return how many letters wait, and how many were given up."""
    row = (
        await rows(
            "SELECT COUNT(CASE WHEN state = 'waiting' THEN 1 END) AS waiting, "
            "COUNT(CASE WHEN state = 'failed' THEN 1 END) AS failed, "
            "MIN(CASE WHEN state = 'waiting' THEN created_at END) AS oldest "
            "FROM outgoing_mail WHERE state IN ('waiting', 'failed')"
        )
    )[0]
    return Letters(row["waiting"], row["failed"], as_datetime(row["oldest"]))


def index() -> Index:
    """Say how the index is, without looking at the disk."""
    try:
        engine = current()
    except Unavailable as error:
        return Index(False, str(error), None, rebuilding(), rebuild_fault())
    health = engine.health()
    words = health.trouble or health.state
    return Index(engine.usable, words, health, rebuilding(), rebuild_fault())


def disk_free() -> int:
    """Return how many bytes are free where the data folder is."""
    return shutil.disk_usage(settings.get().data_dir).free


async def readiness() -> dict[str, str]:
    """Return for each thing a server needs the word "ok", or why it is not ready; nothing in it is secret."""
    found: dict[str, str] = {}
    try:
        async with asyncio.timeout(_PATIENCE):
            await rows("SELECT 1 AS one")
            found["database"] = "ok"
            found["schema"] = await _schema()
    except Exception as error:  # whatever it is, this server cannot serve; the log has the rest
        found["database"] = f"does not answer: {type(error).__name__}"
    shown = index()
    found["search index"] = "ok" if shown.usable else "not usable yet"
    late = stuck()
    found["journal"] = f"stuck: {', '.join(late)}" if late else "ok" if is_working() else "not working"
    return found


async def _schema() -> str:
    try:
        schema = await open_schema()
    except MigrationRefused:
        return "not of this version of the program"
    return f"{len(schema.pending)} migrations are pending" if schema.pending else "ok"
