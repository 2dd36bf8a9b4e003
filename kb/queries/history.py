"""The versions of an article, and what changed between two of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from base.condition import ALWAYS, one_of
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from kb.addresses import article_url
from kb.content import Content, Difference, differences
from kb.queries.article import Person
from kb.queries.facts import MISSING, Found, find, find_readable
from kb.rules import PAST_STATES, works_on
from members.viewer import Viewer

SIZE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an article in its history."""

    number: int
    title: str
    state: str
    significance: str
    note: str
    author: Person
    editor: Person
    based_on: int
    changed_at: datetime
    published_at: datetime | None
    sha256: str
    url: str
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the verification log."""

    revision: int
    by: str
    method: str
    note: str
    at: datetime
    next_due: datetime


@dataclass(frozen=True, slots=True)
class History:
    """The history of one article, the newest version first."""

    found: Found
    url: str
    versions: tuple[Version, ...]
    page: Page
    events: tuple[Event, ...]
    works_on: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two versions of an article."""

    found: Found
    url: str
    old: int
    new: int
    differences: tuple[Difference, ...]


async def history_of(viewer: Viewer, article_id: int, page: int = 1) -> History:
    """Return the versions of an article that the viewer may read."""
    found = await find(viewer, article_id)
    working = works_on(viewer, found.article)
    readable = ALWAYS if working else one_of("r.state", PAST_STATES)
    listed = await rows(
        "SELECT r.number, r.title, r.state, r.significance, r.note, r.based_on, r.changed_at, r.published_at, "  # noqa: S608
        "r.sha256, m.name AS author_name, m.handle AS author_handle, e.name AS editor_name, e.handle AS editor_handle, "
        "(SELECT MAX(v.name) FROM reviews q JOIN members v ON v.id = q.reviewer_id "
        "WHERE q.revision_id = r.id AND q.decision = 'approved') AS reviewer, COUNT(*) OVER () AS total "
        "FROM article_revisions r JOIN members m ON m.id = r.author_id JOIN members e ON e.id = r.last_editor_id "
        f"WHERE r.article_id = ? AND {readable.sql} ORDER BY r.number DESC LIMIT ? OFFSET ?",
        article_id, *readable.values, SIZE, (page - 1) * SIZE,
    )  # fmt: skip
    if not listed:
        raise Missing(MISSING)
    return History(
        found=found,
        url=article_url(found.id, found.slug),
        versions=tuple(_version(row, found) for row in listed),
        page=Page(page, SIZE, listed[0]["total"]),
        events=await _events(article_id),
        works_on=working,
    )


async def compare(viewer: Viewer, article_id: int, old: int, new: int) -> Comparison:
    """Return what changed from one version to another; both must be open to the viewer."""
    before = await find_readable(viewer, article_id, old)
    after = await find_readable(viewer, article_id, new)
    found = differences(before.content, after.content, after.kind)
    return Comparison(after, article_url(article_id, after.slug), old, new, found)


async def published_content(viewer: Viewer, found: Found) -> Content | None:
    """Return the words readers see now, to compare a draft with them; None before the first publication."""
    number = found.article.published_revision
    if not number:
        return None
    return (await find(viewer, found.id, number)).content


async def _events(article_id: int) -> tuple[Event, ...]:
    found = await rows(
        "SELECT v.revision, v.method, v.note, v.at, v.next_due, m.name FROM verifications v "
        "LEFT JOIN members m ON m.id = v.by_id WHERE v.article_id = ? ORDER BY v.at DESC, v.id DESC LIMIT ?",
        article_id, SIZE,
    )  # fmt: skip
    return tuple(
        Event(
            row["revision"], row["name"] or "", row["method"], row["note"], _moment(row["at"]), _moment(row["next_due"])
        )
        for row in found
    )


def _version(row: Mapping[str, Any], found: Found) -> Version:
    number = row["number"]
    return Version(
        number=number,
        title=row["title"],
        state=row["state"],
        significance=row["significance"],
        note=row["note"],
        author=Person(row["author_name"], row["author_handle"]),
        editor=Person(row["editor_name"], row["editor_handle"]),
        based_on=row["based_on"],
        changed_at=_moment(row["changed_at"]),
        published_at=as_datetime(row["published_at"]),
        sha256=row["sha256"],
        url=article_url(found.id, found.slug, number),
        reviewed_by=row["reviewer"] or "",
    )


def _moment(value: object) -> datetime:
    found = as_datetime(value)
    assert found is not None, "the column is never empty"
    return found
