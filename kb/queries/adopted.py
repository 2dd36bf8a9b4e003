"""Which practices an organisation has adopted, for its page."""

from collections.abc import Mapping
from typing import Any, Final

from base import settings
from base.condition import ALWAYS, Condition
from base.db import as_datetime, rows
from kb.addresses import article_url
from kb.adoptions import ADOPTION_WORDS
from kb.queries.filters import readable_articles
from kb.rules import visible_articles
from members.queries.contributions import Item, Shelf, Whose
from members.viewer import Viewer

_SHOWN: Final = 5


async def adopted_by(viewer: Viewer, whose: Whose, subject_id: int) -> list[Shelf]:
    """Return the practices that an organisation uses or tries, but for those under which it hides its name.

    Its own people see these, too.
    """
    if whose != "organisation":
        return []
    seen = readable_articles(viewer, obsolete=False)
    named = ALWAYS if viewer.organisation_id == subject_id else Condition("d.name_visible = ?", (True,))
    found = await rows(
        "SELECT a.id, a.slug, a.title, d.state, d.at, COUNT(*) OVER () AS total FROM adoptions d "  # noqa: S608
        "JOIN articles a ON a.id = d.article_id WHERE d.organisation_id = ? "
        f"AND d.state NOT IN ('stopped', 'not_for_us') AND ({named.sql}) AND ({seen.sql}) "
        "ORDER BY CASE WHEN d.state IN ('adopted', 'adapted') THEN 0 ELSE 1 END, d.at DESC, d.id DESC LIMIT ?",
        subject_id, *named.values, *seen.values, _SHOWN,
    )  # fmt: skip
    items = tuple(
        Item(
            url=article_url(row["id"], row["slug"]),
            title=row["title"],
            kind="article",
            at=as_datetime(row["at"]),
            note=ADOPTION_WORDS.get(row["state"], ""),
        )
        for row in found
    )
    return [Shelf("adopted", "Practices it uses", found[0]["total"] if found else 0, items)]


async def uses_taken_along(viewer: Viewer, organisation_id: int) -> Mapping[str, Any]:
    """Return what an organisation does with each practice that the viewer may read, for who runs it to take along."""
    seen = visible_articles(viewer)
    found = await rows(
        "SELECT a.id, a.slug, a.title, d.state, d.note, d.result, d.since, d.name_visible, d.at FROM adoptions d "  # noqa: S608
        f"JOIN articles a ON a.id = d.article_id WHERE d.organisation_id = ? AND ({seen.sql}) ORDER BY d.id",
        organisation_id, *seen.values,
    )  # fmt: skip
    address = settings.get().address
    practices = [
        {
            "url": address + article_url(row["id"], row["slug"]),
            "named": bool(row["name_visible"]),
            "since": str(row["since"])[:10] if row["since"] else None,
            "at": as_datetime(row["at"]),
            **{name: row[name] for name in ("title", "state", "note", "result")},
        }
        for row in found
    ]
    return {"practices": practices}
