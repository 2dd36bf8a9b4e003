"""To whom a revision owes something: computed from its sources, its editors and its reviewers."""

from dataclasses import dataclass
from typing import Final

from base.db import rows
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION, Author, author_of
from kb.queries.margin import ROLES
from kb.sections import PROMOTED

# Of a thread that was only looked at nothing was taken; a case study counts as evidence as a whole.
_STATEMENT: Final = f"""SELECT parts.role, {AUTHOR_COLUMNS} FROM (
  SELECT t.author_id AS who, CASE WHEN t.kind = 'case_study' THEN 'case_author' ELSE 'asked' END AS role
    FROM source_links l JOIN threads t ON t.id = l.thread_id WHERE l.article_id = ? AND l.revision = ?
      AND (l.post_number > 0 OR l.section = '{PROMOTED}' OR t.kind = 'case_study')
  UNION SELECT p.author_id, 'answered' FROM source_links l JOIN posts p ON p.id = l.post_id
    WHERE l.article_id = ? AND l.revision = ? AND p.number > 1
  UNION SELECT s.author_id, 'suggested' FROM suggestions s
    WHERE s.article_id = ? AND s.state = 'accepted' AND s.accepted_into <= ?
  UNION SELECT r.author_id, 'edited' FROM article_revisions r
    WHERE r.article_id = ? AND (r.number = ? OR r.state IN ('published', 'superseded'))
  UNION SELECT r.last_editor_id, 'edited' FROM article_revisions r
    WHERE r.article_id = ? AND (r.number = ? OR r.state IN ('published', 'superseded'))
  UNION SELECT q.reviewer_id, 'reviewed' FROM reviews q JOIN article_revisions r ON r.id = q.revision_id
    WHERE r.article_id = ? AND q.decision IN ('approved', 'changes_requested', 'rejected')
) parts JOIN members m ON m.id = parts.who {MAIN_ORGANISATION} WHERE m.state <> 'gone' ORDER BY m.name, m.id"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Contribution:
    """A person and everything they did for a revision."""

    author: Author
    roles: tuple[str, ...]


async def contributions(article_id: int, revision: int) -> tuple[Contribution, ...]:
    """Return who contributed to a revision, those it was distilled from first."""
    here = (article_id, revision)
    found = await rows(_STATEMENT, *here, *here, *here, *here, *here, article_id)
    people: dict[int, tuple[Author, set[str]]] = {}
    for row in found:
        people.setdefault(row["author_id"], (author_of(row), set()))[1].add(row["role"])
    listed = [Contribution(author, tuple(role for role in ROLES if role in roles)) for author, roles in people.values()]
    return tuple(sorted(listed, key=lambda one: list(ROLES).index(one.roles[0])))
