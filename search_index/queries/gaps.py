"""What is looked for in vain: searches that find nothing, and searches whose results nobody opens."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from base.clock import now
from base.condition import Condition, containing
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from members.viewer import Viewer
from search_index.rules import check_may_read_gaps
from search_index.searches import KEPT_DAYS
from search_index.wording import clean

# A search counts as a gap when it was asked so often, on so many days: one person's words are not shown.
LEAST: Final = 3
LEAST_DAYS: Final = 2
LATELY: Final = 30
SIZE: Final = 50
MOST_ROWS: Final = 5_000
KINDS: Final = ("all", "nothing", "unopened", "dismissed")

_GAPS: Final = """
WITH told AS (
  SELECT l.query, l.searches, l.clicks, l.day, l.total,
    ROW_NUMBER() OVER (PARTITION BY l.query ORDER BY l.day DESC, l.searches DESC, l.id DESC) AS place
  FROM search_log l WHERE l.day >= ?
), asked AS (
  SELECT query, SUM(searches) AS searches, SUM(clicks) AS clicks, MAX(day) AS last,
    MAX(CASE WHEN place = 1 THEN total END) AS found,
    SUM(CASE WHEN day >= ? THEN searches ELSE 0 END) AS lately,
    SUM(CASE WHEN day < ? AND day >= ? THEN searches ELSE 0 END) AS earlier
  FROM told GROUP BY query HAVING SUM(searches) >= ? AND COUNT(DISTINCT day) >= ?
), gaps AS (
  SELECT a.*, CASE WHEN a.found = 0 THEN 'nothing' ELSE 'unopened' END AS kind,
    CASE WHEN d.id IS NULL THEN 0 ELSE 1 END AS dismissed
  FROM asked a LEFT JOIN search_gaps_dismissed d ON d.query = a.query WHERE a.found = 0 OR a.clicks = 0
)"""
_CONDITIONS: Final = {
    "all": Condition("g.dismissed = 0"),
    "nothing": Condition("g.dismissed = 0 AND g.kind = 'nothing'"),
    "unopened": Condition("g.dismissed = 0 AND g.kind = 'unopened'"),
    "dismissed": Condition("g.dismissed = 1"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One search that fails people; `kind` is nothing (found) or unopened, `found` what its last search found."""

    query: str
    kind: str
    searches: int
    found: int
    last: date | None
    lately: int
    before: int
    dismissed: bool

    @property
    def trend(self) -> str:
        """Say how it goes: rising, falling or steady, by the last 30 days and the 30 before."""
        return "rising" if self.lately > self.before else "falling" if self.lately < self.before else "steady"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsPage:
    """What templates/search_index/gaps.html shows; `counts` says how many there are of each kind."""

    gaps: tuple[Gap, ...]
    kind: str
    words: str
    counts: dict[str, int]
    page: Page
    days: int = KEPT_DAYS
    least: int = LEAST
    least_days: int = LEAST_DAYS
    lately: int = LATELY


def _values() -> tuple[Any, ...]:
    today = now().date()
    lately = today - timedelta(days=LATELY - 1)
    before = lately - timedelta(days=LATELY)
    return (today - timedelta(days=KEPT_DAYS), lately, lately, before, LEAST, LEAST_DAYS)


async def gap_rows(limit: int, offset: int = 0, *, kind: str = "all", words: str = "") -> list[dict[str, Any]]:
    """Return gaps, the most frequent first, each with the number of all (`total`)."""
    wanted = _CONDITIONS[kind]
    if words:
        wanted = wanted & containing("g.query", words)
    return await rows(
        f"{_GAPS} SELECT g.*, COUNT(*) OVER () AS total FROM gaps g WHERE {wanted.sql} "  # noqa: S608
        "ORDER BY g.searches DESC, g.last DESC, g.query LIMIT ? OFFSET ?",
        *_values(), *wanted.values, limit, offset,
    )  # fmt: skip


def read_gap(row: dict[str, Any]) -> Gap:
    """Read one gap."""
    last = as_datetime(str(row["last"]))
    return Gap(
        query=row["query"],
        kind=row["kind"],
        searches=int(row["searches"]),
        found=int(row["found"]),
        last=last.date() if last else None,
        lately=int(row["lately"]),
        before=int(row["earlier"]),
        dismissed=bool(row["dismissed"]),
    )


async def is_gap(query: str) -> bool:
    """Say whether these words are looked for in vain, dismissed or not."""
    found = await rows(f"{_GAPS} SELECT g.query FROM gaps g WHERE g.query = ?", *_values(), query)  # noqa: S608
    return bool(found)


async def gaps_page(viewer: Viewer, kind: str = "all", words: str = "", number: int = 1) -> GapsPage:
    """Return one page of gaps of a kind that have these words in them."""
    check_may_read_gaps(viewer)
    if kind not in KINDS:
        raise Missing("There is no such list.")
    words = clean(words)[:100]
    counted = await rows(
        f"{_GAPS} SELECT COALESCE(SUM(1 - g.dismissed), 0) AS everything, COALESCE(SUM(g.dismissed), 0) AS dismissed,"  # noqa: S608
        " COALESCE(SUM(CASE WHEN g.dismissed = 0 AND g.kind = 'nothing' THEN 1 ELSE 0 END), 0) AS unfound FROM gaps g",
        *_values(),
    )
    every, dismissed, nothing = (int(counted[0][name]) for name in ("everything", "dismissed", "unfound"))
    found = await gap_rows(SIZE, (number - 1) * SIZE, kind=kind, words=words)
    return GapsPage(
        gaps=tuple(read_gap(row) for row in found),
        kind=kind,
        words=words,
        counts={"all": every, "nothing": nothing, "unopened": every - nothing, "dismissed": dismissed},
        page=Page(number, SIZE, int(found[0]["total"]) if found else 0),
    )


async def every_gap(viewer: Viewer, kind: str = "all", words: str = "") -> tuple[Gap, ...]:
    """Return all gaps of a kind, for a table elsewhere."""
    check_may_read_gaps(viewer)
    if kind not in KINDS:
        raise Missing("There is no such list.")
    return tuple(read_gap(row) for row in await gap_rows(MOST_ROWS, kind=kind, words=clean(words)[:100]))
