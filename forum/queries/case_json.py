"""The structured part of a case study as programs read it, and as Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from forum.measures import percent_change
from forum.queries.case_evidence import Evidence
from forum.queries.case_view import CaseView, MetricView


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricJson:
    """One measured outcome of a case study; `change` is in percent of the baseline."""

    name: str
    kind: str
    baseline: str | None
    result: str
    change: str | None
    unit: str
    period: str
    source: str
    comparison: str
    n: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingJson:
    """The organisation as it was when the case study was written."""

    name: str
    type: str
    beds: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceJson:
    """The grade that counts (E1 strong to E4 experience), why, and what would raise it.

    `ceiling` is the best there could be; `given` is the grade of an editor, `why` their sentence.
    """

    grade: str
    word: str
    reason: str
    raised_by: str
    ceiling: str
    given: str
    why: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJson:
    """What is known of a case study beside its text."""

    direction: str
    again: str
    setting: SettingJson
    started_on: date | None
    ended_on: date | None
    ongoing: bool
    staff_hours: str
    cost_band: str
    sponsored: bool
    sponsorship: str
    vendor_tie: bool
    vendor_ties: str
    approvals: list[str]
    contact: str
    licence: str
    updated_at: datetime | None
    evidence: EvidenceJson


def case_json(case: CaseView) -> CaseJson:
    """Return a case study for programs."""
    apart = {"setting", "approvals", "evidence"}
    same = {name: getattr(case, name) for name in CaseJson.__slots__ if name not in apart}
    setting = case.setting
    return CaseJson(
        **same,
        setting=SettingJson(name=setting.name, type=setting.type, beds=setting.beds_band, country=setting.country),
        approvals=list(case.approvals),
        evidence=evidence_json(case.evidence),
    )


def evidence_json(found: Evidence) -> EvidenceJson:
    """Return how strong the evidence is, for programs."""
    return EvidenceJson(
        grade=found.grade,
        word=found.word,
        reason=found.reason,
        raised_by=found.allowed.raised_by,
        ceiling=found.allowed.grade,
        given=found.given,
        why=found.why,
        by=found.by,
        at=found.at,
    )


def metric_json(one: MetricView) -> MetricJson:
    """Return one measured outcome for programs."""
    change = percent_change(one.baseline, one.result)
    return MetricJson(
        name=one.name,
        kind=one.kind,
        baseline=None if one.baseline is None else f"{one.baseline.normalize():f}",
        result=f"{one.result.normalize():f}",
        change=None if change is None else f"{change:f}",
        unit=one.unit,
        period=one.period,
        source=one.source,
        comparison=one.comparison,
        n=one.n,
    )


def case_markdown(case: CaseView) -> Iterator[str]:
    """Yield the lines that stand above the text of a case study."""
    setting, found = case.setting, case.evidence
    place = ", ".join(part for part in (setting.name, setting.beds_band, setting.country_name) if part)
    yield f"- Result: {case.direction.replace('_', ' ')}"
    yield f"- Evidence: {found.word}. {found.reason}"
    if found.allowed.raised_by:
        yield f"- What would raise it: {found.allowed.raised_by}"
    if place:
        yield f"- Organisation: {place}"
    yield f"- Sponsorship: {case.sponsorship if case.sponsored else 'none'}"
    yield f"- Ties to a vendor: {case.vendor_ties if case.vendor_tie else 'none'}"
    if case.again:
        yield f"- Would do it again: {case.again.replace('_', ' ')}"
    if case.updated_at:
        yield f"- Numbers updated: {case.updated_at:%Y-%m-%d}"
    yield f"- Licence: {case.licence}"
    yield ""
    if case.metrics:
        yield "| What was measured | Before | After | Change | Compared | n | Period | Source |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_row(metric_json(one)) for one in case.metrics)
        yield ""


def _row(one: MetricJson) -> str:
    unit = f" {one.unit}" if one.unit else ""
    change = f"{one.change} %" if one.change is not None else "–"
    before = f"{one.baseline}{unit}" if one.baseline is not None else "–"
    cells = (one.name, before, f"{one.result}{unit}", change, one.comparison.replace("_", "/"), one.n or "–")
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in (*cells, one.period, one.source)) + " |"
