"""A thread without its posts: everything that stands around them, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from base import settings
from base.condition import Condition
from base.db import as_datetime, marks, rows
from base.errors import Missing
from base.text.slug import slugify
from forum.addresses import BESIDE, COMMENTS_SHOWN, post_url, thread_url
from forum.facts import ThreadFacts
from forum.queries.case_view import CASE_COLUMNS, CASE_JOIN, CaseView, read_case
from forum.queries.facts import NO_THREAD, THREAD_FACTS, read_thread_facts
from forum.queries.thread_marks import Marks, mark_columns, read_marks
from forum.rules import may_be_told_of, visible_threads
from members.rules import is_guest
from members.viewer import Viewer

_BETWEEN, _AFTER = "\t", "\n"  # names are single lines, so neither can stand in one

# More replies than these since the summary are not counted: that they are many is enough.
MOST_NEWER: Final = 100
_NEWER: Final = """FROM posts x WHERE x.thread_id = t.id AND x.number > t.summary_upto AND x.state = 'published'
  AND x.kind IN ('answer', 'reply', 'comment')"""
LABEL_COLUMNS: Final = f"""
  (SELECT string_agg(x.slug || '{_BETWEEN}' || x.name, '{_AFTER}') FROM thread_tags y JOIN tags x ON x.id = y.tag_id
    WHERE y.thread_id = t.id) AS tags,
  (SELECT string_agg(x.slug || '{_BETWEEN}' || x.name, '{_AFTER}') FROM thread_platforms y
    JOIN platforms x ON x.id = y.platform_id WHERE y.thread_id = t.id) AS platforms"""  # noqa: S608
_COLUMNS: Final = f"""
  t.title, t.slug, t.excerpt, t.language, t.resolution, t.closed_reason, t.pinned_until, t.article_id,
  t.article_title, t.article_audience, t.created_at, t.active_at, t.last_number, t.last_position, t.replies,
  t.answers, t.votes, t.version, c.name AS category, c.slug AS category_slug, q.goal, q.setting, q.audience_served,
  q.constraints, q.needed_by, q.people_asked, g.name AS organisation, g.slug AS organisation_slug, r.name AS region,
  r.slug AS region_slug, {LABEL_COLUMNS}, t.summary_upto,
  (SELECT x.number FROM posts x WHERE x.id = t.summary_post_id AND x.state = 'published') AS summary,
  CASE WHEN t.summary_post_id IS NULL THEN 0 ELSE (SELECT COUNT(*) FROM (SELECT 1 AS one {_NEWER} LIMIT {MOST_NEWER}) y)
    END AS newer,
  CASE WHEN t.summary_post_id IS NULL THEN NULL ELSE (SELECT MIN(x.number) {_NEWER}) END AS newer_number,
  (SELECT COUNT(*) FROM watches x WHERE x.target = 'thread' AND x.target_id = t.id
    AND x.level IN ('watching', 'following')) AS followers,
  (SELECT string_agg(CAST(x.accepted_at AS TEXT) || '{_BETWEEN}' || x.number || '{_BETWEEN}' || x.position, '{_AFTER}')
    FROM posts x WHERE x.thread_id = t.id AND x.accepted_at IS NOT NULL AND x.state = 'published') AS accepted,
  (SELECT x.number FROM posts x WHERE x.thread_id = t.id AND x.position >= ? AND x.place = 0
    ORDER BY x.position LIMIT 1) AS next_number"""  # noqa: S608
_OF_MEMBER: Final = f""",
  (SELECT x.level FROM watches x WHERE x.member_id IN ({{mine}}) AND x.target = 'thread' AND x.target_id = t.id
    ORDER BY x.id DESC LIMIT 1) AS level,
  (SELECT x.number FROM read_marks x WHERE x.member_id = ? AND x.thread_id = t.id) AS read_number,
  (SELECT COUNT(*) FROM read_marks k JOIN posts x ON x.thread_id = k.thread_id AND x.number > k.number
    WHERE k.member_id = ? AND k.thread_id = t.id AND x.state = 'published' AND x.author_id NOT IN (?, ?)) AS unread,
  (SELECT x.number FROM posts x WHERE x.thread_id = t.id AND x.state = 'published' AND x.author_id NOT IN (?, ?)
    AND x.number > COALESCE((SELECT k.number FROM read_marks k WHERE k.member_id = ? AND k.thread_id = t.id), 0)
    AND (x.place > {COMMENTS_SHOWN} OR NOT (x.position BETWEEN ? AND ? OR (? = 1 AND (x.position IN (0, {BESIDE})
      OR x.position IN (SELECT y.position FROM posts y WHERE y.thread_id = t.id AND y.accepted_at IS NOT NULL)))))
    ORDER BY x.number LIMIT 1) AS unseen,
  (SELECT MAX(x.id) FROM drafts x WHERE x.member_id = ? AND x.place = ?) AS draft_id"""  # noqa: S608
_SAME: Final = (
    "title", "slug", "excerpt", "language", "resolution", "closed_reason", "last_number", "replies", "answers", "votes",
    "version", "next_number", "summary", "summary_upto", "newer", "newer_number",
)  # fmt: skip
_FROM: Final = f"""
FROM threads t
LEFT JOIN categories c ON c.id = t.category_id
LEFT JOIN question_details q ON q.thread_id = t.id
LEFT JOIN organisations g ON g.id = t.organisation_id
LEFT JOIN regions r ON r.id = t.region_id
{CASE_JOIN}"""


@dataclass(frozen=True, slots=True)
class Label:
    """A tag, platform, category, organisation or region, as a link."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted answer: which, and where it stands."""

    number: int
    position: int


@dataclass(frozen=True, slots=True)
class Around:
    """What a post needs to know of its thread to be drawn; `accepted` when there is a solution already.

    `masked` when the viewer writes here without their name, which guests may not.
    """

    id: int
    slug: str
    kind: str
    page: int
    accepted: bool
    masked: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was told with a question, beside its text."""

    goal: str = ""
    setting: str = ""
    audience_served: str = ""
    constraints: tuple[str, ...] = ()
    needed_by: date | None = None
    people_asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadHead:
    """A thread as its page, its twins and the API show it, without its posts.

    `level`, `read_number` and `unread` are the viewer's: how closely they follow, how far they read (0: never opened
    it), how many posts of others came since, the first one that this page does not show, and the draft of their answer.
    `duplicate_of` is a thread that they may see. `accepted` are the accepted answers, the first accepted (the solution)
    first. `next_number` is the first post of the page after this one. `summary` is the number of the answer so far,
    which takes in what was written up to `summary_upto`; `newer` replies came since, the first with `newer_number`.
    `masked_here`: the viewer writes here without their name. `is_guest` says that nobody has confirmed them.
    """

    facts: ThreadFacts
    id: int
    kind: str
    title: str
    slug: str
    excerpt: str
    language: str
    audience: str
    state: str
    resolution: str
    closed_reason: str
    locked: bool
    pinned: bool
    article_title: str
    article_url: str
    created_at: datetime
    active_at: datetime
    last_number: int
    replies: int
    answers: int
    votes: int
    version: int
    category: Label | None
    organisation: Label | None
    region: Label | None
    tags: tuple[Label, ...]
    platforms: tuple[Label, ...]
    details: Details
    case: CaseView | None
    accepted: tuple[Accepted, ...]
    followers: int
    duplicate_of: Label | None
    level: str
    read_number: int
    unread: int
    unseen: int | None
    draft_id: int | None
    marks: Marks
    page: int
    pages: int
    next_number: int | None
    summary: int | None
    summary_upto: int
    newer: int
    newer_number: int | None
    masked_here: bool = False
    is_guest: bool = False

    @property
    def url(self) -> str:
        """Return the thread's address."""
        return thread_url(self.id, self.slug)

    @property
    def newer_url(self) -> str:
        """Return the address of the first reply that the answer so far does not take in."""
        return post_url(self.id, self.slug, self.newer_number) if self.newer_number else ""

    @property
    def around(self) -> Around:
        """Return what its posts need to know of it."""
        return Around(self.id, self.slug, self.kind, self.page, bool(self.accepted), self.masked_here, self.is_guest)


async def thread_head(viewer: Viewer, thread_id: int, page: int, at: datetime) -> ThreadHead:
    """Return a thread the viewer may see; raises Missing if there is none, or no such page of it."""
    visible, duplicate, away = (visible_threads(viewer, alias) for alias in ("t", "d", "z"))
    size = settings.get().page_size
    me, mask = viewer.id, viewer.masks.get(f"thread:{thread_id}", viewer.id)
    # A mask of another thread follows this one where that was closed as its duplicate.
    member = (
        *viewer.ids, me, me, me, mask, me, mask, me, (page - 1) * size + 1, page * size, page, me, f"reply.{thread_id}",
    ) if viewer.is_member else ()  # fmt: skip
    found = await rows(
        _statement(visible, duplicate, away, mine=marks(viewer.ids) if viewer.is_member else ""),
        page * size + 1, *member, *away.values, *duplicate.values, thread_id, *visible.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_THREAD)
    head = _head(viewer, found[0], page, max(1, -(-found[0]["last_position"] // size)), at)
    if page > head.pages:
        raise Missing("This thread has no such page.")
    return head


def _statement(visible: Condition, duplicate: Condition, away: Condition, *, mine: str) -> str:
    columns = f"{_COLUMNS}, {CASE_COLUMNS}"
    return (
        f"SELECT {THREAD_FACTS}, {columns}{_OF_MEMBER.format(mine=mine) if mine else ''}, {mark_columns(away)}, "
        "d.id AS duplicate_id, d.slug AS duplicate_slug, "
        f"d.title AS duplicate_title {_FROM} LEFT JOIN threads d ON d.id = t.duplicate_of_id AND ({duplicate.sql}) "
        f"WHERE t.id = ? AND ({visible.sql})"
    )


def _head(viewer: Viewer, row: Mapping[str, Any], page: int, pages: int, at: datetime) -> ThreadHead:
    facts = read_thread_facts(row)
    pinned_until = as_datetime(row["pinned_until"])
    article = row["article_id"] if may_be_told_of(viewer, row["article_audience"]) else None
    return ThreadHead(
        facts=facts,
        id=facts.id,
        kind=facts.kind,
        audience=facts.audience,
        state=facts.state,
        locked=facts.locked,
        pinned=pinned_until is not None and pinned_until > at,
        article_title=row["article_title"] if article else "",
        article_url=f"/kb/{article}-{slugify(row['article_title'], empty='article')}" if article else "",
        created_at=cast(datetime, as_datetime(row["created_at"])),
        active_at=cast(datetime, as_datetime(row["active_at"])),
        category=_label(row["category_slug"], row["category"]),
        organisation=_label(row["organisation_slug"], row["organisation"]),
        region=_label(row["region_slug"], row["region"]),
        tags=read_labels(row["tags"]),
        platforms=read_labels(row["platforms"]),
        details=_details(row),
        case=read_case(row),
        accepted=_accepted(row["accepted"]),
        followers=row["followers"],
        duplicate_of=_label(f"{row['duplicate_id']}-{row['duplicate_slug']}", row["duplicate_title"]),
        level=row.get("level") or "normal",
        read_number=row.get("read_number") or 0,
        unread=row.get("unread") or 0,
        unseen=row.get("unseen"),
        draft_id=row.get("draft_id"),
        marks=read_marks(row),
        page=page,
        pages=pages,
        masked_here=f"thread:{facts.id}" in viewer.masks,
        is_guest=is_guest(viewer),
        **{name: row[name] for name in _SAME},
    )


def _details(row: Mapping[str, Any]) -> Details:
    if row["setting"] is None:
        return Details()
    needed_by = row["needed_by"]
    return Details(
        goal=row["goal"],
        setting=row["setting"],
        audience_served=row["audience_served"],
        constraints=tuple(name for name in row["constraints"].split(",") if name),
        needed_by=date.fromisoformat(needed_by) if isinstance(needed_by, str) else needed_by,
        people_asked=row["people_asked"],
    )


def _label(slug: str | None, name: str | None) -> Label | None:
    return Label(slug or "", name) if name else None


def read_labels(text: str | None) -> tuple[Label, ...]:
    """Read one of LABEL_COLUMNS: the labels by name, in capitals or not."""
    found = (one.split(_BETWEEN) for one in (text or "").split(_AFTER) if one)
    return tuple(sorted((Label(slug, name) for slug, name in found), key=lambda label: label.name.lower()))


def _accepted(text: str | None) -> tuple[Accepted, ...]:
    found = sorted(one.split(_BETWEEN) for one in (text or "").split(_AFTER) if one)
    return tuple(Accepted(int(number), int(position)) for _, number, position in found)
