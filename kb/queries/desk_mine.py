"""What waits for one person: their reviews, what they have to mend, and what they have taken on or were given."""

from collections.abc import Mapping
from typing import Any, Final

from base.condition import Condition
from base.db import as_datetime, rows
from forum.addresses import thread_url
from forum.rules import visible_threads
from kb.addresses import article_url, work_url
from kb.queries.article import Person
from kb.queries.deputies import those_of
from kb.queries.desk_rows import HOLDER, Asked, DeskRow, holders
from kb.rules import OPEN_STATES, READABLE, visible_articles

_GIVER: Final = "CASE WHEN g.by_id = g.member_id THEN '' ELSE COALESCE(y.name, '') END AS giver"
_GAVE: Final = "LEFT JOIN members y ON y.id = g.by_id"
_OPEN: Final = ", ".join(f"'{state}'" for state in OPEN_STATES)
_READABLE: Final = ", ".join(f"'{state}'" for state in READABLE)


async def mine(asked: Asked) -> list[dict[str, Any]]:
    """Return what waits for the viewer, and for those for whom they stand in."""
    parts = (_versions(asked), _articles(asked), _threads(asked))
    return await rows(
        "SELECT z.*, COUNT(*) OVER () AS total FROM (" + " UNION ALL ".join(one.sql for one in parts) + ") z "  # noqa: S608
        "ORDER BY z.due NULLS LAST, z.at, z.id LIMIT ? OFFSET ?",
        *(value for one in parts for value in one.values), asked.limit, asked.offset,
    )  # fmt: skip


def _versions(asked: Asked) -> Condition:
    """Ask for the versions to review or to mend, and those of articles the viewer has taken on: each once."""
    viewer = asked.viewer
    reviewer, editor, held = (those_of(viewer, name) for name in ("q.reviewer_id", "r.last_editor_id", "g.member_id"))
    visible = visible_articles(viewer)
    return Condition(
        "SELECT 'version' AS what, a.id, a.slug, r.title, r.state, r.changed_at AS at, "  # noqa: S608
        f"CAST(q.due_on AS TEXT) AS due, COALESCE(w.name, m.name) AS who, {HOLDER}, {_GIVER} FROM articles a "
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.latest_revision "
        "JOIN members m ON m.id = r.last_editor_id LEFT JOIN reviews q ON q.id = (SELECT MIN(q.id) FROM reviews q "
        f"WHERE q.revision_id = r.id AND q.decision = '' AND (r.state <> 'in_review' OR {reviewer.sql})) "
        f"LEFT JOIN members w ON w.id = q.reviewer_id {holders('article', 'a.id')} {_GAVE} "
        f"WHERE ({visible.sql}) AND ((r.state = 'in_review' AND r.last_editor_id <> ? AND {reviewer.sql}) "
        f"OR (r.state = 'changes_requested' AND {editor.sql}) OR (r.state IN ({_OPEN}) AND {held.sql}))",
        (*reviewer.values, *visible.values, viewer.id, *reviewer.values, *editor.values, *held.values),
    )


def _articles(asked: Asked) -> Condition:
    """Ask for the articles the viewer has taken on while nobody writes a new version of them."""
    visible, held = visible_articles(asked.viewer), those_of(asked.viewer, "g.member_id")
    return Condition(
        "SELECT 'article' AS what, a.id, a.slug, a.title, '' AS state, g.at, CAST(a.due_at AS TEXT) AS due, "  # noqa: S608
        f"COALESCE(m.name, '') AS who, {HOLDER}, {_GIVER} FROM articles a "
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.latest_revision "
        f"LEFT JOIN members m ON m.id = a.owner_id {holders('article', 'a.id')} {_GAVE} "
        f"WHERE ({visible.sql}) AND a.state IN ({_READABLE}) AND r.state NOT IN ({_OPEN}) AND {held.sql}",
        (*visible.values, *held.values),
    )


def _threads(asked: Asked) -> Condition:
    visible, held = visible_threads(asked.viewer), those_of(asked.viewer, "g.member_id")
    return Condition(
        "SELECT 'thread' AS what, t.id, t.slug, t.title, t.resolution AS state, g.at, CAST(NULL AS TEXT) AS due, "  # noqa: S608
        f"'' AS who, {HOLDER}, {_GIVER} FROM threads t {holders('thread', 't.id')} {_GAVE} "
        f"WHERE ({visible.sql}) AND {held.sql}",
        (*visible.values, *held.values),
    )


def mine_row(row: Mapping[str, Any]) -> DeskRow:
    """Read what waits."""
    id_, what = row["id"], row["what"]
    about = (thread_url if what == "thread" else article_url)(id_, row["slug"])
    place = "review" if row["state"] == "in_review" else "edit"
    urls = {"version": work_url(id_, place), "article": about, "thread": f"/kb/promote/{id_}"}
    return DeskRow(
        id=id_, title=row["title"], url=urls[what], about=about, who=row["who"], state=row["state"],
        at=as_datetime(row["at"]), due=as_datetime(row["due"]), subject="thread" if what == "thread" else "article",
        holder=Person(row["holder"], row["holder_handle"]) if row["holder"] else None,
        given_by=row["giver"],
    )  # fmt: skip
