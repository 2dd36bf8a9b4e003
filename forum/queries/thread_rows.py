"""Threads as lists show them: one row each, everything in the same statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from base.clock import now
from base.db import as_datetime
from forum.addresses import thread_url
from forum.queries.authors import AUTHOR_COLUMNS, Author, author_of
from forum.queries.case_view import read_setting
from forum.queries.thread_head import LABEL_COLUMNS, Label, read_labels
from members.viewer import PUBLIC

MOST_COUNTED: Final = 100
ROW_COLUMNS: Final = f"""
  t.id, t.kind, t.title, t.slug, t.excerpt, t.language, t.audience, t.state, t.resolution, t.locked, t.pinned_until,
  t.article_id, t.article_audience, t.created_at, t.active_at, t.replies, t.answers, t.votes,
  (SELECT w.industry FROM posts w WHERE w.thread_id = t.id AND w.number = 1) AS author_industry,
  {AUTHOR_COLUMNS}, {LABEL_COLUMNS}, s.direction, s.setting AS case_setting, s.updated_at AS case_updated_at,
  k.name AS metric_name, k.baseline AS metric_baseline,
  k.result AS metric_result, k.unit AS metric_unit, q.needed_by"""  # noqa: S608
UNREAD: Final = f"""
  (SELECT COUNT(*) FROM (SELECT 1 FROM read_marks k JOIN posts x ON x.thread_id = k.thread_id AND x.number > k.number
    WHERE k.member_id = ? AND k.thread_id = t.id AND k.number < t.last_number AND x.state = 'published'
    AND x.author_id NOT IN ({{mine}}) LIMIT {MOST_COUNTED}) new_ones) AS unread"""  # noqa: S608
ROW_JOINS: Final = """
  JOIN members m ON m.id = t.author_id
  LEFT JOIN organisations o ON o.id = t.organisation_id
  LEFT JOIN question_details q ON q.thread_id = t.id
  LEFT JOIN case_studies s ON s.thread_id = t.id
  LEFT JOIN metrics k ON k.id = (SELECT z.id FROM metrics z WHERE z.case_id = s.id ORDER BY CASE z.comparison
    WHEN 'control' THEN 0 WHEN 'benchmark' THEN 1 WHEN 'before_after' THEN 2 ELSE 3 END, z.position LIMIT 1)"""


@dataclass(frozen=True, slots=True)
class KeyMetric:
    """What of a case study is measured best: against a control group, others, or what was before."""

    name: str
    baseline: Decimal | None
    result: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """One thread in a list; `state` is the word of its badge, `at` the moment the list is sorted by.

    Of a case study, `place` tells country and size of its organisation as it was. `unread` are the posts of others
    since the viewer was there last, counted up to 100; `news` says so already, or is a hole for saying it.
    """

    id: int
    kind: str
    title: str
    url: str
    excerpt: str
    language: str
    audience: str
    state: str
    resolution: str
    pinned: bool
    promoted: bool
    created_at: datetime
    active_at: datetime
    at: datetime
    replies: int
    answers: int
    votes: int
    author: Author
    tags: tuple[Label, ...]
    platforms: tuple[Label, ...]
    result: str = ""
    evidence: str = ""
    metric: KeyMetric | None = None
    place: str = ""
    updated_at: datetime | None = None
    needed_by: date | None = None
    unread: int = 0
    news: str = ""


def read_row(row: Mapping[str, Any], *, by_creation: bool = False) -> ThreadRow:
    """Read one row of a list."""
    created, active, pinned = (as_datetime(row[name]) for name in ("created_at", "active_at", "pinned_until"))
    assert created is not None
    assert active is not None
    is_pinned = pinned is not None and pinned > now()
    return ThreadRow(
        id=row["id"],
        kind=row["kind"],
        title=row["title"],
        url=thread_url(row["id"], row["slug"]),
        excerpt=row["excerpt"],
        language=row["language"],
        audience=row["audience"],
        state=_state(row, pinned=is_pinned),
        resolution=row["resolution"],
        pinned=is_pinned,
        # A list is not drawn for one viewer: it tells of a practice that whoever sees the thread may read.
        promoted=row["article_id"] is not None and row["article_audience"] in (PUBLIC, row["audience"]),
        created_at=created,
        active_at=active,
        at=created if by_creation else active,
        replies=row["replies"],
        answers=row["answers"],
        votes=row["votes"],
        author=author_of(row),
        tags=read_labels(row["tags"]),
        platforms=read_labels(row["platforms"]),
        result=row["direction"] or "",
        metric=_metric(row),
        place=read_setting(row["case_setting"]).place,
        updated_at=as_datetime(row["case_updated_at"]),
        needed_by=_day(row["needed_by"]),
        unread=row.get("unread") or 0,
    )


def _state(row: Mapping[str, Any], *, pinned: bool) -> str:
    if row["state"] != "published":
        return "hidden"
    return row["resolution"] or ("pinned" if pinned else "locked" if row["locked"] else "")


def _metric(row: Mapping[str, Any]) -> KeyMetric | None:
    if row["metric_result"] is None:
        return None
    baseline = row["metric_baseline"]
    return KeyMetric(
        row["metric_name"],
        None if baseline is None else Decimal(str(baseline)),
        Decimal(str(row["metric_result"])),
        row["metric_unit"],
    )


def _day(value: object) -> date | None:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value if isinstance(value, date) else None
