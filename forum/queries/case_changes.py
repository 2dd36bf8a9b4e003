"""How the numbers of a case study changed since it was shared: what the journal kept of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from base.db import as_datetime, rows
from forum.queries.case_form import case_form


@dataclass(frozen=True, slots=True)
class ChangedNumber:
    """A measurement before and after an update, in words; one that came or went has nothing on one side."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Update:
    """One update: when, why, the numbers it changed, and the result of the case if that changed too."""

    at: datetime
    reason: str
    numbers: tuple[ChangedNumber, ...]
    direction: tuple[str, str] | None


async def case_changes(thread_id: int, locale: str = "en") -> tuple[Update, ...]:
    """Return the updates, the newest first; who may see the thread is decided before."""
    found = await rows(
        "SELECT at, data FROM journal_entries WHERE kind = 'thread.updated' AND subject_id = ? ORDER BY id", thread_id
    )
    kept = [(row["at"], json.loads(row["data"]) if isinstance(row["data"], str) else row["data"]) for row in found]
    kept = [(at, data) for at, data in kept if isinstance(data, dict) and isinstance(data.get("before"), dict)]
    stands = (await case_form(thread_id)).given
    after = [*(data["before"] for _, data in kept[1:]), stands]
    updates = [_update(at, data, later) for (at, data), later in zip(kept, after, strict=True)] if kept else []
    return tuple(one for one in reversed(updates) if one.numbers or one.direction)


def _update(at: object, data: Mapping[str, Any], later: Mapping[str, Any]) -> Update:
    before = data["before"]
    turned = (str(before.get("direction") or ""), str(later.get("direction") or ""))
    return Update(
        at=cast(datetime, as_datetime(cast(Any, at))),
        reason=str(data.get("reason") or ""),
        numbers=_changed(before.get("metrics") or [], later.get("metrics") or []),
        direction=turned if turned[0] != turned[1] else None,
    )


def _changed(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[ChangedNumber, ...]:
    was, now_ = _told(before), _told(after)
    names = dict.fromkeys((*was, *now_))
    return tuple(
        ChangedNumber(name, was.get(name, ""), now_.get(name, "")) for name in names if was.get(name) != now_.get(name)
    )


def _told(rows_: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    told: dict[str, str] = {}
    for row in rows_:
        name, place = str(row.get("name") or ""), 1
        while (key := name if place == 1 else f"{name} ({place})") in told:
            place += 1
        told[key] = _words(row)
    return told


def _words(row: Mapping[str, Any]) -> str:
    unit = f" {row['unit']}" if row.get("unit") else ""
    numbers = f"{row['baseline']} → {row.get('result')}{unit}" if row.get("baseline") else f"{row.get('result')}{unit}"
    beside = [row.get("period"), row.get("source"), f"n = {row['n']}" if row.get("n") else ""]
    return ", ".join(str(part) for part in (numbers, *beside) if part)
