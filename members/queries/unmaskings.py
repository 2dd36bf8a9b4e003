"""Requests to learn who is behind a mask, and one's own masks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.clock import now
from base.db import as_datetime, rows
from base.errors import refusal
from base.paging import Page
from base.settings import get
from members.masks import owner_key
from members.rules import LOOK_FOR, check_may_ask_to_unmask, check_may_decide_unmasking
from members.viewer import Viewer

_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmaskingRow:
    """One request; `may_decide` and `may_look` say what the viewer can do with it now."""

    id: int
    label: str
    url: str
    reason: str
    state: str
    asked_by: str
    asked_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    note: str
    may_decide: bool
    may_look: bool


@dataclass(frozen=True, slots=True)
class UnmaskingsPage:
    """What templates/members/unmaskings.html shows."""

    unmaskings: tuple[UnmaskingRow, ...]
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMask:
    """A mask of the viewer: where it is worn and what it shows; `looked_at` lists why somebody looked behind it."""

    place: str
    url: str
    label: str
    shared_by: int
    at: datetime | None
    looked_at: tuple[tuple[datetime | None, str], ...]


async def unmaskings_page(viewer: Viewer, number: int = 1) -> UnmaskingsPage:
    """Return one page of the requests, the open ones first."""
    check_may_ask_to_unmask(viewer)
    counted = await rows("SELECT COUNT(*) AS n FROM unmaskings")
    page, at = Page(number, get().page_size, counted[0]["n"]), now()
    found = await rows(
        "SELECT u.id, u.url, u.reason, u.state, u.asked_by_id, u.asked_at, u.decided_by_id, u.decided_at, u.note, "
        "f.name, f.title, a.name AS asked_by, d.name AS decided_by, k.owner FROM unmaskings u "
        "JOIN masks k ON k.id = u.mask_id JOIN members f ON f.id = k.member_id JOIN members a ON a.id = u.asked_by_id "
        "LEFT JOIN members d ON d.id = u.decided_by_id "
        "ORDER BY CASE u.state WHEN 'asked' THEN 0 ELSE 1 END, u.id DESC LIMIT ? OFFSET ?",
        page.size, page.offset,
    )  # fmt: skip
    listed = []
    for row in found:
        decided = as_datetime(row["decided_at"])
        fresh = row["state"] == "approved" and decided is not None and at - decided <= LOOK_FOR
        listed.append(
            UnmaskingRow(
                id=row["id"],
                label=", ".join(word for word in (row["name"], row["title"]) if word),
                url=row["url"],
                reason=row["reason"],
                state=row["state"],
                asked_by=row["asked_by"],
                asked_at=as_datetime(row["asked_at"]),
                decided_by=row["decided_by"] or "",
                decided_at=decided,
                note=row["note"],
                may_decide=row["state"] == "asked" and not refusal(_check_decides, viewer, row),
                may_look=fresh and viewer.id in (row["asked_by_id"], row["decided_by_id"]),
            )
        )
    return UnmaskingsPage(tuple(listed), page)


def _check_decides(viewer: Viewer, row: Mapping[str, Any]) -> None:
    own = row["owner"] == owner_key(viewer.member_id)
    check_may_decide_unmasking(viewer, asked_by=row["asked_by_id"], is_own=own)


async def own_masks(viewer: Viewer) -> tuple[OwnMask, ...]:
    """Return the viewer's masks, the newest first."""
    found = await rows(
        "SELECT k.id, k.place, k.shared_by, k.created_at, f.name, f.title FROM masks k "
        "JOIN members f ON f.id = k.member_id WHERE k.owner = ? ORDER BY k.id DESC LIMIT ?",
        owner_key(viewer.member_id), _MOST,
    )  # fmt: skip
    looked = await rows(
        "SELECT u.mask_id, u.decided_at, u.reason FROM unmaskings u JOIN masks k ON k.id = u.mask_id "
        "WHERE k.owner = ? AND u.state = 'approved' ORDER BY u.id",
        owner_key(viewer.member_id),
    )
    return tuple(
        OwnMask(
            place=row["place"],
            url=f"/t/{row['place'].partition(':')[2]}" if row["place"].startswith("thread:") else "",
            label=", ".join(word for word in (row["name"], row["title"]) if word),
            shared_by=row["shared_by"],
            at=as_datetime(row["created_at"]),
            looked_at=tuple((as_datetime(o["decided_at"]), o["reason"]) for o in looked if o["mask_id"] == row["id"]),
        )
        for row in found
    )
