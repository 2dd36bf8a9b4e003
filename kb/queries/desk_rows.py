"""The rows of the editors' desk: how each part of it is loaded, with who has taken what on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from base.clock import now
from base.condition import ALWAYS, Condition, any_of
from base.db import as_datetime, rows
from forum.addresses import thread_url
from forum.rules import visible_threads
from kb.addresses import article_url, work_url
from kb.queries.article import Person
from kb.queries.deputies import those_of
from kb.queries.facts import read_standing
from kb.reads import URGENCY, days_unchecked, reads_of
from kb.rules import visible_articles
from kb.triggers import gone_pages, new_replies
from kb.verification import State, moved_column, state_of
from members.viewer import Viewer
from search_index.queries.demand import demand

Held = Literal["", "mine", "nobody"]
"""Whose rows are wanted: everybody's, those the viewer has taken on, owns, writes or reviews, or those that nobody has
taken on."""
Subject = Literal["", "article", "thread"]

UNOWNED: Final = Condition("NOT EXISTS (SELECT 1 FROM members o WHERE o.id = a.owner_id AND o.state = 'active')")
HOLDER: Final = "h.name AS holder, h.handle AS holder_handle"


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks, at whose rows, and at how many of them."""

    viewer: Viewer
    held: Held
    limit: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One thing that waits for an editor; `url` is where one works on it, `about` where one reads it.

    `holder` has taken it on, `given_by` gave it to the viewer. `reads` are those of the last 90 days (of a thread, all
    of them), `searches` those for words of its title, `replies` and `gone` what moved since the last check beside what
    readers are told.
    """

    id: int
    title: str
    url: str
    about: str = ""
    who: str = ""
    note: str = ""
    state: str = ""
    count: int = 0
    at: datetime | None = None
    due: datetime | None = None
    verification: State | None = None
    subject: Subject = "article"
    holder: Person | None = None
    given_by: str = ""
    reads: int = 0
    searches: int = 0
    replies: int = 0
    gone: int = 0


def read_held(given: str) -> Held:
    """Read whose rows are wanted; everybody's unless it says something else."""
    return "mine" if given == "mine" else "nobody" if given == "nobody" else ""


def holders(subject: str, column: str) -> str:
    """Return the joins that bring along who has taken a row on; people who have left hold nothing."""
    return (
        f"LEFT JOIN assignments g ON g.subject = '{subject}' AND g.subject_id = {column} "
        "LEFT JOIN members h ON h.id = g.member_id AND h.state = 'active'"
    )


def is_held(asked: Asked, *others: Condition) -> Condition:
    """Return the condition that picks the rows of whom it was asked for; `others` make a row the viewer's as well."""
    if asked.held == "mine":
        return any_of((those_of(asked.viewer, "g.member_id"), *others))
    return Condition("h.id IS NULL") if asked.held == "nobody" else ALWAYS


def _owned(asked: Asked) -> Condition:
    return those_of(asked.viewer, "a.owner_id")


def _worked_on(asked: Asked) -> Condition:
    """Ask for the versions that wait for the viewer: to be decided, or to be written further."""
    reviewer, editor = those_of(asked.viewer, "o.reviewer_id"), those_of(asked.viewer, "r.last_editor_id")
    return Condition(
        "EXISTS (SELECT 1 FROM reviews o WHERE o.revision_id = r.id AND o.decision = '' "  # noqa: S608
        f"AND {reviewer.sql}) OR (r.state <> 'in_review' AND {editor.sql})",
        (*reviewer.values, *editor.values),
    )


def _holder(row: Mapping[str, Any]) -> Person | None:
    return Person(row["holder"], row["holder_handle"]) if row["holder"] else None


async def nominated(asked: Asked) -> list[dict[str, Any]]:
    """Return the threads that somebody suggested: most often, most useful, solved, most read and searched for."""
    wanted = Condition("n.state = 'open'") & visible_threads(asked.viewer) & is_held(asked)
    alike = "number DESC, votes DESC, solved DESC, views DESC"
    # Searches are counted for those that are shown, and for those that are like the first or the last of them.
    found = await rows(
        "WITH named AS (SELECT t.id, t.title, t.slug, t.resolution, t.votes, t.views, MIN(n.at) AS at, "  # noqa: S608
        f"COUNT(*) AS number, MAX(n.why) AS why, {HOLDER}, COUNT(*) OVER () AS total, "
        "CASE WHEN t.resolution = 'solved' THEN 1 ELSE 0 END AS solved "
        f"FROM nominations n JOIN threads t ON t.id = n.thread_id {holders('thread', 't.id')} WHERE {wanted.sql} "
        "GROUP BY t.id, t.title, t.slug, t.resolution, t.votes, t.views, h.name, h.handle), "
        f"placed AS (SELECT *, RANK() OVER (ORDER BY {alike}) - 1 AS place, "
        "COUNT(*) OVER (PARTITION BY number, votes, solved, views) AS beside FROM named) "
        "SELECT * FROM placed WHERE place < ? AND place + beside > ? ORDER BY place, at, id",
        *wanted.values, asked.offset + asked.limit, asked.offset,
    )  # fmt: skip
    searches = await demand([row["title"] for row in found])
    counted = [row | {"searches": number} for row, number in zip(found, searches, strict=True)]
    counted.sort(key=lambda row: (row["place"], -row["searches"]))
    first = asked.offset - counted[0]["place"] if counted else 0
    return counted[first : first + asked.limit]


def nominated_row(row: Mapping[str, Any]) -> DeskRow:
    """Read such a thread."""
    return DeskRow(
        id=row["id"], title=row["title"], url=f"/kb/promote/{row['id']}", about=thread_url(row["id"], row["slug"]),
        note=row["why"], state=row["resolution"], count=row["number"], at=as_datetime(row["at"]),
        subject="thread", holder=_holder(row), reads=row["views"], searches=row["searches"],
    )  # fmt: skip


async def open_versions(asked: Asked, wanted: Condition, order: str) -> list[dict[str, Any]]:
    """Return the versions that are being worked on, with who has them."""
    condition = visible_articles(asked.viewer) & wanted & is_held(asked, _owned(asked), _worked_on(asked))
    return await rows(
        "SELECT a.id, a.slug, r.number, r.title, r.state, r.changed_at, m.name AS who, w.name AS reviewer, q.due_on, "  # noqa: S608
        f"{HOLDER}, COUNT(*) OVER () AS total FROM articles a "
        "JOIN article_revisions r ON r.article_id = a.id AND r.number = a.latest_revision "
        "JOIN members m ON m.id = r.last_editor_id "
        "LEFT JOIN reviews q ON q.id = "
        "(SELECT MIN(o.id) FROM reviews o WHERE o.revision_id = r.id AND o.decision = '') "
        "LEFT JOIN members w ON w.id = q.reviewer_id "
        f"{holders('article', 'a.id')} WHERE {condition.sql} ORDER BY {order}, a.id LIMIT ? OFFSET ?",
        *condition.values, asked.limit, asked.offset,
    )  # fmt: skip


def open_row(row: Mapping[str, Any]) -> DeskRow:
    """Read such a version."""
    place = "review" if row["state"] == "in_review" else "edit"
    due = row["due_on"]
    return DeskRow(
        id=row["id"], title=row["title"], url=work_url(row["id"], place), about=article_url(row["id"], row["slug"]),
        who=row["reviewer"] or row["who"], state=row["state"], at=as_datetime(row["changed_at"]),
        due=as_datetime(str(due)) if due else None, holder=_holder(row),
    )  # fmt: skip


async def standing(asked: Asked, wanted: Condition, *, urgent: bool = False) -> list[dict[str, Any]]:
    """Return published articles, those due first on top, or those that are read most and unchecked longest."""
    held = is_held(asked, _owned(asked))
    condition = visible_articles(asked.viewer) & Condition("a.state = 'published'") & wanted & held
    reads, unchecked = reads_of(), days_unchecked()
    order = f"{f'{URGENCY} DESC, ' if urgent else ''}z.due_at NULLS LAST, z.id"
    return await rows(
        f"SELECT z.*, {moved_column('z')}, {new_replies('z')} AS replies, {gone_pages('z')} AS gone FROM ("  # noqa: S608
        "SELECT z.* FROM (SELECT a.id, a.slug, a.title, a.state, a.published_revision, a.verified_revision, a.due_at, "
        f"a.verified_at, a.recommendation, m.name AS who, {reads.sql} AS reads, {unchecked.sql} AS unchecked, "
        f"{HOLDER}, COUNT(*) OVER () AS total FROM articles a LEFT JOIN members m ON m.id = a.owner_id "
        f"{holders('article', 'a.id')} WHERE {condition.sql}) z ORDER BY {order} LIMIT ? OFFSET ?) z ORDER BY {order}",
        *reads.values, *unchecked.values, *condition.values, asked.limit, asked.offset,
    )  # fmt: skip


def standing_row(row: Mapping[str, Any]) -> DeskRow:
    """Read such an article."""
    url = article_url(row["id"], row["slug"])
    return DeskRow(
        id=row["id"], title=row["title"], url=url, about=url, who=row["who"] or "", count=row["published_revision"],
        at=as_datetime(row["verified_at"]), due=as_datetime(row["due_at"]),
        verification=state_of(read_standing(row, row["state"]), now()), holder=_holder(row),
        reads=int(row["reads"]), replies=row["replies"], gone=row["gone"],
    )  # fmt: skip


async def spoken(asked: Asked, table: str, said: str) -> list[dict[str, Any]]:
    """Return the articles of which readers said something that nobody has dealt with, those with most of it first."""
    held, reads = is_held(asked, _owned(asked)), reads_of("z")
    wanted = Condition(said) & Condition("a.state = 'published'") & visible_articles(asked.viewer) & held
    return await rows(
        f"SELECT z.*, {reads.sql} AS reads FROM (SELECT a.id, a.slug, a.title, m.name AS who, COUNT(*) AS number, "  # noqa: S608
        f"MAX(s.at) AS at, {HOLDER}, COUNT(*) OVER () AS total FROM {table} s JOIN articles a ON a.id = s.article_id "
        f"LEFT JOIN members m ON m.id = a.owner_id {holders('article', 'a.id')} WHERE {wanted.sql} "
        "GROUP BY a.id, a.slug, a.title, m.name, h.name, h.handle "
        "ORDER BY COUNT(*) DESC, MAX(s.at) DESC, a.id LIMIT ? OFFSET ?) z ORDER BY z.number DESC, z.at DESC, z.id",
        *reads.values, *wanted.values, asked.limit, asked.offset,
    )  # fmt: skip


def spoken_row(row: Mapping[str, Any]) -> DeskRow:
    """Read such an article."""
    return DeskRow(
        id=row["id"], title=row["title"], url=article_url(row["id"], row["slug"]), who=row["who"] or "",
        count=row["number"], at=as_datetime(row["at"]), holder=_holder(row), reads=int(row["reads"]),
    )  # fmt: skip
