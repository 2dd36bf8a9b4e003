"""The posts of one page of a thread, with their authors, in one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, cast

from markupsafe import Markup

from base import settings
from base.db import as_datetime, marks, rows
from base.errors import refusal
from base.text.markdown import kept_html, parted_html
from forum.addresses import BESIDE, COMMENTS_SHOWN, place_url
from forum.facts import PostFacts
from forum.queries.authors import Author, author_of
from forum.queries.post_columns import FROM, DoubtSaid, QuoteChanged, post_columns, read_changed, read_doubts
from forum.queries.thread_head import ThreadHead
from forum.rules import (
    check_may_accept,
    check_may_delete,
    check_may_edit,
    check_may_outdate,
    check_may_restore,
    check_may_update,
    check_may_vote,
    may_see_post,
)
from members.rules import check_may_ask_to_unmask
from members.viewer import Viewer

_Known = dict[tuple[object, ...], frozenset[str]]
_NOBODY: Final = Author(0, "", None)
_ACTS: Final[Sequence[tuple[str, Callable[[Viewer, PostFacts], None]]]] = (
    ("vote", check_may_vote),
    ("accept", check_may_accept),
    ("edit", check_may_edit),
    ("update", check_may_update),
    ("delete", check_may_delete),
    ("restore", check_may_restore),
    ("outdate", check_may_outdate),
)

_PAGE: Final = f"""{FROM}
WHERE p.thread_id = ? AND p.position IN ({{positions}}) AND p.place <= {COMMENTS_SHOWN}
  AND (p.position > 0 OR p.place = 0 OR ?)
ORDER BY p.position, p.place"""


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """The post that a reply is about; no name when it is gone."""

    number: int
    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post as its thread shows it; what the viewer may not read is `deleted` and empty.

    `accepted` is "solution" for the answer that was accepted first, "also" for further ones. `may` holds what the
    viewer may do with it: vote (or doubt), accept, edit, delete, restore, outdate, unmask. With
    `outdated_at` its author says that it is no longer true. `accepted_for` is the organisation of who accepted it.
    `doubts` are there for its author and editors alone; `quotes_changed` are quoted posts that say something else now.
    `bookmarked` is none for a visitor; of the opening it tells of the thread.
    """

    id: int
    number: int
    position: int
    place: int
    kind: str
    author: Author
    at: datetime
    html: Markup
    url: str
    revision: int
    state: str
    deleted: bool = False
    deleted_reason: str = ""
    edited_at: datetime | None = None
    edits_url: str = ""
    outdated_at: datetime | None = None
    outdated_why: str = ""
    votes: int = 0
    voted: bool = False
    bookmarked: bool | None = None
    doubted: bool = False
    doubts: tuple[DoubtSaid, ...] = ()
    quotes_changed: tuple[QuoteChanged, ...] = ()
    accepted: str = ""
    accepted_by_asker: bool = False
    accepted_for: str = ""
    is_new: bool = False
    may: frozenset[str] = frozenset()
    reply_to: ReplyTo | None = None
    comments: tuple["PostView", ...] = ()
    comments_made: int = 0
    more_comments: int = 0
    body: str = ""

    @property
    def parts(self) -> tuple[Markup, Markup]:
        """Return what stands before the first heading, and the rest: a case study begins with its summary."""
        return parted_html(self.html)


@dataclass(frozen=True, slots=True)
class PagePosts:
    """The posts of one page: the opening, on the first page the summary and the accepted answers, others by number."""

    opening: PostView
    summary: PostView | None
    accepted: tuple[PostView, ...]
    others: tuple[PostView, ...]


async def page_posts(viewer: Viewer, head: ThreadHead, *, source: bool = False) -> PagePosts:
    """Return the posts on the head's page; `source` adds their Markdown."""
    size, first = settings.get().page_size, head.page == 1
    # Accepted answers stand on the first page, wherever else they are.
    extra = {one.position for one in head.accepted} if first else set()
    if first and head.summary:
        extra.add(BESIDE)
    positions = sorted({0, *range((head.page - 1) * size + 1, head.page * size + 1), *extra})
    columns = post_columns(viewer, head.facts)
    found = await rows(
        f"SELECT {columns.sql}{', p.body' if source else ''} {_PAGE.format(positions=marks(positions))}",
        *columns.values, head.id, *positions, first,
    )  # fmt: skip
    return _arranged(read_posts(viewer, head, found), head)


def _arranged(posts: Sequence[PostView], head: ThreadHead) -> PagePosts:
    comments: dict[int, list[PostView]] = {}
    for post in posts:
        if post.place and not post.deleted:
            comments.setdefault(post.position, []).append(post)
    opening, *others = (
        replace(post, comments=tuple(comments[post.position])) if post.position in comments else post
        for post in posts
        if not post.place and post.position > BESIDE
    )
    summary = next((post for post in posts if post.position == BESIDE and post.number == head.summary), None)
    order = {one.number: place for place, one in enumerate(head.accepted)} if head.page == 1 else {}
    on_top = sorted((post for post in others if post.number in order), key=lambda post: order[post.number])
    return PagePosts(opening, summary, tuple(on_top), tuple(post for post in others if post.number not in order))


def read_posts(viewer: Viewer, head: ThreadHead, found: Sequence[Mapping[str, Any]]) -> list[PostView]:
    """Read posts out of rows with post_columns, without what the viewer may not read."""
    known: _Known = {}
    return [_read(viewer, head, row, known) for row in found]


def _read(viewer: Viewer, head: ThreadHead, row: Mapping[str, Any], known: _Known) -> PostView:
    facts = _facts(head, row)
    if row["state"] != "published" and not may_see_post(viewer, facts):
        return _gone(head, row, facts)
    edited = as_datetime(row["edited_at"])
    return PostView(
        id=facts.id,
        number=facts.number,
        position=row["position"],
        place=row["place"],
        kind=facts.kind,
        author=author_of(row),
        at=facts.created_at,
        html=kept_html(row["html"]),
        url=place_url(head.id, head.slug, facts.number, row["position"], row["place"]),
        revision=row["revision"],
        state=facts.state,
        edited_at=edited,
        edits_url=f"/t/{head.id}/posts/{facts.number}/history" if edited else "",
        outdated_at=as_datetime(row["outdated_at"]),
        outdated_why=row["outdated_why"],
        votes=row["votes"],
        voted=row["voted"] > 0,
        bookmarked=row["kept"] > 0 if viewer.is_member else None,
        doubted=row["doubted"] > 0,
        doubts=read_doubts(row),
        quotes_changed=read_changed(row),
        accepted=_accepted(head, facts.number),
        accepted_by_asker=row["accepted_by_id"] == head.facts.author_id,
        accepted_for=row["accepted_for"] or "",
        is_new=0 < head.read_number < facts.number and not viewer.is_me(facts.author_id),
        may=_may(viewer, facts, known, masked=row["author_state"] == "mask") if viewer.is_member else frozenset(),
        reply_to=_reply_to(head, row),
        comments_made=row["comments"],
        more_comments=max(0, row["comments"] - COMMENTS_SHOWN),
        body=row.get("body") or "",
    )


def _facts(head: ThreadHead, row: Mapping[str, Any]) -> PostFacts:
    return PostFacts(
        id=row["id"],
        thread=head.facts,
        number=row["number"],
        kind=row["kind"],
        author_id=row["post_author_id"],
        created_at=cast(datetime, as_datetime(row["created_at"])),
        state=row["state"],
        has_replies=(head.replies if row["number"] == 1 else row["post_replies"]) > 0,
        deleted_by_id=row["deleted_by_id"],
    )


def _gone(head: ThreadHead, row: Mapping[str, Any], facts: PostFacts) -> PostView:
    return PostView(
        id=facts.id,
        number=facts.number,
        position=row["position"],
        place=row["place"],
        kind=facts.kind,
        author=_NOBODY,
        at=facts.created_at,
        html=kept_html(""),
        url=place_url(head.id, head.slug, facts.number, row["position"], row["place"]),
        revision=row["revision"],
        state=facts.state,
        deleted=True,
        deleted_reason="Withdrawn by its author." if _is_withdrawn(row) else "",
        more_comments=max(0, row["comments"] - COMMENTS_SHOWN),
    )


def _is_withdrawn(row: Mapping[str, Any]) -> bool:
    """Say whether who wrote it has left, and taken back what they wrote."""
    return row["author_state"] in ("gone", "mask") and row["deleted_by_id"] == row["post_author_id"]


def _accepted(head: ThreadHead, number: int) -> str:
    place = next((place for place, one in enumerate(head.accepted) if one.number == number), None)
    return "" if place is None else "also" if place else "solution"


def _reply_to(head: ThreadHead, row: Mapping[str, Any]) -> ReplyTo | None:
    number = row["parent_number"]
    if number is None:
        return None
    return ReplyTo(number, place_url(head.id, head.slug, number, row["parent_position"]), row["parent_author"] or "")


def _may(viewer: Viewer, post: PostFacts, known: _Known, *, masked: bool) -> frozenset[str]:
    """Ask the rules once for posts that are alike to them: most posts of a page were written by others."""
    own = viewer.is_me(post.author_id)
    alike = (own, own and post.number, post.kind, post.state, post.has_replies)
    if alike not in known:
        known[alike] = frozenset(name for name, check in _ACTS if not refusal(check, viewer, post))
    unmask = masked and not own and not refusal(check_may_ask_to_unmask, viewer)
    return known[alike] | {"unmask"} if unmask else known[alike]
