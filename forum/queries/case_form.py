"""A case study as the form to edit it shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from base.db import rows
from base.errors import Missing
from base.text.numbers import write_number

TEXTS: Final = (
    "summary", "problem", "audience_served", "what_we_did", "planning", "tools", "results", "unintended", "lessons",
    "getting_started", "sustaining", "patient_involvement", "references",
)  # fmt: skip
_SAME: Final = (
    *TEXTS, "staff_hours", "cost_band", "direction", "again", "sponsorship", "vendor_ties", "contact", "licence",
)  # fmt: skip

_MEASURED: Final = ("name", "kind", "baseline", "result", "unit", "period", "source", "comparison", "n")
_NUMBERS: Final = ("baseline", "result", "n")


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What stands in the form at first; `revision` is that of the opening post."""

    thread_id: int
    title: str
    language: str
    revision: int
    given: Mapping[str, Any]


async def has_case(thread_id: int) -> bool:
    """Say whether a thread has the structured part of a case study, so that its text is edited with it."""
    return bool(await rows("SELECT 1 AS one FROM case_studies WHERE thread_id = ?", thread_id))


async def case_form(thread_id: int, locale: str = "en") -> CaseForm:
    """Return a case study, numbers as in `locale`; who may see the thread is decided before."""
    found = await rows(
        "SELECT t.title, t.language, p.revision, c.* FROM case_studies c JOIN threads t ON t.id = c.thread_id "
        "JOIN posts p ON p.thread_id = t.id AND p.number = 1 WHERE c.thread_id = ?",
        thread_id,
    )
    if not found:
        raise Missing("This thread is not a case study.")
    row = found[0]
    metrics = await rows(
        "SELECT name, kind, baseline, result, unit, period, source, comparison, sample AS n "
        "FROM metrics WHERE case_id = ? ORDER BY position",
        row["id"],
    )
    given: dict[str, Any] = {name: row[name] for name in _SAME}
    given |= {name: str(row[name] or "")[:10] for name in ("started_on", "ended_on")}
    given |= {name: "yes" if row[name] else "no" for name in ("sponsored", "vendor_tie")}
    given["approvals"] = row["approvals"].split(",") if row["approvals"] else []
    given["metrics"] = [{**one, **{key: _number(one[key], locale) for key in _NUMBERS}} for one in metrics]
    if row["ongoing"]:
        given["ongoing"] = "yes"
    given["title"] = row["title"]
    return CaseForm(thread_id, row["title"], row["language"], row["revision"], given)


def form_of(case: Any, locale: str) -> dict[str, Any]:
    """Return a case study that was typed as a form shows it, written as `case_form` writes it."""
    given: dict[str, Any] = {name: getattr(case, name) for name in _SAME}
    given |= {name: str(getattr(case, name) or "") for name in ("started_on", "ended_on")}
    given |= {name: "yes" if getattr(case, name) else "no" for name in ("sponsored", "vendor_tie")}
    given["approvals"] = list(case.approvals)
    given["title"] = case.title
    return given | measured_form(case, locale)


def measured_form(case: Any, locale: str) -> dict[str, Any]:
    """Return what was measured, how it came out and whether it is still running, as a form shows it."""
    metrics = [
        {name: _number(getattr(row, name), locale) if name in _NUMBERS else getattr(row, name) for name in _MEASURED}
        for row in case.metrics
    ]
    told = {"direction": case.direction, "ended_on": str(case.ended_on or ""), "ongoing": "yes" if case.ongoing else ""}
    return {**told, "metrics": metrics}


def _number(value: object, locale: str) -> str:
    return write_number(None if value is None else Decimal(str(value)), locale)
