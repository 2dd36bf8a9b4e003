"""Measured outcomes of all case studies the viewer may see: one by one, or those of the same thing side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, cast

from pydantic import Field

from base.condition import ALWAYS, Condition, containing
from base.db import as_datetime, rows
from base.db.documents import leading_number, text_in
from base.errors import Missing
from base.inputs import Input, Line
from base.paging import Page
from forum.addresses import thread_url
from forum.measures import Dots, dots_of
from forum.queries.case_view import MetricView, read_setting
from forum.rules import listed_threads
from members.places import country_name
from members.viewer import Viewer

KINDS: Final = ("reach", "engagement", "service", "cost", "safety", "satisfaction", "other")
MOST: Final = 10_000
"""A file holds no more."""
_IN_A_GROUP: Final = 12

_FROM: Final = "FROM metrics k JOIN case_studies s ON s.id = k.case_id JOIN threads t ON t.id = s.thread_id"
_BASELINE: Final = "CAST(k.baseline AS DOUBLE PRECISION)"
_RESULT: Final = "CAST(k.result AS DOUBLE PRECISION)"
_CHANGE: Final = (
    f"CASE WHEN k.baseline IS NULL OR {_BASELINE} = 0 THEN NULL ELSE ({_RESULT} - {_BASELINE}) / ABS({_BASELINE}) END"
)
_COMPARISON: Final = (
    "CASE k.comparison WHEN 'control' THEN 3 WHEN 'benchmark' THEN 2 WHEN 'before_after' THEN 1 ELSE 0 END"
)
_COLUMNS: Final = """k.id AS metric_id, k.name, k.kind, k.baseline, k.result, k.unit, k.period, k.source, k.comparison,
  k.sample, s.direction, s.setting, COALESCE(s.updated_at, t.created_at) AS told_at, t.id, t.slug, t.title"""

# How each column is sorted at first: the largest number, the newest day and the best comparison stand above.
SORTS: Final[Mapping[str, Literal["up", "down"]]] = {
    "name": "up", "change": "down", "result": "down", "n": "down", "comparison": "down", "date": "down",
    "country": "up", "size": "down",
}  # fmt: skip


class MetricQuery(Input):
    """What the outcomes are narrowed to, and how they are sorted; `name` and `unit` ask for exactly these."""

    q: Annotated[Line, Field(max_length=120)] = ""
    name: Annotated[Line, Field(max_length=120)] = ""
    unit: Annotated[Line, Field(max_length=30)] = ""
    kind: Literal["", "reach", "engagement", "service", "cost", "safety", "satisfaction", "other"] = ""
    comparison: Literal["", "none", "before_after", "control", "benchmark"] = ""
    direction: Literal["", "worked", "mixed", "did_not_work"] = ""
    platform: Annotated[Line, Field(max_length=80)] = ""
    country: Annotated[Line, Field(max_length=2)] = ""
    sort: Literal["name", "change", "result", "n", "comparison", "date", "country", "size"] = "date"
    order: Literal["", "up", "down"] = ""

    @property
    def direction_of_sort(self) -> Literal["up", "down"]:
        """Return which way it is sorted."""
        return self.order or SORTS[self.sort]

    @property
    def narrowed(self) -> bool:
        """Say whether anything is left out."""
        return any((self.q, self.name, self.kind, self.comparison, self.direction, self.platform, self.country))


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow(MetricView):
    """One outcome with the case study it stands in; `at` is when the case was shared or its numbers updated."""

    id: int
    url: str
    title: str
    direction: str
    organisation: str
    beds: str
    country: str
    at: datetime

    @property
    def country_name(self) -> str:
        """Return the name of its country."""
        return country_name(self.country)


@dataclass(frozen=True, slots=True)
class MetricList:
    """One page of outcomes; `page.total` counts all that the viewer may see."""

    page: Page
    metrics: tuple[MetricRow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Outcomes of the same name and unit, on one scale; `cases` counts the case studies, of which some are shown."""

    name: str
    unit: str
    cases: int
    metrics: tuple[MetricRow, ...]

    @property
    def pairs(self) -> tuple[tuple[MetricRow, Dots], ...]:
        """Return each outcome with where it stands on the scale."""
        return tuple(zip(self.metrics, dots_of(self.metrics), strict=True))

    @property
    def url(self) -> str:
        """Return where all of them are."""
        return self.metrics[0].elsewhere


@dataclass(frozen=True, slots=True)
class GroupList:
    """One page of groups, those of most case studies first."""

    page: Page
    groups: tuple[Group, ...]


async def metric_list(viewer: Viewer, asked: MetricQuery, *, page: int = 1, size: int = 50) -> MetricList:
    """Return one page of outcomes, in one statement."""
    which = _which(viewer, asked)
    found = await rows(
        f"SELECT (SELECT COUNT(*) {_FROM} WHERE {which.sql}) AS total, {_COLUMNS} "
        f"{_FROM} WHERE {which.sql} ORDER BY {_order(asked)} LIMIT ? OFFSET ?",
        *which.values, *which.values, size, (page - 1) * size,
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    return MetricList(Page(page, size, found[0]["total"] if found else 0), tuple(_row(row) for row in found))


async def metric_groups(viewer: Viewer, asked: MetricQuery, *, page: int = 1, size: int = 10) -> GroupList:
    """Return what several case studies have measured, in one statement."""
    which = _which(viewer, asked)
    found = await rows(
        "WITH same AS (SELECT LOWER(k.name) AS name_key, LOWER(k.unit) AS unit_key, COUNT(DISTINCT t.id) AS cases "  # noqa: S608
        f"{_FROM} WHERE {which.sql} GROUP BY 1, 2 HAVING COUNT(DISTINCT t.id) > 1), "
        "shown AS (SELECT * FROM same ORDER BY cases DESC, name_key, unit_key LIMIT ? OFFSET ?), "
        "numbered AS (SELECT k.id AS metric_id, g.cases, g.name_key, g.unit_key, ROW_NUMBER() OVER ("
        f"PARTITION BY g.name_key, g.unit_key ORDER BY {_CHANGE} IS NULL, {_CHANGE} DESC, k.id) AS place "
        f"{_FROM} JOIN shown g ON g.name_key = LOWER(k.name) AND g.unit_key = LOWER(k.unit) WHERE {which.sql}) "
        f"SELECT (SELECT COUNT(*) FROM same) AS total, o.cases, o.name_key, o.unit_key, {_COLUMNS} "
        "FROM numbered o JOIN metrics k ON k.id = o.metric_id JOIN case_studies s ON s.id = k.case_id "
        "JOIN threads t ON t.id = s.thread_id WHERE o.place <= ? "
        "ORDER BY o.cases DESC, o.name_key, o.unit_key, o.place",
        *which.values, size, (page - 1) * size, *which.values, _IN_A_GROUP,
    )  # fmt: skip
    if not found and page > 1:
        raise Missing("There is no such page.")
    together: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in found:
        together.setdefault((row["name_key"], row["unit_key"]), []).append(row)
    return GroupList(
        Page(page, size, found[0]["total"] if found else 0), tuple(_group(some) for some in together.values())
    )


def _group(found: Sequence[Mapping[str, Any]]) -> Group:
    metrics = tuple(_row(row) for row in found)
    return Group(metrics[0].name, metrics[0].unit, found[0]["cases"], metrics)


def _which(viewer: Viewer, asked: MetricQuery) -> Condition:
    seen = listed_threads(viewer) & Condition("t.kind = 'case_study'")
    wanted = {
        "k.kind = ?": asked.kind,
        "k.comparison = ?": asked.comparison,
        "s.direction = ?": asked.direction,
        "t.id IN (SELECT x.thread_id FROM thread_platforms x JOIN platforms y ON y.id = x.platform_id "
        "WHERE y.slug = ?)": asked.platform,
        f"{text_in('s.setting', 'country')} = ?": asked.country.upper(),
    }
    for sql, value in wanted.items():
        seen = seen & Condition(sql, (value,)) if value else seen
    if asked.name:
        exactly = "LOWER(k.name) = LOWER(?) AND LOWER(k.unit) = LOWER(?)"
        seen = seen & Condition(exactly, (asked.name, asked.unit))
    return seen & (containing("k.name || ' ' || k.unit", asked.q) if asked.q else ALWAYS)


def _order(asked: MetricQuery) -> str:
    """Return the order; what has no value stands below, whichever way it is sorted."""
    country, beds = text_in("s.setting", "country"), text_in("s.setting", "beds_band")
    values = {
        "name": "LOWER(k.name)",
        "change": _CHANGE,
        "result": _RESULT,
        "n": "k.sample",
        "comparison": _COMPARISON,
        "date": "COALESCE(s.updated_at, t.created_at)",
        "country": f"NULLIF({country}, '')",
        # Bands are words such as 200–499, 800+, under 200.
        "size": f"CASE WHEN COALESCE({beds}, '') = '' THEN NULL ELSE {leading_number(beds)} END",
    }
    value = values[asked.sort]
    way = "ASC" if asked.direction_of_sort == "up" else "DESC"
    return f"{value} IS NULL, {value} {way}, LOWER(k.name), k.id"


def _row(row: Mapping[str, Any]) -> MetricRow:
    setting = read_setting(row["setting"])
    return MetricRow(
        name=row["name"],
        kind=row["kind"],
        baseline=None if row["baseline"] is None else Decimal(str(row["baseline"])),
        result=Decimal(str(row["result"])),
        unit=row["unit"],
        period=row["period"],
        source=row["source"],
        comparison=row["comparison"],
        n=row["sample"],
        id=row["id"],
        url=thread_url(row["id"], row["slug"]),
        title=row["title"],
        direction=row["direction"],
        organisation=setting.name,
        beds=setting.beds_band,
        country=setting.country,
        at=cast(datetime, as_datetime(row["told_at"])),
    )
