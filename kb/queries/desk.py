"""The editors' desk: what is nominated, written, reviewed, due and looked for in vain."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from base.clock import now
from base.condition import Condition, any_of, one_of
from base.db import as_datetime
from base.paging import Page
from kb.queries.deputies import those_of
from kb.queries.desk_mine import mine, mine_row
from kb.queries.desk_rows import (
    UNOWNED,
    Asked,
    DeskRow,
    Held,
    nominated,
    nominated_row,
    open_row,
    open_versions,
    spoken,
    spoken_row,
    standing,
    standing_row,
)
from kb.triggers import stirred
from kb.verification import MOVED, in_state, in_states
from members.viewer import Viewer
from search_index.queries.gaps import gap_rows

GLANCE: Final = 5
SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of the desk: how much there is, and the first of it."""

    name: str
    rows: tuple[DeskRow, ...]
    page: Page
    held: Held = ""

    @property
    def total(self) -> int:
        """Return how many rows there are in all."""
        return self.page.total

    @property
    def url(self) -> str:
        """Return the address of all its rows; what is looked for in vain has a page of its own."""
        if self.name == "gaps":
            return "/search/gaps"
        return f"/desk?lane={self.name}" + (f"&who={self.held}" if self.held else "")


Load = Callable[[Asked], Awaitable[list[dict[str, Any]]]]


async def desk(viewer: Viewer, lane: str = "", page: int = 1, held: Held = "") -> tuple[Lane, ...]:
    """Return every lane at a glance, and one of them in full; `held` asks for the viewer's rows or nobody's."""
    return tuple([await _lane(viewer, name, full=name == lane, page=page, held=held) for name in LANES])


async def totals(viewer: Viewer, names: Iterable[str]) -> dict[str, Lane]:
    """Return some of the lanes at a glance, by their names."""
    return {name: await _lane(viewer, name, full=False, page=1) for name in names}


async def reviews_for(viewer: Viewer) -> tuple[Lane, ...]:
    """Return what waits for somebody who is not an editor: reviews they were asked for, practices they own."""
    return tuple([await _lane(viewer, name, full=True, page=1) for name in ("mine", "owned")])


async def _lane(viewer: Viewer, name: str, *, full: bool, page: int, held: Held = "") -> Lane:
    load, read = LANES.get(name, _OWNED)
    size, number = (SIZE, page) if full else (GLANCE, 1)
    found = await load(Asked(viewer, held, size, (number - 1) * size))
    total = found[0]["total"] if found else 0
    return Lane(name, tuple(read(row) for row in found), Page(number, size, total), held)


async def _drafts(asked: Asked) -> list[dict[str, Any]]:
    return await open_versions(asked, one_of("r.state", ("draft", "changes_requested")), "r.changed_at DESC")


async def _in_review(asked: Asked) -> list[dict[str, Any]]:
    return await open_versions(asked, Condition("r.state = 'in_review'"), "q.due_on NULLS LAST, r.changed_at")


async def _due(asked: Asked) -> list[dict[str, Any]]:
    return await standing(asked, in_state("due_soon", now()), urgent=True)


async def _overdue(asked: Asked) -> list[dict[str, Any]]:
    return await standing(asked, in_states(("overdue", "stale", "unverified"), now()), urgent=True)


async def _changed(asked: Asked) -> list[dict[str, Any]]:
    return await standing(asked, any_of((in_states(MOVED, now()), stirred())), urgent=True)


async def _unowned(asked: Asked) -> list[dict[str, Any]]:
    return await standing(asked, UNOWNED)


async def _owned(asked: Asked) -> list[dict[str, Any]]:
    return await standing(asked, those_of(asked.viewer, "a.owner_id"))


async def _unhelpful(asked: Asked) -> list[dict[str, Any]]:
    return await spoken(asked, "helpful_votes", "NOT s.helpful AND s.settled_at IS NULL")


async def _suggested(asked: Asked) -> list[dict[str, Any]]:
    return await spoken(asked, "suggestions", "s.state = 'open'")


async def _gaps(asked: Asked) -> list[dict[str, Any]]:
    return await gap_rows(asked.limit, asked.offset)


def _gap_row(row: Mapping[str, Any]) -> DeskRow:
    return DeskRow(
        id=0, title=row["query"], url="/kb/new", count=int(row["searches"]), at=as_datetime(str(row["last"])),
        subject="",
    )  # fmt: skip


__all__ = ["LANES", "URGENT", "DeskRow", "Held", "Lane", "desk", "reviews_for", "totals"]

URGENT: Final = frozenset({"due", "overdue", "changed"})
"""The lanes in which what is read most and was checked longest ago stands first."""
LANES: Final[Mapping[str, tuple[Load, Callable[[Mapping[str, Any]], DeskRow]]]] = {
    "nominated": (nominated, nominated_row),
    "drafts": (_drafts, open_row),
    "review": (_in_review, open_row),
    "mine": (mine, mine_row),
    "due": (_due, standing_row),
    "overdue": (_overdue, standing_row),
    "changed": (_changed, standing_row),
    "unowned": (_unowned, standing_row),
    "unhelpful": (_unhelpful, spoken_row),
    "suggested": (_suggested, spoken_row),
    "gaps": (_gaps, _gap_row),
}
_OWNED: Final[tuple[Load, Callable[[Mapping[str, Any]], DeskRow]]] = (_owned, standing_row)
