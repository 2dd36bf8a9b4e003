"""People who work on articles."""

from base.clock import now
from base.db import rows
from kb.queries.article import Person
from members.queries.vendors import VENDOR_OF


async def possible_reviewers(but: int) -> tuple[Person, ...]:
    """Return the editors who could review a draft: everybody `but` the one who sends it, who edits it last.

    Nobody of the industry is among them.
    """
    at = now()
    known = await rows(
        "SELECT DISTINCT m.name, m.handle FROM role_grants g JOIN members m ON m.id = g.member_id "  # noqa: S608
        f"WHERE {VENDOR_OF.format(member='m.id')} IS NULL "
        "AND g.role IN ('editor', 'admin') AND g.scope = 'site' AND g.since <= ? "
        "AND (g.until IS NULL OR g.until > ?) AND m.state = 'active' AND m.id <> ? ORDER BY m.name",
        at, at, but,
    )  # fmt: skip
    return tuple(Person(row["name"], row["handle"]) for row in known)


async def earlier_reviewers(revision_id: int) -> tuple[Person, ...]:
    """Return who was asked to review a draft before and still could, first who asked for changes last."""
    known = await rows(
        "SELECT m.name, m.handle FROM reviews q JOIN members m ON m.id = q.reviewer_id "  # noqa: S608
        "JOIN article_revisions r ON r.id = q.revision_id "
        f"WHERE q.revision_id = ? AND m.state = 'active' AND {VENDOR_OF.format(member='m.id')} IS NULL "
        "AND m.id <> r.last_editor_id GROUP BY m.name, m.handle "
        "ORDER BY MAX(CASE WHEN q.decision = 'changes_requested' THEN q.id ELSE 0 END) DESC, MAX(q.id) DESC LIMIT 5",
        revision_id,
    )
    return tuple(Person(row["name"], row["handle"]) for row in known)


async def possible_keepers() -> tuple[tuple[str, str], ...]:
    """Return the editors who could look after a collection, each with handle and name."""
    return tuple((one.handle or "", one.name) for one in await possible_reviewers(0))


async def name_of(member_id: int) -> str:
    """Return a member's name, or nothing when there is none."""
    found = await rows("SELECT name FROM members WHERE id = ?", member_id)
    return str(found[0]["name"]) if found else ""
