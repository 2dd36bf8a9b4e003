"""One post with all its comments, and what is needed to edit or quote it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from base.clock import now
from base.db import as_datetime, rows
from base.errors import Missing
from base.paging import Page
from forum.addresses import COMMENTS_SHOWN, post_url
from forum.queries.facts import NO_POST
from forum.queries.post_columns import FROM, post_columns
from forum.queries.thread_head import ThreadHead, thread_head
from forum.queries.thread_posts import PostView, read_posts
from forum.rules import visible_posts
from members.viewer import Viewer

_WITH_COMMENTS: Final = f"""SELECT {{columns}}{{source}} {FROM}
WHERE p.thread_id = ? AND p.position = ? AND (p.position >= 0 OR p.number = ?)
  AND (p.place = 0 OR p.place BETWEEN ? AND ?) ORDER BY p.place"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """What templates/forum/post.html shows: a post and one page of its comments."""

    head: ThreadHead
    post: PostView
    comments: tuple[PostView, ...]
    pages: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSource:
    """A post as it was written."""

    id: int
    number: int
    kind: str
    body: str
    revision: int
    title: str
    author: str
    url: str
    outdated_why: str
    last_number: int
    created_at: datetime


async def post_page(
    viewer: Viewer, thread_id: int, number: int, page: int | None = None, *, source: bool = False
) -> PostPage:
    """Return the post `number`, or the one it is a comment on, with the comments of a page."""
    head = await thread_head(viewer, thread_id, 1, now())
    found = await rows(
        "SELECT p.position, p.place, MAX(q.place) AS last FROM posts p "
        "JOIN posts q ON q.thread_id = p.thread_id AND q.position = p.position "
        "WHERE p.thread_id = ? AND p.number = CAST(? AS BIGINT) GROUP BY p.position, p.place",
        thread_id, number,
    )  # fmt: skip
    if not found:
        raise Missing(NO_POST)
    where = found[0]
    pages = Page(page or max(1, -(-where["place"] // COMMENTS_SHOWN)), COMMENTS_SHOWN, where["last"])
    if pages.number > pages.pages:
        raise Missing("This post has no such page.")
    columns, last = post_columns(viewer, head.facts), pages.offset + COMMENTS_SHOWN
    posts = await rows(
        _WITH_COMMENTS.format(columns=columns.sql, source=", p.body" if source else ""),
        *columns.values, thread_id, where["position"], number, pages.offset + 1, last,
    )  # fmt: skip
    post, *comments = read_posts(viewer, head, posts)
    return PostPage(head=head, post=post, comments=tuple(one for one in comments if not one.deleted), pages=pages)


async def post_source(viewer: Viewer, thread_id: int, number: int) -> PostSource:
    """Return a post that the viewer may read, as it was written."""
    seen = visible_posts(viewer)
    found = await rows(
        "SELECT p.id, p.number, p.kind, p.body, p.revision, p.outdated_why, p.created_at, "  # noqa: S608
        "CASE WHEN p.number = 1 THEN t.title ELSE '' END AS title, "
        "CASE WHEN m.state = 'gone' THEN '' ELSE m.name END AS author, t.slug, t.last_number "
        "FROM posts p JOIN threads t ON t.id = p.thread_id JOIN members m ON m.id = p.author_id "
        f"WHERE p.thread_id = ? AND p.number = CAST(? AS BIGINT) AND ({seen.sql})",
        thread_id, number, *seen.values,
    )  # fmt: skip
    if not found:
        raise Missing(NO_POST)
    row = found[0]
    return PostSource(
        id=row["id"],
        number=row["number"],
        kind=row["kind"],
        body=row["body"],
        revision=row["revision"],
        title=row["title"],
        author=row["author"],
        url=post_url(thread_id, row["slug"], number),
        outdated_why=row["outdated_why"],
        last_number=row["last_number"],
        created_at=cast(datetime, as_datetime(row["created_at"])),
    )
