"""To whom something on the desk can be given, and who has it now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from base.clock import now
from base.db import marks, rows
from kb.queries.article import Person
from kb.queries.desk_rows import UNOWNED
from kb.queries.people import possible_reviewers
from kb.rules import OPEN_STATES
from kb.triggers import stirred
from kb.verification import in_state

_WORKERS: Final = """SELECT DISTINCT x.id, m.name, m.handle FROM (
  SELECT a.id, a.owner_id AS who FROM articles a WHERE a.id IN ({ids})
  UNION SELECT r.article_id, r.author_id FROM article_revisions r WHERE r.article_id IN ({ids})
  UNION SELECT r.article_id, q.reviewer_id FROM reviews q JOIN article_revisions r ON r.id = q.revision_id
    WHERE r.article_id IN ({ids})) x
JOIN members m ON m.id = x.who AND m.state = 'active' ORDER BY m.name"""


_BESIDES: Final = f"""r.state IN ({marks(OPEN_STATES)})
  OR EXISTS (SELECT 1 FROM suggestions s WHERE s.article_id = a.id AND s.state = 'open')
  OR EXISTS (SELECT 1 FROM helpful_votes s WHERE s.article_id = a.id AND NOT s.helpful AND s.settled_at IS NULL)"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Assignable:
    """To whom rows can be given: every editor, and to each article those who work on it besides."""

    editors: tuple[Person, ...]
    others: Mapping[int, tuple[Person, ...]]


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has something; `active` unless they have left meanwhile."""

    id: int
    member_id: int
    name: str
    handle: str
    active: bool


async def assignable(article_ids: Iterable[int]) -> Assignable:
    """Return to whom these articles can be given, and everything else: two statements."""
    ids = sorted(set(article_ids))
    editors = await possible_reviewers(0)
    found = await rows(_WORKERS.format(ids=marks(ids)), *ids, *ids, *ids)
    handles = {one.handle for one in editors}
    others: dict[int, tuple[Person, ...]] = {}
    for row in found:
        if row["handle"] not in handles:
            others[row["id"]] = (*others.get(row["id"], ()), Person(row["name"], row["handle"]))
    return Assignable(editors, others)


async def holding(subject: str, subject_id: int) -> Holding | None:
    """Return who has taken something on, or None."""
    found = await rows(
        "SELECT g.id, g.member_id, m.name, m.handle, m.state FROM assignments g JOIN members m ON m.id = g.member_id "
        "WHERE g.subject = ? AND g.subject_id = ?",
        subject, subject_id,
    )  # fmt: skip
    if not found:
        return None
    row = found[0]
    return Holding(row["id"], row["member_id"], row["name"], row["handle"], row["state"] == "active")


async def still_waits(article_id: int) -> bool:
    """Say whether an article stands in any lane of the desk."""
    sound = in_state("verified", now())
    found = await rows(
        "SELECT a.id FROM articles a "  # noqa: S608
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.latest_revision "
        f"WHERE a.id = ? AND (NOT ({sound.sql}) OR {_BESIDES} OR {UNOWNED.sql} OR {stirred().sql})",
        article_id, *sound.values, *OPEN_STATES,
    )  # fmt: skip
    return bool(found)


async def is_nominated(thread_id: int) -> bool:
    """Say whether somebody suggested a thread, and nobody has acted on it."""
    return bool(await rows("SELECT id FROM nominations WHERE thread_id = ? AND state = 'open' LIMIT 1", thread_id))
