"""Editing a post: the form, how it will look, and what to do when somebody else was faster."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from base.errors import Failure, Invalid, TooMany
from base.paging import whole_number
from base.text.markdown import kept_html
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.edit import EditedPost, Stale, edit
from forum.actions.written import written
from forum.facts import PostFacts
from forum.pages.file_fields import FileBox, Taken, file_box, take_files, unsaid, with_errors
from forum.pages.merge_posts import both_texts, merge_again, put_together
from forum.queries.case_form import has_case
from forum.queries.facts import post_facts
from forum.queries.post_page import PostSource, post_source
from forum.queries.where import post_place, thread_place
from forum.rules import check_may_edit
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPage:
    """What templates/forum/post_edit.html shows; `upto` is there for a summary: the last post of its thread."""

    thread_id: int
    post: PostSource
    body: str
    title: str
    reason: str
    revision: int
    upto: int
    files: FileBox
    preview: Markup | None = None
    wait: int = 0


async def open_edit(request: Request) -> Response:
    """Show a post's text to be changed."""
    viewer = need_member(request)
    thread_id, number = _which(request)
    check_may_edit(viewer, await post_facts(thread_id, number))
    if number == 1 and await has_case(thread_id):
        return redirect(f"/t/{thread_id}/case")
    post = await post_source(viewer, thread_id, number)
    given = {"body": post.body, "title": post.title}
    return page(request, "forum/post_edit.html", _page(thread_id, post, given, await file_box(viewer, given)))


async def send_edit(request: Request) -> Response:
    """Store a new version, show how it will look, or show what somebody else changed meanwhile."""
    viewer = need_member(request)
    thread_id, number = _which(request)
    post = await post_facts(thread_id, number)
    check_may_edit(viewer, post)
    taken = await take_files(request, viewer)
    if taken.again:
        return await _again(request, viewer, taken.given, wrong=with_errors(None, taken.errors))
    return await _save(request, viewer, post, taken)


async def _save(request: Request, viewer: Viewer, post: PostFacts, taken: Taken) -> Response:
    given, is_preview, (thread_id, number) = taken.given, taken.given.get("step") == "preview", _which(request)
    try:
        edited = EditedPost.read(given | await put_together(viewer, thread_id, number, given))
        if is_preview:
            preview = kept_html((await written(viewer, edited.body, post_id=post.id)).html)
            return await _again(request, viewer, given, preview=preview)
        if taken.errors:
            raise Invalid({})
        await edit(viewer, thread_id, number, edited)
    except (Invalid, TooMany) as wrong:
        if "mine" in given:
            return await merge_again(request, viewer, given, wrong)
        more = {} if is_preview else taken.errors | await unsaid(viewer, given)
        return await _again(request, viewer, given, wrong=with_errors(wrong, more))
    except Stale as stale:
        return await both_texts(request, viewer, edited, stale.current)
    url = await post_place(viewer, thread_id, number) if number > 1 else await thread_place(viewer, thread_id)
    return redirect(url, "Saved.")


async def _again(
    request: Request,
    viewer: Viewer,
    given: Mapping[str, object],
    *,
    preview: Markup | None = None,
    wrong: Failure | None = None,
) -> Response:
    thread_id, number = _which(request)
    post = await post_source(viewer, thread_id, number)
    wait = wrong.retry_after if isinstance(wrong, TooMany) else 0
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    return page(
        request,
        "forum/post_edit.html",
        _page(thread_id, post, given, await file_box(viewer, given), preview=preview, wait=wait),
        status=wrong.status if wrong else 200,
        errors=errors,
        given=given,
        headers={"Retry-After": str(wait)} if wait else {},
    )


def _page(
    thread_id: int,
    post: PostSource,
    given: Mapping[str, object],
    files: FileBox,
    *,
    preview: Markup | None = None,
    wait: int = 0,
) -> EditPage:
    return EditPage(
        thread_id=thread_id,
        post=post,
        body=str(given.get("body", "")),
        title=str(given.get("title", "")),
        reason=str(given.get("reason", "")),
        revision=whole_number(given.get("revision")) or post.revision,
        upto=post.last_number if post.kind == "summary" else 0,
        files=files,
        preview=preview,
        wait=wait,
    )


def _which(request: Request) -> tuple[int, int]:
    return int(request.path_params["id"]), int(request.path_params["number"])
