"""How the site is, in figures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from base import settings
from base.db import as_datetime, dialect, rows
from base.errors import Missing
from base.paging import Page
from base.settings import VERSION
from members.rules import check_may_administer
from members.viewer import Viewer
from search_index.engine import Unavailable, current

JOURNAL_PAGE = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and states for the administration's first page."""

    version: str
    database: str
    data_dir: str
    counts: tuple[tuple[str, int], ...]
    waiting: int
    oldest_waiting: datetime | None
    dead: int
    mail_waiting: int
    mail_failed: int
    search: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One journal entry for people."""

    id: int
    kind: str
    subject_id: int
    actor: str
    handle: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One delivery that was tried too often."""

    id: int
    subscriber: str
    kind: str
    subject_id: int
    tries: int
    error: str


@dataclass(frozen=True, slots=True)
class JournalPage:
    """What templates/app/journal.html shows."""

    entries: tuple[EntryRow, ...]
    dead: tuple[DeadLetter, ...]
    page: Page


async def figures(viewer: Viewer) -> Figures:
    """Return the figures, in one statement."""
    check_may_administer(viewer)
    row = (
        await rows(
            "SELECT (SELECT COUNT(*) FROM members WHERE state = 'active') AS members,"
            " (SELECT COUNT(*) FROM members WHERE state = 'staged') AS staged,"
            " (SELECT COUNT(*) FROM organisations) AS organisations,"
            " (SELECT COUNT(*) FROM threads WHERE state = 'published') AS threads,"
            " (SELECT COUNT(*) FROM posts WHERE state = 'published') AS posts,"
            " (SELECT COUNT(*) FROM articles WHERE state = 'published') AS articles,"
            " (SELECT COUNT(*) FROM journal_deliveries WHERE dead = ?) AS waiting,"
            " (SELECT MIN(e.at) FROM journal_deliveries d JOIN journal_entries e ON e.id = d.entry_id"
            "   WHERE d.dead = ?) AS oldest,"
            " (SELECT COUNT(*) FROM journal_deliveries WHERE dead = ?) AS dead,"
            " (SELECT COUNT(*) FROM outgoing_mail WHERE state = 'waiting') AS mail_waiting,"
            " (SELECT COUNT(*) FROM outgoing_mail WHERE state = 'failed') AS mail_failed",
            False,
            False,
            True,
        )
    )[0]
    names = ("members", "staged", "organisations", "threads", "posts", "articles")
    return Figures(
        version=VERSION,
        database="SQLite" if dialect() == "sqlite" else "PostgreSQL",
        data_dir=str(settings.get().data_dir.resolve()),
        counts=tuple((name, int(row[name])) for name in names),
        waiting=row["waiting"],
        oldest_waiting=as_datetime(row["oldest"]),
        dead=row["dead"],
        mail_waiting=row["mail_waiting"],
        mail_failed=row["mail_failed"],
        search=_search(),
    )


def _search() -> tuple[tuple[str, str], ...]:
    try:
        health: Any = current().health()
    except Unavailable as error:
        return (("state", str(error)),)
    return tuple((name, str(getattr(health, name))) for name in health.__slots__)


async def journal_page(viewer: Viewer, number: int = 1) -> JournalPage:
    """Return one page of what happened, newest first, and what could not be delivered."""
    check_may_administer(viewer)
    total = int((await rows("SELECT COUNT(*) AS n FROM journal_entries"))[0]["n"])
    page = Page(number, JOURNAL_PAGE, total)
    if number > page.pages:
        raise Missing("There is no such page.")
    found = await rows(
        "SELECT e.id, e.kind, e.subject_id, e.at, m.name, m.handle FROM journal_entries e"
        " LEFT JOIN members m ON m.id = e.actor_id ORDER BY e.id DESC LIMIT ? OFFSET ?",
        page.size,
        page.offset,
    )
    entries = (
        EntryRow(
            row["id"], row["kind"], row["subject_id"], row["name"] or "", row["handle"] or "", as_datetime(row["at"])
        )
        for row in found
    )
    return JournalPage(tuple(entries), await _dead_letters(), page)


async def _dead_letters() -> tuple[DeadLetter, ...]:
    """Return the deliveries that were given up, newest first, at most 100."""
    found = await rows(
        "SELECT d.id, d.subscriber, d.tries, d.error, e.kind, e.subject_id FROM journal_deliveries d"
        " JOIN journal_entries e ON e.id = d.entry_id WHERE d.dead = ? ORDER BY d.id DESC LIMIT 100",
        True,
    )
    return tuple(
        DeadLetter(row["id"], row["subscriber"], row["kind"], row["subject_id"], row["tries"], row["error"])
        for row in found
    )
