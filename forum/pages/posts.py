"""Single posts: their page, their acts, and editing."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid, Missing
from base.paging import page_number, whole_number
from base.text.difference import Change, word_difference
from base.text.markdown import kept_html
from base.text.merge import three_way
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.accept import accept, unaccept
from forum.actions.delete import delete, restore
from forum.actions.edit import EditedPost, Stale, edit
from forum.actions.mark_read import mark_comments_read
from forum.actions.outdate import stand_by
from forum.actions.vote import unvote, vote
from forum.actions.written import written
from forum.pages.file_fields import FileBox, file_box, take_files, unsaid
from forum.queries.case_form import has_case
from forum.queries.facts import post_facts, thread_facts
from forum.queries.post_page import PostSource, post_page, post_source
from forum.queries.revisions import revision_text
from forum.queries.where import post_place, thread_place
from forum.rules import check_may_edit, may_see_thread
from members.current import need_member, viewer_of
from members.viewer import Viewer

_ACTS: Final[Mapping[str, tuple[Callable[[Viewer, int, int], Awaitable[Any]], str]]] = {
    "vote": (vote, "Thank you for saying so."),
    "unvote": (unvote, "Your vote is taken back."),
    "accept": (accept, "Accepted as a solution."),
    "unaccept": (unaccept, "No longer accepted."),
    "delete": (delete, "The post is deleted."),
    "restore": (restore, "The post is back."),
    "stand-by": (stand_by, "The post holds again."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """What templates/forum/post_edit.html shows; the changes are what somebody else did meanwhile."""

    thread_id: int
    post: PostSource
    body: str
    title: str
    reason: str
    revision: int
    files: FileBox
    preview: Markup | None = None
    theirs: tuple[Change, ...] = ()
    conflicts: int = 0


async def show(request: Request) -> Response:
    """Show one post with all its comments."""
    viewer, (thread_id, number) = viewer_of(request), _which(request)
    asked = page_number(request.query_params) if "page" in request.query_params else None
    found = await post_page(viewer, thread_id, number, asked)
    last = max((one.number for one in found.comments), default=0)
    if viewer.is_member and request.method == "GET" and 0 < found.head.read_number < last:
        await mark_comments_read(viewer, thread_id, found.post.position, last)
    return page(request, "forum/post.html", found)


async def act(request: Request) -> Response:
    """Vote, accept, delete, or take one of them back."""
    viewer = need_member(request)
    thread_id, number = _which(request)
    found = _ACTS.get(request.path_params["act"])
    if found is None:
        raise Missing
    await found[0](viewer, thread_id, number)
    if number == 1 and not may_see_thread(viewer, await thread_facts(thread_id)):
        return redirect("/", "The thread is deleted.")
    return redirect(await post_place(viewer, thread_id, number), found[1])


async def open_edit(request: Request) -> Response:
    """Show a post's text to be changed."""
    viewer = need_member(request)
    thread_id, number = _which(request)
    check_may_edit(viewer, await post_facts(thread_id, number))
    if number == 1 and await has_case(thread_id):
        return redirect(f"/t/{thread_id}/case")
    post = await post_source(viewer, thread_id, number)
    data = EditPage(
        thread_id=thread_id,
        post=post,
        body=post.body,
        title=post.title,
        reason="",
        revision=post.revision,
        files=await file_box(viewer, {"body": post.body}),
    )
    return page(request, "forum/post_edit.html", data)


async def send_edit(request: Request) -> Response:
    """Store a new version, show how it will look, or show what somebody else changed meanwhile."""
    viewer = need_member(request)
    thread_id, number = _which(request)
    post = await post_facts(thread_id, number)
    check_may_edit(viewer, post)
    taken = await take_files(request, viewer)
    given, is_preview = taken.given, taken.given.get("step") == "preview"
    if taken.again:
        return await _again(request, viewer, given, errors=taken.errors)
    try:
        edited = EditedPost.read(given)
        if is_preview:
            preview = kept_html((await written(viewer, edited.body, post_id=post.id)).html)
            return await _again(request, viewer, given, preview=preview)
        if taken.errors:
            raise Invalid({})
        await edit(viewer, thread_id, number, edited)
    except Invalid as wrong:
        more = {} if is_preview else taken.errors | await unsaid(viewer, given)
        return await _again(request, viewer, given, errors=wrong.errors | more)
    except Stale as stale:
        return await _both(request, viewer, edited, stale)
    url = await post_place(viewer, thread_id, number) if number > 1 else await thread_place(viewer, thread_id)
    return redirect(url, "Saved.")


async def _again(
    request: Request,
    viewer: Viewer,
    given: Mapping[str, object],
    *,
    preview: Markup | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    thread_id, number = _which(request)
    post = await post_source(viewer, thread_id, number)
    data = EditPage(
        thread_id=thread_id,
        post=post,
        body=str(given.get("body", "")),
        title=str(given.get("title", "")),
        reason=str(given.get("reason", "")),
        revision=whole_number(given.get("revision")) or post.revision,
        preview=preview,
        files=await file_box(viewer, given),
    )
    return page(request, "forum/post_edit.html", data, status=422 if errors else 200, errors=errors, given=given)


async def _both(request: Request, viewer: Viewer, edited: EditedPost, stale: Stale) -> Response:
    """Show the texts of both editors in one, to be looked at and sent again."""
    thread_id, number = _which(request)
    base = await revision_text(viewer, thread_id, number, edited.revision)
    merged = three_way(base if base is not None else stale.current.body, edited.body, stale.current.body)
    data = EditPage(
        thread_id=thread_id,
        post=await post_source(viewer, thread_id, number),
        body=merged.text,
        title=edited.title or stale.current.title,
        reason=edited.reason,
        revision=stale.current.revision,
        theirs=tuple(word_difference(base or "", stale.current.body)),
        conflicts=len(merged.conflicts),
        files=await file_box(viewer, {"body": merged.text}),
    )
    return page(request, "forum/post_edit.html", data, status=409)


def _which(request: Request) -> tuple[int, int]:
    return int(request.path_params["id"]), int(request.path_params["number"])
