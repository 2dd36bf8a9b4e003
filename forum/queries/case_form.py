"""The data of a case study as its form shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from base.db import rows
from base.errors import Missing
from base.text.numbers import write_number

_SAME: Final = (
    "staff_hours", "cost_band", "direction", "again", "sponsorship", "vendor_ties", "contact", "licence"
)  # fmt: skip

_NUMBERS: Final = ("baseline", "result", "n")


@dataclass(frozen=True, slots=True)
class CaseForm:
    """What stands in the form at first; `title` is that of the thread."""

    thread_id: int
    title: str
    given: Mapping[str, Any]


async def case_form(thread_id: int, locale: str = "en") -> CaseForm:
    """Return the data of a case study, numbers as in `locale`; who may see the thread is decided before."""
    found = await rows(
        "SELECT t.title, c.* FROM case_studies c JOIN threads t ON t.id = c.thread_id WHERE c.thread_id = ?", thread_id
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
    return CaseForm(thread_id, row["title"], given)


def _number(value: object, locale: str) -> str:
    return write_number(None if value is None else Decimal(str(value)), locale)
