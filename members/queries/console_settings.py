"""What an organisation decides for its people, and what was done in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from base.condition import Condition, one_of
from base.db import as_datetime, marks, rows
from base.paging import Page
from base.settings import get
from members.done import KINDS
from members.queries.console import ConsoleHead, console_of
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettingsPage:
    """What templates/members/console_settings.html shows; the term is a plain fact that the site's staff keep."""

    head: ConsoleHead
    privacy_contact: str
    signoff: str
    mail_content: str
    term_start: date | None
    term_end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneRow:
    """One thing that was done: by whom, to whom, and what it changed from and to."""

    id: int
    kind: str
    by: str
    by_handle: str
    whom: str
    whom_handle: str
    before: Mapping[str, str]
    after: Mapping[str, str]
    more: Mapping[str, str]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsoleJournalPage:
    """What templates/members/console_journal.html shows, the newest first."""

    head: ConsoleHead
    entries: tuple[DoneRow, ...]
    page: Page


async def console_settings(viewer: Viewer, slug: str) -> ConsoleSettingsPage:
    """Return an organisation's policies."""
    head, found = await console_of(viewer, slug, runs=True)
    return ConsoleSettingsPage(
        head=head,
        privacy_contact=found.privacy_contact,
        signoff=found.signoff,
        mail_content=found.mail_content,
        term_start=found.term_start,
        term_end=found.term_end,
    )


async def console_journal(viewer: Viewer, slug: str, number: int = 1) -> ConsoleJournalPage:
    """Return one page of what was done in the organisation, in three statements beside that of the organisation.

    Leaders of its region, who help there, read it, too.
    """
    head, _ = await console_of(viewer, slug)
    here = one_of("e.kind", KINDS) & Condition("e.subject_id = ?", (head.id,))
    counted = await rows(f"SELECT COUNT(*) AS n FROM journal_entries e WHERE {here.sql}", *here.values)  # noqa: S608
    page = Page(number, get().page_size, counted[0]["n"])
    found = await rows(
        "SELECT e.id, e.kind, e.actor_id, e.data, e.at FROM journal_entries e "  # noqa: S608
        f"WHERE {here.sql} ORDER BY e.id DESC LIMIT ? OFFSET ?",
        *here.values, page.size, page.offset,
    )  # fmt: skip
    told = [(row, _read(row["data"])) for row in found]
    names = await _names({one for row, data in told for one in (row["actor_id"], data.get("member_id")) if one})
    return ConsoleJournalPage(head, tuple(_done(row, data, names) for row, data in told), page)


async def _names(ids: set[int]) -> dict[int, tuple[str, str]]:
    if not ids:
        return {}
    found = await rows(
        f"SELECT m.id, m.name, m.handle, m.state FROM members m WHERE m.id IN ({marks(list(ids))})",  # noqa: S608
        *sorted(ids),
    )
    gone = ("Former member", "")
    return {row["id"]: gone if row["state"] == "gone" else (row["name"], row["handle"]) for row in found}


def _done(row: Mapping[str, Any], data: Mapping[str, Any], names: Mapping[int, tuple[str, str]]) -> DoneRow:
    by, whom = (names.get(one or 0, ("", "")) for one in (row["actor_id"], data.get("member_id")))
    told = ("member_id", "before", "after", "organisation_id")
    return DoneRow(
        id=row["id"],
        kind=row["kind"],
        by=by[0],
        by_handle=by[1],
        whom=whom[0],
        whom_handle=whom[1],
        before=_words(data.get("before")),
        after=_words(data.get("after")),
        more={name: str(value) for name, value in data.items() if name not in told and value not in ("", None)},
        at=as_datetime(row["at"]),
    )


def _words(value: Any) -> dict[str, str]:
    """Return what stood or stands there by name; under no name, where there is only one thing."""
    if isinstance(value, Mapping):
        return {
            str(name): ", ".join(map(str, one)) if isinstance(one, list) else "" if one is None else str(one)
            for name, one in value.items()
        }
    return {"": str(value)} if value not in ("", None) else {}


def _read(data: Any) -> dict[str, Any]:
    read = json.loads(data) if isinstance(data, str) else data
    return dict(read) if isinstance(read, Mapping) else {}
