"""The adoption ledger of an article: what organisations do with it now, and what its own people proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from base.condition import one_of
from base.db import as_datetime, rows
from kb.addresses import article_url
from kb.adoptions import Adoption, Uses, shown
from kb.queries.article import Link
from kb.queries.facts import Found, find, find_readable
from kb.rules import decides_use_of, may_record_use
from members.queries.platform_changes import read_day
from members.viewer import Viewer

_MOST: Final = 200

ADOPTION_COLUMNS: Final = "d.state, d.note, d.result, d.since, d.name_visible, o.id, o.name, o.slug, o.country, o.kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of an organisation's history; `standing` is recorded, proposed, declined or withdrawn."""

    id: int
    organisation: str
    state: str
    result: str
    note: str
    by: str
    standing: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPage:
    """The ledger as the viewer may read it: `history` of their own organisation, `proposed` for them to decide.

    `records` says whether what they say is recorded at once, `takes_back` whether they have said something that they
    can take back.
    """

    id: int
    article: Link
    uses: tuple[Adoption, ...]
    counts: Uses
    own: Adoption | None
    own_organisation: str
    history: tuple[Change, ...]
    proposed: tuple[Change, ...]
    records: bool
    takes_back: bool


async def ledger(viewer: Viewer, article_id: int) -> LedgerPage:
    """Return who uses an article, in three statements."""
    latest = await find(viewer, article_id)
    found = await _published(viewer, latest)
    known = [
        read_adoption(row)
        for row in await rows(
            f"SELECT {ADOPTION_COLUMNS} FROM adoptions d "  # noqa: S608
            "JOIN organisations o ON o.id = d.organisation_id WHERE d.article_id = ? ORDER BY o.name",
            article_id,
        )
    ]
    listed, counts = shown(known, viewer.organisation_id)
    changes = await _changes(viewer, article_id)
    own = [one for one in known if one.organisation_id == viewer.organisation_id]
    waits = any(
        row["standing"] == "proposed" and (row["by_id"], row["organisation_id"]) == (viewer.id, viewer.organisation_id)
        for row in changes
    )
    mine = [(row["organisation_id"], _change(row)) for row in changes]
    return LedgerPage(
        id=article_id,
        article=Link(found.content.title, article_url(found.id, found.slug)),
        uses=listed,
        counts=counts,
        own=own[0] if own else None,
        own_organisation=viewer.organisation_name,
        history=tuple(one for place, one in mine if place == viewer.organisation_id),
        proposed=tuple(one for _, one in mine if one.standing == "proposed") if may_record_use(viewer) else (),
        records=may_record_use(viewer),
        takes_back=bool(own) if may_record_use(viewer) else waits,
    )


async def _published(viewer: Viewer, latest: Found) -> Found:
    return await find_readable(viewer, latest.id, latest.article.published_revision or latest.revision.number)


async def _changes(viewer: Viewer, article_id: int) -> list[dict[str, Any]]:
    """Return the history of the viewer's organisation, and what waits for their decision."""
    own = one_of("c.organisation_id", [viewer.organisation_id] if viewer.organisation_id else [])
    decides = decides_use_of(viewer, "c.organisation_id")
    return await rows(
        "SELECT c.*, o.name AS organisation, m.name AS by_name, m.state AS by_state FROM adoption_changes c "  # noqa: S608
        "JOIN organisations o ON o.id = c.organisation_id LEFT JOIN members m ON m.id = c.by_id "
        f"WHERE c.article_id = ? AND (({own.sql}) OR (c.standing = 'proposed' AND ({decides.sql}))) "
        "ORDER BY c.at DESC, c.id DESC LIMIT ?",
        article_id, *own.values, *decides.values, _MOST,
    )  # fmt: skip


def read_adoption(row: Mapping[str, Any]) -> Adoption:
    """Read an adoption out of a row with ADOPTION_COLUMNS."""
    since: date | str | None = row["since"]
    return Adoption(
        organisation_id=row["id"],
        organisation=row["name"],
        slug=row["slug"],
        country=row["country"],
        state=row["state"],
        note=row["note"],
        result=row["result"],
        since=read_day(since) if since else None,
        hidden=not row["name_visible"],
        is_vendor=row["kind"] == "industry",
    )


def _change(row: Mapping[str, Any]) -> Change:
    return Change(
        id=row["id"],
        organisation=row["organisation"],
        state=row["state"],
        result=row["result"],
        note=row["note"],
        by="Former member" if row["by_state"] == "gone" else row["by_name"] or "",
        standing=row["standing"],
        at=as_datetime(row["at"]),
    )
