"""The system page: what this installation is, and a light for each thing that can go wrong."""

import platform
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from app.process import memory_bytes, uptime
from app.queries.backups import ALARM, LastBackup, is_overdue, last_backup
from app.queries.running import Index, Letters, Owed, disk_free, index, letters, owed, readiness
from app.search import documents_to_index
from base import settings
from base.clock import now
from base.db import dialect, rows
from base.db.timing import TALLIES, SlowStatement, slow_statements
from base.settings import VERSION
from members.rules import check_may_administer
from members.viewer import Viewer

Tone = Literal["ok", "warn", "bad", "off"]
_LOW_DISK: Final = 500 * 1024 * 1024
_LATE: Final = 300.0
_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class SlowGroup:
    """A statement that took long, how often, and the request of the slowest time."""

    statement: str
    times: int
    slowest: int
    at: datetime
    request: str


@dataclass(frozen=True, slots=True)
class SystemPage:
    """What templates/app/system.html shows; `tones` says how each light stands."""

    version: str
    python: str
    engine: str
    schema: str
    data_dir: str
    up_seconds: float
    memory: int
    disk: int
    owed: tuple[Owed, ...]
    late: tuple[Owed, ...]
    waiting: int
    dead: int
    oldest_seconds: float
    letters: Letters
    mail_server: str
    index: Index
    documents: int
    backup: LastBackup
    backup_hours: int
    slow: tuple[SlowGroup, ...]
    slow_ms: int
    statements: int
    tones: dict[str, Tone]


async def system_page(viewer: Viewer) -> SystemPage:
    """Return how everything is, of this process and of the site."""
    check_may_administer(viewer)
    waiting, mail, search = await owed(), await letters(), index()
    backup = await last_backup()
    ready, disk = await readiness(), disk_free()
    oldest, dead = max((one.seconds for one in waiting), default=0.0), sum(one.dead for one in waiting)
    tones = _tones(ready, disk, mail)
    tones["journal"] = "bad" if dead or ready["journal"] != "ok" else "warn" if oldest > _LATE else "ok"
    tones["index"] = "bad" if not search.usable or search.fault else "ok"
    tones["backup"] = await _backup_tone(backup)
    return SystemPage(
        version=VERSION,
        python=platform.python_version(),
        engine=await _engine(),
        schema=ready.get("schema", "unknown"),
        data_dir=str(settings.get().data_dir.resolve()),
        up_seconds=uptime(),
        memory=memory_bytes(),
        disk=disk,
        owed=waiting,
        late=tuple(one for one in waiting if one.waiting or one.dead),
        waiting=sum(one.waiting for one in waiting),
        dead=dead,
        oldest_seconds=oldest,
        letters=mail,
        mail_server=settings.get().mail_server,
        index=search,
        documents=await documents_to_index() if search.rebuilding is not None else 0,
        backup=backup,
        backup_hours=settings.get().backup_hours,
        slow=_slow(),
        slow_ms=settings.get().slow_query_ms,
        statements=TALLIES.statements,
        tones=tones,
    )


async def _backup_tone(backup: LastBackup) -> Tone:
    if backup.trouble or await is_overdue(settings.get()):
        return "bad"
    if backup.at is not None and now() - backup.at < ALARM:
        return "ok"
    # Where the site makes none by itself somebody may make them in another way; else the first is still to come.
    return "ok" if settings.get().backup_hours else "off"


def _tones(ready: dict[str, str], disk: int, mail: Letters) -> dict[str, Tone]:
    return {
        "schema": "ok" if ready.get("schema") == "ok" else "bad",
        "disk": "ok" if disk > _LOW_DISK else "bad",
        "mail": "bad" if mail.failed else "ok" if settings.get().mail_server else "warn",
    }


def _slow() -> tuple[SlowGroup, ...]:
    """Return the slow statements of the last hour, the same ones together, the slowest first."""
    found: dict[str, list[SlowStatement]] = {}
    for one in slow_statements():
        found.setdefault(one.statement, []).append(one)
    return tuple(
        SlowGroup(words, len(some), some[0].milliseconds, max(one.at for one in some), some[0].request)
        for words, some in list(found.items())[:_MOST]
    )


async def _engine() -> str:
    if dialect() == "sqlite":
        return f"SQLite {(await rows('SELECT sqlite_version() AS v'))[0]['v']}"
    return f"PostgreSQL {(await rows('SHOW server_version'))[0]['server_version']}"
