"""The editors' desk: what is nominated, written, reviewed, due and looked for in vain."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.condition import Condition, one_of
from base.db import as_datetime, rows
from base.paging import Page
from forum.addresses import thread_url
from forum.rules import visible_threads
from kb.addresses import article_url, work_url
from kb.queries.deputies import those_of
from kb.queries.facts import read_standing
from kb.rules import visible_articles
from kb.verification import MOVED, State, in_state, in_states, moved_column, state_of
from members.viewer import Viewer
from search_index.queries.gaps import gap_rows

UNOWNED: Final = Condition("NOT EXISTS (SELECT 1 FROM members o WHERE o.id = a.owner_id AND o.state = 'active')")
GLANCE: Final = 5
SIZE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One thing that waits for an editor; `url` is where one works on it, `about` where one reads it."""

    id: int
    title: str
    url: str
    about: str = ""
    who: str = ""
    note: str = ""
    state: str = ""
    count: int = 0
    at: datetime | None = None
    due: datetime | None = None
    verification: State | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One column of the desk: how much there is, and the first of it."""

    name: str
    rows: tuple[DeskRow, ...]
    page: Page

    @property
    def total(self) -> int:
        """Return how many rows there are in all."""
        return self.page.total

    @property
    def url(self) -> str:
        """Return the address of all its rows; what is looked for in vain has a page of its own."""
        return "/search/gaps" if self.name == "gaps" else f"/desk?lane={self.name}"


Load = Callable[[Viewer, int, int], Awaitable[list[dict[str, Any]]]]


async def desk(viewer: Viewer, lane: str = "", page: int = 1) -> tuple[Lane, ...]:
    """Return every lane at a glance, and one of them in full."""
    return tuple([await _lane(viewer, name, full=name == lane, page=page) for name in LANES])


async def reviews_for(viewer: Viewer) -> tuple[Lane, ...]:
    """Return what waits for somebody who is not an editor: reviews they were asked for, practices they own."""
    return tuple([await _lane(viewer, name, full=True, page=1) for name in ("mine", "owned")])


async def _lane(viewer: Viewer, name: str, *, full: bool, page: int) -> Lane:
    load, read = LANES.get(name, _OWNED)
    size, number = (SIZE, page) if full else (GLANCE, 1)
    found = await load(viewer, size, (number - 1) * size)
    total = found[0]["total"] if found else 0
    return Lane(name, tuple(read(row) for row in found), Page(number, size, total))


async def _nominated(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    visible = visible_threads(viewer)
    return await rows(
        "SELECT t.id, t.title, t.slug, t.resolution, t.votes, MIN(n.at) AS at, COUNT(*) AS number, MAX(n.why) AS why, "  # noqa: S608
        "COUNT(*) OVER () AS total FROM nominations n JOIN threads t ON t.id = n.thread_id "
        f"WHERE n.state = 'open' AND ({visible.sql}) GROUP BY t.id, t.title, t.slug, t.resolution, t.votes "
        "ORDER BY COUNT(*) DESC, t.votes DESC, CASE WHEN t.resolution = 'solved' THEN 0 ELSE 1 END, MIN(n.at), t.id "
        "LIMIT ? OFFSET ?",
        *visible.values, limit, offset,
    )  # fmt: skip


def _nominated_row(row: Mapping[str, Any]) -> DeskRow:
    return DeskRow(
        id=row["id"], title=row["title"], url=f"/kb/promote/{row['id']}", about=thread_url(row["id"], row["slug"]),
        note=row["why"], state=row["resolution"], count=row["number"], at=as_datetime(row["at"]),
    )  # fmt: skip


async def _open(viewer: Viewer, wanted: Condition, order: str, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return the versions that are being worked on, with who has them."""
    visible = visible_articles(viewer)
    return await rows(
        "SELECT a.id, a.slug, r.number, r.title, r.state, r.changed_at, m.name AS who, w.name AS reviewer, q.due_on, "  # noqa: S608
        "COUNT(*) OVER () AS total FROM articles a "
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.latest_revision "
        "JOIN members m ON m.id = r.last_editor_id "
        "LEFT JOIN reviews q ON q.revision_id = r.id AND q.decision = '' LEFT JOIN members w ON w.id = q.reviewer_id "
        f"WHERE ({visible.sql}) AND ({wanted.sql}) ORDER BY {order}, a.id LIMIT ? OFFSET ?",
        *visible.values, *wanted.values, limit, offset,
    )  # fmt: skip


def _open_row(row: Mapping[str, Any]) -> DeskRow:
    place = "review" if row["state"] == "in_review" else "edit"
    due = row["due_on"]
    return DeskRow(
        id=row["id"], title=row["title"], url=work_url(row["id"], place), about=article_url(row["id"], row["slug"]),
        who=row["reviewer"] or row["who"], state=row["state"], at=as_datetime(row["changed_at"]),
        due=as_datetime(str(due)) if due else None,
    )  # fmt: skip


async def _drafts(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _open(viewer, one_of("r.state", ("draft", "changes_requested")), "r.changed_at DESC", limit, offset)


async def _in_review(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _open(viewer, Condition("r.state = 'in_review'"), "q.due_on NULLS LAST, r.changed_at", limit, offset)


async def _mine(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    reviewer, editor = those_of(viewer, "q.reviewer_id"), those_of(viewer, "r.last_editor_id")
    wanted = Condition(
        f"(r.state = 'in_review' AND {reviewer.sql}) OR (r.state = 'changes_requested' AND {editor.sql})",
        reviewer.values + editor.values,
    )
    return await _open(viewer, wanted, "q.due_on NULLS LAST, r.changed_at", limit, offset)


async def _standing(viewer: Viewer, wanted: Condition, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return published articles, those due first on top."""
    condition = visible_articles(viewer) & Condition("a.state = 'published'") & wanted
    return await rows(
        "SELECT a.id, a.slug, a.title, a.state, a.published_revision, a.verified_revision, a.due_at, a.verified_at, "  # noqa: S608
        f"{moved_column()}, "
        "m.name AS who, COUNT(*) OVER () AS total FROM articles a LEFT JOIN members m ON m.id = a.owner_id "
        f"WHERE {condition.sql} ORDER BY a.due_at NULLS LAST, a.id LIMIT ? OFFSET ?",
        *condition.values, limit, offset,
    )  # fmt: skip


def _standing_row(row: Mapping[str, Any]) -> DeskRow:
    url = article_url(row["id"], row["slug"])
    return DeskRow(
        id=row["id"], title=row["title"], url=url, about=url, who=row["who"] or "", count=row["published_revision"],
        at=as_datetime(row["verified_at"]), due=as_datetime(row["due_at"]),
        verification=state_of(read_standing(row, row["state"]), now()),
    )  # fmt: skip


async def _due(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _standing(viewer, in_state("due_soon", now()), limit, offset)


async def _overdue(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _standing(viewer, in_states(("overdue", "stale", "unverified"), now()), limit, offset)


async def _changed(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _standing(viewer, in_states(MOVED, now()), limit, offset)


async def _unowned(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _standing(viewer, UNOWNED, limit, offset)


async def _owned(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _standing(viewer, those_of(viewer, "a.owner_id"), limit, offset)


async def _unhelpful(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _spoken(viewer, "helpful_votes", "NOT s.helpful AND s.settled_at IS NULL", limit, offset)


async def _suggested(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await _spoken(viewer, "suggestions", "s.state = 'open'", limit, offset)


async def _spoken(viewer: Viewer, table: str, wanted: str, limit: int, offset: int) -> list[dict[str, Any]]:
    """Return the articles of which readers said something that nobody has dealt with, those with most of it first."""
    visible = visible_articles(viewer)
    return await rows(
        "SELECT a.id, a.slug, a.title, m.name AS who, COUNT(*) AS number, MAX(s.at) AS at, "  # noqa: S608
        f"COUNT(*) OVER () AS total FROM {table} s JOIN articles a ON a.id = s.article_id "
        f"LEFT JOIN members m ON m.id = a.owner_id WHERE {wanted} AND a.state = 'published' AND ({visible.sql}) "
        "GROUP BY a.id, a.slug, a.title, m.name ORDER BY COUNT(*) DESC, MAX(s.at) DESC, a.id LIMIT ? OFFSET ?",
        *visible.values, limit, offset,
    )  # fmt: skip


def _spoken_row(row: Mapping[str, Any]) -> DeskRow:
    return DeskRow(
        id=row["id"], title=row["title"], url=article_url(row["id"], row["slug"]), who=row["who"] or "",
        count=row["number"], at=as_datetime(row["at"]),
    )  # fmt: skip


async def _gaps(viewer: Viewer, limit: int, offset: int) -> list[dict[str, Any]]:
    return await gap_rows(limit, offset)


def _gap_row(row: Mapping[str, Any]) -> DeskRow:
    return DeskRow(
        id=0, title=row["query"], url="/kb/new", count=int(row["searches"]), at=as_datetime(str(row["last"]))
    )


LANES: Final[Mapping[str, tuple[Load, Callable[[Mapping[str, Any]], DeskRow]]]] = {
    "nominated": (_nominated, _nominated_row),
    "drafts": (_drafts, _open_row),
    "review": (_in_review, _open_row),
    "mine": (_mine, _open_row),
    "due": (_due, _standing_row),
    "overdue": (_overdue, _standing_row),
    "changed": (_changed, _standing_row),
    "unowned": (_unowned, _standing_row),
    "unhelpful": (_unhelpful, _spoken_row),
    "suggested": (_suggested, _spoken_row),
    "gaps": (_gaps, _gap_row),
}
_OWNED: Final[tuple[Load, Callable[[Mapping[str, Any]], DeskRow]]] = (_owned, _standing_row)
