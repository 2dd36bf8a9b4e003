"""What is read of every post that is shown, and what of it only some may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from base.condition import Condition
from base.db import marks
from forum.facts import ThreadFacts
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION
from forum.rules import may_read_doubts
from members.viewer import Viewer

_BETWEEN, _AFTER = "\t", "\n"  # reasons and notes are single lines, so neither can stand in one

# CROSS JOIN keeps SQLite from beginning with all posts of the thread, for every post anew.
_COLUMNS: Final = f"""p.id, p.number, p.position, p.place, p.comments, p.kind, p.author_id AS post_author_id, p.html,
  p.revision, p.votes, p.state, p.deleted_by_id, p.accepted_by_id, p.created_at, p.edited_at,
  p.outdated_at, p.outdated_why,
  p.industry AS author_industry, {AUTHOR_COLUMNS},
  e.number AS parent_number, e.position AS parent_position, ea.name AS parent_author,
  CASE WHEN p.accepted_by_id IS NULL THEN NULL ELSE (SELECT xo.name FROM memberships xm
    JOIN organisations xo ON xo.id = xm.organisation_id WHERE xm.id = (SELECT MIN(x.id) FROM memberships x
      WHERE x.member_id = p.accepted_by_id AND x.state = 'active' AND x.main)) END AS accepted_for,
  CASE WHEN p.place > 0 THEN NULL ELSE (SELECT string_agg(CAST(s.number AS TEXT) || '{_BETWEEN}'
      || CAST(q.revision AS TEXT) || '{_BETWEEN}' || s.state, '{_AFTER}')
    FROM quotes q CROSS JOIN posts s
    WHERE q.post_id = p.id AND s.id = q.source_id AND s.thread_id = p.thread_id
      AND (s.revision > q.revision OR s.state <> 'published'))
  END AS quotes_changed"""  # noqa: S608
_OF_NOBODY: Final = ", 0 AS post_replies, 0 AS voted, 0 AS doubted, 0 AS kept, NULL AS doubts"
FROM: Final = f"""FROM posts p JOIN members m ON m.id = p.author_id {MAIN_ORGANISATION}
  LEFT JOIN posts e ON e.id = p.parent_id AND e.thread_id = p.thread_id AND p.kind = 'reply'
  LEFT JOIN members ea ON ea.id = e.author_id AND e.state = 'published' AND ea.state <> 'gone'"""


@dataclass(frozen=True, slots=True)
class DoubtSaid:
    """Why somebody did not find a post useful; who it was, nobody is told."""

    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class QuoteChanged:
    """A post of the same thread that is quoted as it stood at a revision, and that says something else now."""

    number: int
    revision: int
    gone: bool


def post_columns(viewer: Viewer, thread: ThreadFacts) -> Condition:
    """Return the columns for posts of a thread, with their values: what is the viewer's, or theirs to know, too."""
    mine = viewer.ids_in(thread.id)
    if not mine:
        return Condition(_COLUMNS + _OF_NOBODY)
    me = marks(mine)
    told = f"p.place = 0 AND {'1 = 1' if may_read_doubts(viewer, thread) else f'p.author_id IN ({me})'}"
    own = f"""{_COLUMNS},
  CASE WHEN p.author_id IN ({me}) THEN (SELECT COUNT(*) FROM posts x
    WHERE x.parent_id = p.id AND x.state = 'published' AND x.author_id <> p.author_id) ELSE 0 END AS post_replies,
  (SELECT COUNT(*) FROM votes v WHERE v.post_id = p.id AND v.member_id IN ({me})) AS voted,
  (SELECT COUNT(*) FROM doubts d WHERE d.post_id = p.id AND d.member_id IN ({me})) AS doubted,
  (SELECT COUNT(*) FROM bookmarks b WHERE b.member_id IN ({me})
    AND b.target = CASE WHEN p.number = 1 THEN 'thread' ELSE 'post' END
    AND b.target_id = CASE WHEN p.number = 1 THEN p.thread_id ELSE p.id END) AS kept,
  CASE WHEN {told} THEN (SELECT string_agg(d.reason || '{_BETWEEN}' || d.note, '{_AFTER}')
    FROM doubts d WHERE d.post_id = p.id) END AS doubts"""  # noqa: S608
    return Condition(own, mine * own.count(f"({me})"))


def read_doubts(row: Mapping[str, Any]) -> tuple[DoubtSaid, ...]:
    """Read why a post was not useful to some, as far as the viewer may know."""
    found = (line.split(_BETWEEN) for line in (row["doubts"] or "").split(_AFTER) if line)
    return tuple(sorted((DoubtSaid(reason, note) for reason, note in found), key=lambda one: (one.reason, one.note)))


def read_changed(row: Mapping[str, Any]) -> tuple[QuoteChanged, ...]:
    """Read which quoted posts say something else by now."""
    found = (line.split(_BETWEEN) for line in (row["quotes_changed"] or "").split(_AFTER) if line)
    quotes = (QuoteChanged(int(number), int(revision), state != "published") for number, revision, state in found)
    return tuple(sorted(quotes, key=lambda one: one.number))
