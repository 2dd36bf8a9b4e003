"""The versions of a post, the newest first, each with what it changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from base.text.difference import Paragraph, paragraphs
from forum.addresses import place_url, thread_url
from forum.queries.authors import AUTHOR_COLUMNS, MAIN_ORGANISATION, Author, author_of
from forum.queries.facts import NO_POST
from forum.rules import visible_posts
from members.viewer import Viewer

_SHOWN: Final = 10
_REVISIONS: Final = f"""
SELECT v.number, v.title, v.body, v.reason, v.created_at, {AUTHOR_COLUMNS}
FROM post_revisions v JOIN members m ON m.id = v.editor_id {MAIN_ORGANISATION}
WHERE v.post_id = ? AND v.number BETWEEN ? AND ? ORDER BY v.number DESC"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version; the changes are against the version before, the first has none.

    `same` says that no word changed: only the data of the case study did.
    """

    number: int
    title: str
    body: str
    reason: str
    at: datetime
    author: Author
    title_changes: tuple[Paragraph, ...] = ()
    changes: tuple[Paragraph, ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """What templates/forum/post_history.html shows."""

    thread_id: int
    thread_title: str
    thread_url: str
    number: int
    url: str
    revisions: tuple[Revision, ...]
    pages: Page


async def revisions(viewer: Viewer, thread_id: int, number: int, page: int = 1) -> Revisions:
    """Return a page of the versions of a post that the viewer may read."""
    seen = visible_posts(viewer)
    found = await rows(
        "SELECT p.id, p.revision, p.position, p.place, t.title, t.slug FROM posts p "  # noqa: S608
        f"JOIN threads t ON t.id = p.thread_id WHERE p.thread_id = ? AND p.number = CAST(? AS BIGINT) AND ({seen.sql})",
        thread_id, number, *seen.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_POST)
    post = found[0]
    pages = Page(page, _SHOWN, post["revision"])
    if page > pages.pages:
        raise Missing("This post has no such page of versions.")
    newest = post["revision"] - pages.offset
    # One more than is shown: the oldest of the page is compared with it.
    read = [_revision(row) for row in await rows(_REVISIONS, post["id"], newest - _SHOWN, newest)]
    return Revisions(
        thread_id=thread_id,
        thread_title=post["title"],
        thread_url=thread_url(thread_id, post["slug"]),
        number=number,
        url=place_url(thread_id, post["slug"], number, post["position"], post["place"]),
        revisions=tuple(_compared(read)[:_SHOWN]),
        pages=pages,
    )


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said in one of its versions, with the title of its thread, and who wrote it so."""

    title: str
    body: str
    editor: str


async def version_of(viewer: Viewer, thread_id: int, number: int, revision: int) -> Version | None:
    """Return one version of a post that the viewer may read."""
    seen = visible_posts(viewer)
    found = await rows(
        f"SELECT v.title, v.body, {AUTHOR_COLUMNS} FROM post_revisions v JOIN posts p ON p.id = v.post_id "  # noqa: S608
        f"JOIN threads t ON t.id = p.thread_id JOIN members m ON m.id = v.editor_id {MAIN_ORGANISATION} "
        f"WHERE p.thread_id = ? AND p.number = CAST(? AS BIGINT) AND v.number = CAST(? AS BIGINT) AND ({seen.sql})",
        thread_id, number, revision, *seen.values,
    )  # fmt: skip
    return Version(found[0]["title"], found[0]["body"], author_of(found[0]).name) if found else None


def _revision(row: dict[str, object]) -> Revision:
    return Revision(
        number=cast(int, row["number"]),
        title=str(row["title"]),
        body=str(row["body"]),
        reason=str(row["reason"]),
        at=cast(datetime, as_datetime(row["created_at"])),
        author=author_of(row),
    )


def _compared(found: list[Revision]) -> list[Revision]:
    return [_against(one, before) for one, before in zip(found, [*found[1:], None], strict=True)]


def _against(one: Revision, before: Revision | None) -> Revision:
    if before is None:
        return one
    same = (one.title, one.body) == (before.title, before.body)
    return Revision(
        number=one.number,
        title=one.title,
        body=one.body,
        reason=one.reason,
        at=one.at,
        author=one.author,
        title_changes=tuple(paragraphs(before.title, one.title)) if one.title != before.title else (),
        changes=() if same else tuple(paragraphs(before.body, one.body)),
        same=same,
    )
