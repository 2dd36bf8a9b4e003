"""A page of a thread: two statements, however many posts there are."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from base import settings
from base.clock import now
from base.errors import refusal
from base.paging import Page
from forum.queries.authors import Author
from forum.queries.thread_head import ThreadHead, thread_head
from forum.queries.thread_posts import PostView, page_posts
from forum.rules import check_may_close, check_may_reply, check_may_summarise, moderates
from members.viewer import Viewer

OLD: Final = timedelta(days=180)
_PEOPLE_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """What templates/forum/thread.html shows; `why_no_reply` is empty when the viewer may answer.

    `read_to` is the post up to which somebody has read who has seen this page.
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
    may_summarise: bool
    months_quiet: int
    read_to: int


async def thread_page(viewer: Viewer, thread_id: int, page: int = 1, *, source: bool = False) -> ThreadPage:
    """Return a page of a thread for this viewer; `source` adds the posts' Markdown."""
    at = now()
    head = await thread_head(viewer, thread_id, page, at)
    posts = await page_posts(viewer, head, source=source)
    quiet = at - head.active_at
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
        may_moderate=moderates(viewer, head.facts),
        may_summarise=not refusal(check_may_summarise, viewer, head.facts),
        may_close=not refusal(check_may_close, viewer, head.facts),
        months_quiet=int(quiet.days / 30.44) if quiet > OLD else 0,
        read_to=head.last_number if page == head.pages else (head.next_number or head.last_number + 1) - 1,
    )


def _people(posts: tuple[PostView, ...], asker: Author) -> tuple[Author, ...]:
    found = {post.author.id: post.author for post in posts if post.author.id not in (0, asker.id)}
    return tuple(found.values())[:_PEOPLE_SHOWN]
