"""What was done to a thread as a whole, as its page shows it: posts that went away, when it closes, who reads it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from base.condition import Condition
from base.db import as_datetime
from forum.addresses import thread_url

_BETWEEN, _AFTER = "\t", "\n"  # titles are single lines, so neither can stand in one

AUDIENCE_NAME: Final = """CASE WHEN t.audience LIKE 'org:%' THEN
      (SELECT x.name FROM organisations x WHERE x.id = CAST(SUBSTR(t.audience, 5) AS BIGINT))
    WHEN t.audience LIKE 'region:%' THEN
      (SELECT x.name FROM regions x WHERE x.id = CAST(SUBSTR(t.audience, 8) AS BIGINT)) END AS audience_name"""
_COLUMNS: Final = f"""t.closes_at, t.banner_until,
  CASE WHEN t.closes_at IS NULL THEN NULL ELSE (SELECT CAST(c.before AS TEXT) FROM thread_changes c
    WHERE c.thread_id = t.id AND c.kind = 'closing' AND c.undone_at IS NULL ORDER BY c.id DESC LIMIT 1) END AS timer,
  {AUDIENCE_NAME},
  (SELECT string_agg(w.line, '{_AFTER}') FROM (
    SELECT z.id || '{_BETWEEN}' || z.slug || '{_BETWEEN}' || z.title || '{_BETWEEN}'
      || string_agg(CAST(l.number AS TEXT), ' ') AS line
    FROM post_places l JOIN posts x ON x.id = l.post_id JOIN threads z ON z.id = x.thread_id
    WHERE l.thread_id = t.id AND z.id <> t.id AND ({{seen}}) GROUP BY z.id, z.slug, z.title) w) AS moved_away"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class MovedAway:
    """Posts that were moved to another thread that the viewer may see; `numbers` are those they had."""

    thread_id: int
    title: str
    url: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What was done to a thread; `quiet_days` when it closes only if nobody writes for so long."""

    moved_away: tuple[MovedAway, ...] = ()
    closes_at: datetime | None = None
    quiet_days: int = 0
    banner_until: datetime | None = None
    audience_name: str = ""


def mark_columns(seen: Condition) -> str:
    """Return the columns; `seen` says of threads `z` whether the viewer may see them."""
    return _COLUMNS.format(seen=seen.sql)


def read_marks(row: Mapping[str, Any]) -> Marks:
    """Read what was done to a thread out of a row with its columns."""
    closes_at, days = as_datetime(row["closes_at"]), _quiet_days(row["timer"])
    active = as_datetime(row["active_at"])
    if closes_at is not None and days and active is not None:
        closes_at = max(closes_at, active + timedelta(days=days))
    return Marks(
        moved_away=_moved(row["moved_away"]),
        closes_at=closes_at,
        quiet_days=days,
        banner_until=as_datetime(row["banner_until"]),
        audience_name=row["audience_name"] or "",
    )


def _quiet_days(timer: str | None) -> int:
    return int((json.loads(timer).get("is") or {}).get("quiet_days") or 0) if timer else 0


def _moved(text: str | None) -> tuple[MovedAway, ...]:
    lines = [line.split(_BETWEEN) for line in (text or "").split(_AFTER) if line]
    found = (
        MovedAway(int(id_), title, thread_url(int(id_), slug), tuple(sorted(int(one) for one in numbers.split())))
        for id_, slug, title, numbers in lines
    )
    return tuple(sorted(found, key=lambda one: one.numbers))
