"""What readers say of an article: whether it helped, and what they would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.db import as_datetime, rows
from base.text.difference import Change, word_difference
from kb.addresses import article_url
from kb.content import labels_of
from kb.queries.article import Link, Person
from kb.queries.facts import Found, find
from kb.rules import check_may_contradict, edits
from members.queries.vendors import VENDOR_OF
from members.viewer import Viewer

_MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader said whom the article did not help."""

    id: int
    revision: int
    reason: str
    section: str
    comment: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Helped:
    """How many readers of the published version it helped, of how many; and what the others said, not yet settled."""

    yes: int
    total: int
    said: tuple[Said, ...]


async def helped(article_id: int, revision: int) -> Helped:
    """Return what readers say of an article, in one statement."""
    found = await rows(
        "SELECT v.id, v.revision, v.helpful, v.reason, v.section, v.comment, v.at, v.settled_at, "
        "SUM(CASE WHEN v.revision = ? AND v.helpful THEN 1 ELSE 0 END) OVER () AS yes, "
        "SUM(CASE WHEN v.revision = ? THEN 1 ELSE 0 END) OVER () AS total "
        "FROM helpful_votes v WHERE v.article_id = ? "
        "ORDER BY CASE WHEN v.helpful OR v.settled_at IS NOT NULL THEN 1 ELSE 0 END, v.at DESC, v.id LIMIT ?",
        revision, revision, article_id, _MOST,
    )  # fmt: skip
    said = (
        Said(row["id"], row["revision"], row["reason"], row["section"], row["comment"], as_datetime(row["at"]))
        for row in found
        if not row["helpful"] and row["settled_at"] is None
    )
    return Helped(found[0]["yes"], found[0]["total"], tuple(said)) if found else Helped(0, 0, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A suggestion as a difference."""

    id: int
    section: str
    label: str
    changes: tuple[Change, ...]
    why: str
    author: Person
    state: str
    note: str
    decided_by: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The suggestions for an article that the viewer may see: all of them for editors, else their own."""

    id: int
    article: Link
    found: Found
    items: tuple[Suggested, ...]
    may_decide: bool


async def suggestions_for(viewer: Viewer, article_id: int) -> Suggestions:
    """Return what was suggested, the open ones first."""
    latest = await find(viewer, article_id)
    check_may_contradict(viewer, latest.article)
    found = await find(viewer, article_id, latest.article.published_revision)
    decides, labels = edits(viewer), labels_of(found.kind)
    listed = await rows(
        "SELECT s.*, m.name, m.handle, m.state AS member_state, d.name AS decider, "  # noqa: S608
        f"{VENDOR_OF.format(member='m.id')} AS vendor FROM suggestions s "
        "JOIN members m ON m.id = s.author_id LEFT JOIN members d ON d.id = s.decided_by_id "
        f"WHERE s.article_id = ? {'' if decides else 'AND s.author_id = ?'} "
        "ORDER BY CASE s.state WHEN 'open' THEN 0 ELSE 1 END, s.at DESC, s.id DESC LIMIT ?",
        article_id, *(() if decides else (viewer.id,)), _MOST,
    )  # fmt: skip
    return Suggestions(
        id=article_id,
        article=Link(found.content.title, article_url(found.id, found.slug)),
        found=found,
        items=tuple(_suggested(row, labels) for row in listed),
        may_decide=decides,
    )


def _suggested(row: Mapping[str, Any], labels: Mapping[str, str]) -> Suggested:
    gone = row["member_state"] == "gone"
    return Suggested(
        id=row["id"],
        section=row["section"],
        label=labels[row["section"]],
        changes=tuple(word_difference(row["before"], row["text"])),
        why=row["why"],
        author=Person("Former member" if gone else row["name"], None if gone else row["handle"], row["vendor"] or ""),
        state=row["state"],
        note=row["note"],
        decided_by=row["decider"] or "",
        at=as_datetime(row["at"]),
    )
