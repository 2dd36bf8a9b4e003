"""Whether what visitors were shown of a thread is still so: one statement instead of the whole page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from base import settings
from base.clock import now
from base.db import lookup, marks
from base.errors import Missing
from forum.addresses import COMMENTS_SHOWN
from forum.queries.case_view import CASE_COLUMNS, CASE_JOIN
from forum.queries.concerned import positions_of
from forum.queries.facts import NO_THREAD
from forum.queries.thread_head import LABEL_COLUMNS
from forum.queries.thread_marks import AUDIENCE_NAME
from forum.rules import visible_threads
from members.queries.main_organisation import FORMER_ORGANISATION, MAIN_ORGANISATION
from members.queries.vendors import VENDOR_OF
from members.viewer import Viewer

# Names are not counted by a thread's version; they are read each time, so that nobody's old name is shown. So is what
# other case studies and platforms change in a case study.
_BETWEEN, _AFTER = "\t", "\n"  # titles and names are single lines, so neither can stand in one
_STAMP: Final = f"""
SELECT t.version, t.slug,
  (SELECT string_agg(m.name || ' ' || m.state || ' ' || m.title || ' ' || COALESCE(o.name, '') || ' '
      || COALESCE({VENDOR_OF.format(member="m.id")}, '') || ' ' || COALESCE({FORMER_ORGANISATION}, ''), '/')
    FROM members m {MAIN_ORGANISATION} WHERE m.id IN (
      SELECT p.author_id FROM posts p
        WHERE p.thread_id = t.id AND p.position IN ({{positions}}) AND p.place <= {COMMENTS_SHOWN}
      UNION SELECT e.author_id FROM posts p JOIN posts e ON e.id = p.parent_id
        WHERE p.thread_id = t.id AND p.position IN ({{positions}}) AND p.kind = 'reply'
      UNION SELECT p.author_id FROM posts p WHERE p.thread_id = t.id AND p.accepted_at IS NOT NULL
      UNION SELECT p.accepted_by_id FROM posts p WHERE p.thread_id = t.id AND p.accepted_at IS NOT NULL
      UNION SELECT c.author_id FROM posts p JOIN posts c ON c.thread_id = p.thread_id AND c.position = p.position
        WHERE p.thread_id = t.id AND p.accepted_at IS NOT NULL AND c.place BETWEEN 1 AND {COMMENTS_SHOWN})) AS people,
  (SELECT string_agg(r.id || '{_BETWEEN}' || r.title, '{_AFTER}') FROM threads r
    WHERE r.id IN ({{related}}) AND ({{seen_related}})) AS related,
  {LABEL_COLUMNS}, n.name AS category, g.name AS organisation, i.name AS region, {AUDIENCE_NAME}, {CASE_COLUMNS}
FROM threads t LEFT JOIN categories n ON n.id = t.category_id LEFT JOIN organisations g ON g.id = t.organisation_id
LEFT JOIN regions i ON i.id = t.region_id {CASE_JOIN} WHERE t.id = ? AND ({{seen}})"""  # noqa: S608

_OWN: Final = frozenset({"version", "slug", "people", "related"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a page of a thread depends on: of the same stamp, the same page.

    `related` are the threads named beside it, with their titles. `rest` are the labels, and what is known of a case
    study beside its text.
    """

    version: int
    slug: str
    people: str
    related: frozenset[tuple[int, str]]
    day: date
    rest: tuple[object, ...]


async def thread_stamp(viewer: Viewer, thread_id: int, page: int, related: Sequence[int]) -> Stamp:
    """Return the stamp of a page of a thread as it is now; raises Missing unless the viewer may see it."""
    size = settings.get().page_size
    positions = positions_of(page, size)
    seen, beside = visible_threads(viewer), visible_threads(viewer, "r")
    found = await lookup(
        _STAMP.format(
            positions=marks(positions),
            related=marks(related),
            seen=seen.sql,
            seen_related=beside.sql,
        ),
        *positions, *positions, *related, *beside.values, thread_id, *seen.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_THREAD)
    row = found[0]
    rest = tuple(row[name] for name in row if name not in _OWN)
    return Stamp(row["version"], row["slug"], row["people"], _related(row["related"]), now().date(), rest)


def _related(text: str | None) -> frozenset[tuple[int, str]]:
    found = (one.partition(_BETWEEN) for one in (text or "").split(_AFTER) if one)
    return frozenset((int(number), title) for number, _, title in found)


async def is_version(thread_id: int, version: int) -> bool:
    """Say whether a thread is as it was: also what is no act of anybody, but shows on its page, is counted by it."""
    found = await lookup("SELECT version FROM threads WHERE id = ?", thread_id)
    return bool(found) and found[0]["version"] == version
