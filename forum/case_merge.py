"""Two people edited the same case study: what both changed in one form, and the places that both changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.text.difference import Change, word_difference
from base.text.merge import three_way

LONG: Final = (
    "summary", "problem", "audience_served", "what_we_did", "planning", "tools", "results", "unintended", "lessons",
    "getting_started", "sustaining", "patient_involvement", "references", "sponsorship", "vendor_ties",
)  # fmt: skip
SHORT: Final = (
    "title", "started_on", "ended_on", "ongoing", "staff_hours", "cost_band", "direction", "again", "approvals",
    "sponsored", "vendor_tie", "contact", "licence",
)  # fmt: skip
_MEASURED: Final = ("name", "kind", "baseline", "result", "unit", "period", "source", "comparison", "n")

Given = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that both changed, each in their own way: mine stands in the form. `row` is set for a measurement."""

    field: str
    mine: Any
    theirs: Any
    row: int | None = None


@dataclass(frozen=True, slots=True)
class MergedCase:
    """The form with both changes in it, what both changed, and by field what the other one changed."""

    given: dict[str, Any]
    clashes: tuple[Clash, ...]
    theirs: tuple[tuple[str, tuple[Change, ...]], ...]


def merge_case(base: Given, mine: Given, theirs: Given) -> MergedCase:
    """Carry the changes of both from `base` into one form. What both changed stays mine, and is told."""
    given: dict[str, Any] = dict(mine)
    clashes: list[Clash] = []
    for name in LONG:
        texts = [str(one.get(name) or "") for one in (base, mine, theirs)]
        merged = three_way(*texts)
        given[name] = merged.text
        clashes += [Clash(name, one.mine, one.theirs) for one in merged.conflicts]
    for name in SHORT:
        before, own, other = (one.get(name) or "" for one in (base, mine, theirs))
        given[name] = other if own == before else own
        if own != before and other not in (before, own):
            clashes.append(Clash(name, own, other))
    rows, of_rows = _merge_rows(*(one.get("metrics") or [] for one in (base, mine, theirs)))
    given["metrics"] = rows
    changed = tuple(
        (name, tuple(word_difference(str(base.get(name) or ""), str(theirs.get(name) or ""))))
        for name in ("title", *LONG)
        if (base.get(name) or "") != (theirs.get(name) or "")
    )
    if not given["ongoing"]:
        del given["ongoing"]
    return MergedCase(given, (*clashes, *of_rows), changed)


def _merge_rows(
    base: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row]
) -> tuple[list[dict[str, Any]], list[Clash]]:
    """Merge measurements by their names: mine in my order, then what the other one added."""
    before, own, other = (_by_name(rows) for rows in (base, mine, theirs))
    merged: list[dict[str, Any]] = []
    clashes: list[Clash] = []
    for name in dict.fromkeys((*own, *other)):
        was, kept, new = before.get(name), own.get(name), other.get(name)
        chosen = new if kept == was else kept
        if kept != was and new not in (was, kept):
            # Taken out by one and changed by the other, it stays: it is easier to take out than to type again.
            chosen = kept or new
            clashes.append(Clash("metrics", kept, new, len(merged)))
        if chosen is not None:
            merged.append(dict(chosen))
    return merged, clashes


def _by_name(rows: Sequence[Row]) -> dict[tuple[str, int], Row]:
    """Return the rows by name; of several with the same name, the first is the first, the second the second."""
    named: dict[tuple[str, int], Row] = {}
    for row in rows:
        place = 0
        while (key := (str(row.get("name") or "").casefold(), place)) in named:
            place += 1
        named[key] = {key: str(row.get(key) or "") for key in _MEASURED}
    return named
