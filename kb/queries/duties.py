"""What somebody looks after in the knowledge base: to be handed over when they leave their organisation."""

from typing import Final

from base.db import rows
from kb.addresses import article_url, work_url
from kb.rules import OPEN_STATES, READABLE, visible_articles
from members.queries.duties import Duties, Duty
from members.viewer import Viewer

_MOST: Final = 50
_OPEN: Final = ", ".join(f"'{state}'" for state in OPEN_STATES)
_KEPT: Final = ", ".join(f"'{state}'" for state in ("draft", *READABLE))
_DUTIES: Final = f"""
SELECT a.id, 'owner' AS what FROM articles a WHERE a.owner_id = ? AND a.state IN ({_KEPT})
UNION SELECT r.article_id, 'reviewer' FROM reviews q JOIN article_revisions r ON r.id = q.revision_id
  WHERE q.reviewer_id = ? AND q.decision = '' AND r.state IN ({_OPEN})
UNION SELECT g.subject_id, 'given' FROM assignments g WHERE g.subject = 'article' AND g.member_id = ?"""  # noqa: S608


async def duties_in_practices(viewer: Viewer, member_id: int) -> Duties:
    """Return which practices somebody owns, was asked to review or took on, in one statement."""
    visible = visible_articles(viewer)
    found = await rows(
        "SELECT a.id, a.slug, a.title, d.what, "  # noqa: S608
        f"CASE WHEN ({visible.sql}) THEN 1 ELSE 0 END AS seen FROM ({_DUTIES}) d JOIN articles a ON a.id = d.id "
        "ORDER BY LOWER(a.title), a.id, d.what LIMIT 500",
        *visible.values, member_id, member_id, member_id,
    )  # fmt: skip
    seen = [row for row in found if row["seen"]]
    shown = tuple(
        Duty(
            work_url(row["id"], "review") if row["what"] == "reviewer" else article_url(row["id"], row["slug"]),
            row["title"],
            row["what"],
        )
        for row in seen[:_MOST]
    )
    return Duties(shown, len(found) - len(shown))
