"""A page of a thread: two statements, however many posts there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from base import settings
from base.clock import now
from base.errors import refusal
from base.paging import Page
from forum.queries.authors import Author
from forum.queries.changes import Change, undoable
from forum.queries.thread_head import ThreadHead, thread_head
from forum.queries.thread_marks import MovedAway
from forum.queries.thread_posts import PagePosts, PostView, page_posts
from forum.rules import (
    check_may_close,
    check_may_convert,
    check_may_grade,
    check_may_reply,
    check_may_summarise,
    moderates,
)
from members.viewer import Viewer

OLD: Final = timedelta(days=180)
_PEOPLE_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """What templates/forum/thread.html shows; `why_no_reply` is empty when the viewer may answer.

    `read_to` is the post up to which somebody has read who has seen this page, `new_here` the first post on it that is
    new to them, unless an earlier one stands elsewhere: then the way there leads over `?unread=1`. `gaps` says which
    posts were moved away, by the number of the post before which they stood; at 0, at the end of the page. `undoable`
    is what the viewer may still take back.
    """

    head: ThreadHead
    opening: PostView
    summary: PostView | None
    accepted: tuple[PostView, ...]
    others: tuple[PostView, ...]
    pages: Page
    people: tuple[Author, ...]
    why_no_reply: str
    may_sign_in: bool
    may_moderate: bool
    may_close: bool
    may_convert: bool
    may_grade: bool
    may_update: bool
    may_summarise: bool
    months_quiet: int
    read_to: int
    new_here: int | None
    gaps: Mapping[int, tuple[MovedAway, ...]]
    undoable: tuple[Change, ...]


async def thread_page(viewer: Viewer, thread_id: int, page: int = 1, *, source: bool = False) -> ThreadPage:
    """Return a page of a thread for this viewer; `source` adds the posts' Markdown."""
    at = now()
    head = await thread_head(viewer, thread_id, page, at)
    posts = await page_posts(viewer, head, source=source)
    quiet = at - head.active_at
    may_moderate, may_convert = moderates(viewer, head.facts), not refusal(check_may_convert, viewer, head.facts)
    return ThreadPage(
        head=head,
        opening=posts.opening,
        summary=posts.summary,
        accepted=posts.accepted,
        others=posts.others,
        pages=Page(page, settings.get().page_size, head.pages * settings.get().page_size),
        people=_people(posts.accepted + posts.others, posts.opening.author),
        why_no_reply=refusal(check_may_reply, viewer, head.facts),
        may_sign_in=not viewer.is_member,
        may_moderate=may_moderate,
        may_summarise=not refusal(check_may_summarise, viewer, head.facts),
        may_close=not refusal(check_may_close, viewer, head.facts),
        may_convert=may_convert,
        may_grade=head.case is not None and not refusal(check_may_grade, viewer, head.facts),
        may_update=head.case is not None and "update" in posts.opening.may,
        months_quiet=int(quiet.days / 30.44) if quiet > OLD else 0,
        read_to=_read_to(head, page),
        new_here=_new_here(head, posts),
        gaps=_gaps(head, posts.others),
        undoable=await undoable(viewer, head.facts) if may_moderate or may_convert else (),
    )


def _read_to(head: ThreadHead, page: int) -> int:
    """Return up to which post somebody has read who has seen this page: up to its end, or further.

    A late comment stands on the page of what it is about: with it, everything up to the next unseen post is read.
    """
    end = head.last_number if page == head.pages else (head.next_number or head.last_number + 1) - 1
    return max(end, head.unseen - 1 if head.unseen else head.last_number)


def _new_here(head: ThreadHead, posts: PagePosts) -> int | None:
    """Return the first new post on this page: once it is drawn its posts are read, so asking again finds no others."""
    shown = [posts.opening, *((posts.summary,) if posts.summary else ()), *posts.accepted, *posts.others]
    new = min((one.number for post in shown for one in (post, *post.comments) if one.is_new), default=None)
    return None if new is None or (head.unseen and head.unseen < new) else new


def _gaps(head: ThreadHead, posts: Sequence[PostView]) -> Mapping[int, tuple[MovedAway, ...]]:
    """Return where on this page posts stood that were moved away: at the first of those that went to one thread."""
    first = 0 if head.page == 1 else posts[0].number if posts else head.last_number + 1
    found: dict[int, tuple[MovedAway, ...]] = {}
    for one in head.marks.moved_away:
        if first < one.numbers[0] and (head.page == head.pages or one.numbers[0] < (head.next_number or 0)):
            before = next((post.number for post in posts if post.number > one.numbers[0]), 0)
            found[before] = (*found.get(before, ()), one)
    return found


def _people(posts: tuple[PostView, ...], asker: Author) -> tuple[Author, ...]:
    found = {post.author.id: post.author for post in posts if post.author.id not in (0, asker.id)}
    return tuple(found.values())[:_PEOPLE_SHOWN]
