"""Pages of threads that are kept: for visitors, and for members for whom they are no other ones."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from base import settings
from base.errors import Missing
from base.journal.since import Act
from base.web.answers import Keep, Theirs
from base.web.holes import hole
from base.web.kept_answers import keep, share, take_back
from base.web.readers import by_a_person
from base.web.redirect import elsewhere
from base.web.render import page, part
from forum.actions.look_again import current_page
from forum.actions.mark_read import mark_read
from forum.addresses import thread_url
from forum.pages.reply_form import Form, shared_form
from forum.pages.thread_shown import Shown, shown
from forum.queries.concerned import concerned, positions_of
from forum.queries.thread_page import ThreadPage
from forum.queries.thread_stamp import Stamp, is_version, thread_stamp
from forum.reads import opened
from members.viewer import Viewer

_NEWS: Final = "thread.news"
"""What is new to somebody on other pages of the thread that they are being shown."""


async def for_members(request: Request, viewer: Viewer, number: int) -> Response | None:
    """Draw a page that may be kept for every member of the same rights; none when it is another one for this member."""
    thread_id, positions = int(request.path_params["id"]), positions_of(number, settings.get().page_size)
    if (await concerned(viewer, thread_id, positions)).another:
        return None
    anybody = await share(request)
    response = await _to_be_kept(request, anybody, number, viewer)
    if response is None:
        take_back(request, viewer)
    return response


async def for_visitors(request: Request, viewer: Viewer, number: int) -> Response:
    """Draw a page that may be kept for every visitor."""
    response = await _to_be_kept(request, viewer, number)
    assert response is not None, "nothing is a visitor's own"
    return response


async def _to_be_kept(request: Request, viewer: Viewer, number: int, member: Viewer | None = None) -> Response | None:
    """Draw a page for this viewer that may be kept for as long as its stamp is the same.

    It is for `member`, too, if there is one, and none when it is another one for them.
    """
    thread_id = int(request.path_params["id"])
    # Read before the page: at worst the page is newer than it says, and is drawn once more.
    before = await thread_stamp(viewer, thread_id, number, ())
    if request.path_params["slug"] != before.slug:
        return elsewhere(request, thread_url(thread_id, before.slug))
    thread = await current_page(viewer, thread_id, number)
    theirs = _theirs(thread, number)
    now_theirs = await theirs(member) if member is not None else {}
    if now_theirs is None:
        return None
    if member is None:
        data = await shown(request, viewer, thread, Form())
    else:
        data = await shown(request, viewer, thread, await shared_form(viewer, thread))
        data = replace(data, news=hole(_NEWS))
    beside = _named_beside(data)
    # What stands elsewhere in another way is not in the stamp: then the page holds until the next act of anybody.
    closed = thread.head.resolution in ("closed", "duplicate")
    # So does what only those with a role are shown, such as doubts.
    plain = not (data.practice or data.near or thread.head.article_url or closed or viewer.grants)
    still = _still(viewer, thread_id, number, replace(before, related=frozenset(beside.items())))
    how = Keep(
        still=still,
        meanwhile=partial(is_version, thread_id, before.version),
        closely=not plain,
        apart=partial(_is_elsewhere, thread_id),
        seen=partial(_count, thread_id=thread_id),
        theirs=theirs,
    )
    keep(request, how, now_theirs)
    return counted(request, thread_id, page(request, "forum/thread.html", data))


def _theirs(thread: ThreadPage, number: int) -> Theirs:
    thread_id, read_to = thread.head.id, thread.read_to
    url, may_reply = thread.head.url, not thread.why_no_reply
    shown = (thread.opening, *((thread.summary,) if thread.summary else ()), *thread.accepted, *thread.others)
    all_shown = [one for post in shown for one in (post, *post.comments)]
    posts, last = [one.id for one in all_shown], max(one.number for one in all_shown)
    positions = positions_of(number, settings.get().page_size) + [one.position for one in thread.head.accepted]

    async def theirs(member: Viewer) -> dict[str, str] | None:
        found = await concerned(member, thread_id, positions, posts, last=last)
        if found.another:
            return None
        if found.read_to is None or found.read_to < read_to:
            await mark_read(member, thread_id, read_to)
        news = ("forum/parts/news.html", "news_line", found.unread, None, url, may_reply)
        return {_NEWS: part(*news, locale=member.locale)}

    return theirs


def _still(viewer: Viewer, thread_id: int, number: int, stamp: Stamp) -> Callable[[], Awaitable[bool]]:
    beside = [one for one, _ in stamp.related]

    async def still() -> bool:
        try:
            return await thread_stamp(viewer, thread_id, number, beside) == stamp
        except Missing:
            return False

    return still


def _is_elsewhere(thread_id: int, act: Act) -> bool:
    """Say whether somebody answered in another thread: of that, the page shows nothing."""
    return act.kind == "post.added" and act.data.get("thread_id") != thread_id


def _named_beside(data: Shown) -> dict[int, str]:
    """Return the threads that a page names beside its own, with their titles as they stand on it."""
    head = data.thread.head
    beside = {int(one.key.partition(":")[2]): one.title for one in data.similar}
    beside |= {one.thread_id: one.title for one in head.marks.moved_away}
    if head.duplicate_of:
        beside[int(head.duplicate_of.slug.partition("-")[0])] = head.duplicate_of.name
    return beside


def counted(request: Request, thread_id: int, response: Response) -> Response:
    """Count that somebody reads the thread."""
    if response.status_code == 200:
        _count(request.scope, thread_id)
    return response


def _count(scope: Scope, thread_id: int) -> None:
    if by_a_person(scope):
        opened(thread_id)
