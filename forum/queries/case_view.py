"""The structured part of a case study, in one statement."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from base.db import as_datetime, rows

_SELECT: Final = """
SELECT s.direction, s.setting, s.started_on, s.ended_on, s.ongoing, s.staff_hours, s.cost_band, s.again, s.sponsored,
  s.sponsorship, s.vendor_tie, s.vendor_ties, s.approvals, s.contact, s.licence, s.updated_at,
  x.name, x.kind, x.baseline, x.result, x.unit, x.period, x.source, x.comparison, x.sample
FROM case_studies s LEFT JOIN metrics x ON x.case_id = s.id WHERE s.thread_id = ? ORDER BY x.position"""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """What is known of a case study beside its text; `setting` is the organisation as it was."""

    direction: str
    setting: Mapping[str, str]
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
    metrics: tuple[MetricView, ...]


async def case_view(thread_id: int) -> CaseView | None:
    """Return the structured part of a thread that the viewer may see, if it has one."""
    found = await rows(_SELECT, thread_id)
    if not found:
        return None
    first = found[0]
    setting = first["setting"]
    return CaseView(
        direction=first["direction"],
        setting=json.loads(setting) if isinstance(setting, str) else dict(setting or {}),
        started_on=_day(first["started_on"]),
        ended_on=_day(first["ended_on"]),
        ongoing=bool(first["ongoing"]),
        staff_hours=first["staff_hours"],
        cost_band=first["cost_band"],
        again=first["again"],
        sponsored=bool(first["sponsored"]),
        sponsorship=first["sponsorship"],
        vendor_tie=bool(first["vendor_tie"]),
        vendor_ties=first["vendor_ties"],
        approvals=tuple(name for name in first["approvals"].split(",") if name),
        contact=first["contact"],
        licence=first["licence"],
        updated_at=as_datetime(first["updated_at"]),
        metrics=tuple(_metric(row) for row in found if row["name"] is not None),
    )


def _metric(row: Mapping[str, Any]) -> MetricView:
    return MetricView(
        name=row["name"],
        kind=row["kind"],
        baseline=None if row["baseline"] is None else Decimal(str(row["baseline"])),
        result=Decimal(str(row["result"])),
        unit=row["unit"],
        period=row["period"],
        source=row["source"],
        comparison=row["comparison"],
        n=row["sample"],
    )


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value
