"""What changed on a platform, the latest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from base.db import as_datetime, rows
from base.errors import Missing

_MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEntry:
    """One entry of a platform's log; `weight` is major or minor."""

    id: int
    happened_on: date
    title: str
    text: str
    weight: str
    by: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChangeLog:
    """A platform with its log."""

    name: str
    slug: str
    changes: tuple[ChangeEntry, ...]


async def change_log(slug: str) -> ChangeLog:
    """Return what changed on a platform; raises Missing."""
    found = await rows(
        "SELECT p.name, p.slug, c.id, c.happened_on, c.title, c.text, c.weight, c.recorded_at, m.name AS by_name, "
        "m.state AS by_state FROM platforms p LEFT JOIN platform_changes c ON c.platform_id = p.id "
        "LEFT JOIN members m ON m.id = c.by_id WHERE p.slug = ? ORDER BY c.happened_on DESC, c.id DESC LIMIT ?",
        slug, _MOST,
    )  # fmt: skip
    if not found:
        raise Missing("There is no such platform.")
    entries = tuple(
        ChangeEntry(
            id=row["id"], happened_on=read_day(row["happened_on"]), title=row["title"], text=row["text"],
            weight=row["weight"], by="" if row["by_state"] == "gone" else row["by_name"] or "",
            recorded_at=as_datetime(row["recorded_at"]),
        )
        for row in found
        if row["id"] is not None
    )  # fmt: skip
    return ChangeLog(found[0]["name"], found[0]["slug"], entries)


def read_day(value: date | str) -> date:
    """Read a day as the databases give it."""
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
