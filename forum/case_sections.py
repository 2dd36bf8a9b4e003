"""The ten sections of a case study: what belongs to each, and how far a form has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from base.paging import whole_number

METRIC_KEYS: Final = ("name", "kind", "baseline", "result", "unit", "period", "source", "comparison", "n")
STAFF_HOURS: Final = ("under_40", "40_200", "200_1000", "over_1000")
COST_BANDS: Final = ("none", "under_1k", "1k_10k", "10k_100k", "over_100k")
APPROVALS: Final = ("legal", "privacy", "communications", "ethics")
LICENCES: Final = ("CC BY 4.0", "CC BY-SA 4.0", "CC BY-NC 4.0", "CC0 1.0", "All rights reserved")
# What a row of measurements has before anything is typed into it.
_ROW_START: Final = {"kind": "other", "comparison": "none"}


@dataclass(frozen=True, slots=True)
class Section:
    """One section: done when all of `needed`, or one of `any_of`, is filled in."""

    name: str
    minutes: int
    needed: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def is_done(self, given: Mapping[str, object]) -> bool:
        """Say whether enough of it is filled in."""
        if self.needed:
            return all(_filled(given.get(field)) for field in self.needed)
        return any(_filled(given.get(field)) for field in self.any_of)


SECTIONS: Final = (
    Section("short", 3, needed=("title", "summary")),
    Section("problem", 3, needed=("problem",)),
    Section("setting", 2, any_of=("audience_served", "started_on", "ongoing")),
    Section("done", 5, needed=("what_we_did",)),
    Section("resources", 1, any_of=("staff_hours", "cost_band", "tools")),
    Section("results", 4, any_of=("metrics", "results")),
    Section("verdict", 1, needed=("direction", "again")),
    Section("lessons", 3, needed=("lessons",)),
    Section("others", 2, any_of=("getting_started", "sustaining")),
    Section("openness", 1, needed=("sponsored", "vendor_tie")),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """Which sections are done, by name, in order."""

    done: Mapping[str, bool]

    @property
    def sections(self) -> Mapping[str, Section]:
        """Return the sections by name."""
        return {section.name: section for section in SECTIONS}

    @property
    def count(self) -> int:
        """Return how many are done."""
        return sum(self.done.values())

    @property
    def total(self) -> int:
        """Return how many there are."""
        return len(self.done)

    @property
    def minutes(self) -> int:
        """Return how long the whole form takes, more or less."""
        return sum(section.minutes for section in SECTIONS)


def progress(given: Mapping[str, object]) -> Progress:
    """Say how far a form has come."""
    with_rows = {**given, "metrics": metric_rows(given)}
    return Progress({section.name: section.is_done(with_rows) for section in SECTIONS})


def metric_rows(given: Mapping[str, object]) -> list[dict[str, Any]]:
    """Return the measurements that were given, without empty rows.

    JSON gives a list of objects as `metrics`; a form repeats `metrics.name`, `metrics.baseline`, … once per row.
    """
    rows = given.get("metrics")
    if not isinstance(rows, list):
        columns = {key: _column(given.get(f"metrics.{key}")) for key in METRIC_KEYS}
        length = max(len(column) for column in columns.values())
        rows = [{key: column[at] for key, column in columns.items() if at < len(column)} for at in range(length)]
    return [row for row in rows if not isinstance(row, dict) or _typed_into(row)]


def rows_sent(given: Mapping[str, object]) -> int:
    """Return how many rows a form had, the empty ones among them."""
    return len(_column(given.get("metrics.name")))


def without_row(given: Mapping[str, object], which: object) -> dict[str, Any]:
    """Return a form without one of its rows of measurements, counted from 0 as it was shown."""
    at = whole_number(which)
    if at is None:
        return dict(given)
    columns = {f"metrics.{key}": _column(given.get(f"metrics.{key}")) for key in METRIC_KEYS}
    return {**given, **{name: column[:at] + column[at + 1 :] for name, column in columns.items()}}


def _column(value: object) -> list[object]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _typed_into(row: Mapping[str, object]) -> bool:
    return any(_filled(value) and value != _ROW_START.get(key) for key, value in row.items())


def _filled(value: object) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value not in (None, [], {})
