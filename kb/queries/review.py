"""A draft as its reviewer reads it: with the remarks on its paragraphs, and what changed."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from base.db import as_datetime, rows
from kb.content import Content, Difference, differences
from kb.paragraphs import paragraphs_of
from kb.queries.article import Person
from kb.queries.facts import Found, find
from kb.queries.history import published_content
from kb.queries.sources import sources_seal
from kb.rules import check_may_comment
from kb.sections import TEMPLATES
from members.queries.vendors import VENDOR_OF
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on a paragraph; `quote` is the paragraph as it was."""

    id: int
    section: str
    paragraph: int
    quote: str
    text: str
    author: Person
    at: datetime | None
    resolved: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph of a section with its remarks."""

    number: int
    text: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ReviewedSection:
    """One section in paragraphs; `earlier` are remarks on words that are no longer there."""

    name: str
    label: str
    pieces: tuple[Piece, ...]
    earlier: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a review, and its decision once there is one."""

    reviewer: Person
    reviewer_id: int
    asked_by: str
    due: date | None
    decision: str
    note: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """Everything a reviewer is shown; `since` is empty unless an earlier text was reviewed or is published.

    `seal` goes back with the decision: it says what was read.
    """

    found: Found
    sections: tuple[ReviewedSection, ...]
    requests: tuple[Request, ...]
    since: str
    differences: tuple[Difference, ...]
    approvals: int = 0
    seal: str = ""

    @property
    def current(self) -> Request | None:
        """Return the open request."""
        return next((one for one in self.requests if not one.decision), None)

    @property
    def open_remarks(self) -> int:
        """Return how many remarks are not resolved."""
        remarks = [one for section in self.sections for piece in section.pieces for one in piece.remarks]
        earlier = [one for section in self.sections for one in section.earlier]
        return sum(not one.resolved for one in remarks + earlier)


async def reviewed(viewer: Viewer, article_id: int) -> Reviewed:
    """Return the draft of an article for somebody who may comment on it."""
    found = await find(viewer, article_id)
    check_may_comment(viewer, found.article, found.revision)
    asked = await _asked(found)
    since, before = await _before(viewer, found, asked)
    seal = await seal_of(found)
    return Reviewed(
        found=found,
        sections=await _sections(found),
        requests=tuple(_request(row) for row in asked),
        since=since,
        differences=differences(before, found.content, found.kind) if before else (),
        approvals=len(_approvers(found, asked, seal)),
        seal=seal,
    )


async def approvers_of(found: Found, seal: str) -> frozenset[int]:
    """Return who has approved the words and sources of this seal; who edited them last does not count."""
    return _approvers(found, await _asked(found), seal)


async def seal_of(found: Found) -> str:
    """Return the seal of a revision: of its words and of what they rest on. An approval is of both."""
    rests = await sources_seal(found.id, found.revision.number)
    return hashlib.sha256(f"{found.content.fingerprint()}{rests}".encode()).hexdigest()


def _approvers(found: Found, asked: Sequence[Mapping[str, Any]], seal: str) -> frozenset[int]:
    signed = (row for row in asked if row["decision"] == "approved" and row["words"])
    return frozenset(
        row["reviewer_id"]
        for row in signed
        if row["reviewer_id"] != found.revision.last_editor_id and _kept(row).get("seal") == seal
    )


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent: the columns of its words, and `seal`."""
    words: dict[str, Any] | str = row["words"]
    return json.loads(words) if isinstance(words, str) else words


def _words(row: Mapping[str, Any]) -> Content:
    return Content.of(_kept(row))


async def remarks_on(revision_id: int) -> tuple[Remark, ...]:
    """Return the remarks on a revision, in the order in which they were made."""
    found = await rows(
        "SELECT c.id, c.section, c.paragraph, c.quote, c.text, c.created_at, c.resolved_at, m.name, m.handle, "  # noqa: S608
        f"{VENDOR_OF.format(member='m.id')} AS vendor "
        "FROM review_comments c JOIN members m ON m.id = c.author_id WHERE c.revision_id = ? ORDER BY c.id",
        revision_id,
    )
    return tuple(
        Remark(
            row["id"], row["section"], row["paragraph"], row["quote"], row["text"],
            Person(row["name"], row["handle"], row["vendor"] or ""),
            as_datetime(row["created_at"]), row["resolved_at"] is not None,
        )
        for row in found
    )  # fmt: skip


async def _sections(found: Found) -> tuple[ReviewedSection, ...]:
    remarks, template = await remarks_on(found.revision_id), TEMPLATES[found.kind]
    texts = {"summary": found.content.summary, **found.content.sections}
    texts |= {one.section: "" for one in remarks if one.section not in texts}
    return tuple(
        _section(name, "Summary" if name == "summary" else template.label_of(name), text, remarks)
        for name, text in texts.items()
        if text or any(one.section == name for one in remarks)
    )


def _section(name: str, label: str, text: str, remarks: Sequence[Remark]) -> ReviewedSection:
    """Put each remark to the paragraph it quotes, first where it was made, else where that paragraph is now."""
    pieces = paragraphs_of(text)
    placed: dict[int, list[Remark]] = {}
    earlier = []
    for one in (remark for remark in remarks if remark.section == name):
        here = one.paragraph < len(pieces) and pieces[one.paragraph] == one.quote
        number = one.paragraph if here else pieces.index(one.quote) if one.quote in pieces else -1
        if number < 0:
            earlier.append(one)
        else:
            placed.setdefault(number, []).append(one)
    listed = (Piece(number, piece, tuple(placed.get(number, ()))) for number, piece in enumerate(pieces))
    return ReviewedSection(name, label, tuple(listed), tuple(earlier))


async def _asked(found: Found) -> list[dict[str, Any]]:
    return await rows(
        "SELECT q.reviewer_id, q.due_on, q.decision, q.note, q.words, q.signed_at, m.name, m.handle, b.name AS asker "
        "FROM reviews q JOIN members m ON m.id = q.reviewer_id JOIN members b ON b.id = q.asked_by_id "
        "WHERE q.revision_id = ? AND q.decision <> 'withdrawn' ORDER BY q.id DESC",
        found.revision_id,
    )


async def _before(viewer: Viewer, found: Found, asked: Sequence[Mapping[str, Any]]) -> tuple[str, Content | None]:
    """Return what to compare with: the text of the last decision on this draft, else the published one."""
    last = next((row for row in asked if row["decision"] and row["words"]), None)
    if last is not None:
        return "review", _words(last)
    published = await published_content(viewer, found)
    return ("published" if published else ""), published


def _request(row: Mapping[str, Any]) -> Request:
    due = row["due_on"]
    return Request(
        reviewer=Person(row["name"], row["handle"]),
        reviewer_id=row["reviewer_id"],
        asked_by=row["asker"],
        due=date.fromisoformat(due) if isinstance(due, str) else due,
        decision=row["decision"],
        note=row["note"],
        signed_at=as_datetime(row["signed_at"]),
    )
