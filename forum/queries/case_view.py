"""The structured part of a case study, read with its thread."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from base.db import as_datetime, rows
from base.errors import Missing
from forum.measures import Bars, bars_of, percent_change
from forum.queries.case_evidence import EVIDENCE_COLUMNS, Evidence, read_evidence
from members.places import country_name

# Between the fields of a measurement, and between measurements: all of them are single lines.
_BETWEEN, _AFTER = "\t", "\n"
_METRIC_FIELDS: Final = (
    "position",
    "name",
    "kind",
    "baseline",
    "result",
    "unit",
    "period",
    "source",
    "comparison",
    "sample",
)
_METRIC: Final = f" || '{_BETWEEN}' || ".join(f"COALESCE(CAST(x.{name} AS TEXT), '')" for name in _METRIC_FIELDS)

CASE_COLUMNS: Final = f"""s.direction, s.setting AS case_setting, s.started_on, s.ended_on, s.ongoing, s.staff_hours,
  s.cost_band, s.again, s.sponsored, s.sponsorship, s.vendor_tie, s.vendor_ties, s.approvals, s.contact, s.licence,
  s.updated_at, {EVIDENCE_COLUMNS},
  (SELECT string_agg({_METRIC}, '{_AFTER}') FROM metrics x WHERE x.case_id = s.id) AS metrics,
  (SELECT string_agg(CAST(h.happened_on AS TEXT) || '{_BETWEEN}' || n.slug || '{_BETWEEN}' || n.name || '{_BETWEEN}'
     || h.title, '{_AFTER}') FROM thread_platforms y JOIN platforms n ON n.id = y.platform_id
     JOIN platform_changes h ON h.platform_id = n.id
     WHERE s.id IS NOT NULL AND y.thread_id = t.id AND h.weight = 'major'
       AND h.recorded_at > COALESCE(s.updated_at, t.created_at)) AS changes"""  # noqa: S608
CASE_JOIN: Final = "LEFT JOIN case_studies s ON s.thread_id = t.id"

# What is data and not text, as it is named in the form and here.
_DATA: Final = (
    "direction", "again", "started_on", "ended_on", "ongoing", "staff_hours", "cost_band", "sponsored", "sponsorship",
    "vendor_tie", "vendor_ties", "approvals", "contact", "licence",
)  # fmt: skip
_MEASURED: Final = ("name", "kind", "baseline", "result", "unit", "period", "source", "comparison", "n")


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricView:
    """One measured outcome, with the names that parts/metric.html knows."""

    name: str
    kind: str
    baseline: Decimal | None
    result: Decimal
    unit: str
    period: str
    source: str
    comparison: str
    n: int | None

    @property
    def difference(self) -> Decimal | None:
        """Return by how much it changed; None when there is nothing to compare with."""
        return None if self.baseline is None else self.result - self.baseline

    @property
    def change(self) -> Decimal | None:
        """Return by how many percent it changed; None when nothing says of what."""
        return percent_change(self.baseline, self.result)

    @property
    def bars(self) -> Bars:
        """Return its picture."""
        return bars_of(self)

    @property
    def elsewhere(self) -> str:
        """Return where the same outcome of other case studies stands beside it."""
        return f"/case-studies/metrics?{urlencode({'name': self.name, 'unit': self.unit})}"


@dataclass(frozen=True, slots=True)
class Setting:
    """An organisation as it was when the case study was written."""

    name: str = ""
    type: str = ""
    beds_band: str = ""
    country: str = ""
    kind: str = ""

    @property
    def country_name(self) -> str:
        """Return the name of its country."""
        return country_name(self.country)

    @property
    def place(self) -> str:
        """Return where it is and how large, in a few words."""
        beds = f"{self.beds_band.replace('-', '–')} beds" if self.beds_band else ""
        return ", ".join(part for part in (self.country_name if self.country else "", beds) if part)


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """A platform that changed after the case study was written or its numbers were updated."""

    day: date
    slug: str
    platform: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What is known of a case study beside its text."""

    direction: str
    setting: Setting
    started_on: date | None
    ended_on: date | None
    ongoing: bool
    staff_hours: str
    cost_band: str
    again: str
    sponsored: bool
    sponsorship: str
    vendor_tie: bool
    vendor_ties: str
    approvals: tuple[str, ...]
    contact: str
    licence: str
    updated_at: datetime | None
    evidence: Evidence
    metrics: tuple[MetricView, ...]
    changes: tuple[ChangedSince, ...]


def read_case(row: Mapping[str, Any]) -> CaseView | None:
    """Read the structured part of a thread out of a row with CASE_COLUMNS, if it has one."""
    if row["direction"] is None:
        return None
    setting = read_setting(row["case_setting"])
    metrics = _metrics(row["metrics"])
    return CaseView(
        direction=row["direction"],
        setting=setting,
        started_on=_day(row["started_on"]),
        ended_on=_day(row["ended_on"]),
        ongoing=bool(row["ongoing"]),
        staff_hours=row["staff_hours"],
        cost_band=row["cost_band"],
        again=row["again"],
        sponsored=bool(row["sponsored"]),
        sponsorship=row["sponsorship"],
        vendor_tie=bool(row["vendor_tie"]),
        vendor_ties=row["vendor_ties"],
        approvals=tuple(name for name in row["approvals"].split(",") if name),
        contact=row["contact"],
        licence=row["licence"],
        updated_at=as_datetime(row["updated_at"]),
        evidence=read_evidence(row, [one.comparison for one in metrics], industry=setting.kind == "industry"),
        metrics=metrics,
        changes=_changes(row["changes"]),
    )


def read_setting(kept: object) -> Setting:
    """Read the column in which a case study keeps its organisation; of a mask it has less."""
    known = json.loads(kept) if isinstance(kept, str) else kept
    return (
        Setting(**{one.name: str(known.get(one.name) or "") for one in fields(Setting)})
        if isinstance(known, dict)
        else Setting()
    )


async def case_view(thread_id: int) -> CaseView:
    """Return the structured part of a thread; who may see the thread is decided before."""
    found = await rows(
        f"SELECT {CASE_COLUMNS} FROM case_studies s JOIN threads t ON t.id = s.thread_id WHERE t.id = ?",  # noqa: S608
        thread_id,
    )
    case = read_case(found[0]) if found else None
    if case is None:
        raise Missing("This thread is not a case study.")
    return case


def different_data(one: Any, other: Any) -> tuple[str, ...]:
    """Name what differs in the data of a case study, be it stored or as it was typed: the measurements last."""
    names = [name for name in _DATA if _plain(getattr(one, name)) != _plain(getattr(other, name))]
    measured = [[[getattr(row, name) for name in _MEASURED] for row in case.metrics] for case in (one, other)]
    return (*names, *(["metrics"] if measured[0] != measured[1] else []))


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _metrics(text: str | None) -> tuple[MetricView, ...]:
    lines = sorted((int(line.partition(_BETWEEN)[0]), line) for line in (text or "").split(_AFTER) if line)
    return tuple(_metric(dict(zip(_METRIC_FIELDS, line.split(_BETWEEN), strict=True))) for _, line in lines)


def _changes(text: str | None) -> tuple[ChangedSince, ...]:
    lines = sorted(line.split(_BETWEEN) for line in (text or "").split(_AFTER) if line)
    return tuple(ChangedSince(date.fromisoformat(day[:10]), slug, name, title) for day, slug, name, title in lines)


def _metric(given: Mapping[str, str]) -> MetricView:
    return MetricView(
        name=given["name"],
        kind=given["kind"],
        baseline=Decimal(given["baseline"]) if given["baseline"] else None,
        result=Decimal(given["result"]),
        unit=given["unit"],
        period=given["period"],
        source=given["source"],
        comparison=given["comparison"],
        n=int(given["sample"]) if given["sample"] else None,
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
