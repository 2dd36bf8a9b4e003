"""The page of a thread, its twins for programs, and the forms on it."""

from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from base.errors import Failure, Invalid, Missing, NotSignedIn, TooMany
from base.paging import page_number, whole_number
from base.text.markdown import kept_html
from base.web.inputs import read_input
from base.web.kept_answers import may_share
from base.web.redirect import elsewhere, moved, redirect
from base.web.render import page
from forum.actions.answer import NewPost, answer
from forum.actions.look_again import current_page
from forum.actions.mark_read import ReadFor, mark_read, read_for
from forum.actions.watch import WatchLevel, watch
from forum.actions.written import written
from forum.pages.file_fields import Taken, take_files, unsaid, with_errors
from forum.pages.reply_form import Form, opened_form, sent_form
from forum.pages.thread_kept import counted, for_members, for_visitors
from forum.pages.thread_shown import shown
from forum.queries.led_on import led_on
from forum.queries.thread_json import ThreadJson, thread_json, thread_markdown
from forum.queries.thread_page import ThreadPage
from forum.queries.where import first_unread, post_place, thread_place
from members.current import need_member, viewer_of
from members.viewer import Viewer

_JSON: TypeAdapter[ThreadJson] = TypeAdapter(ThreadJson)


async def show(request: Request) -> Response:
    """Show a page of a thread; another slug leads to the right one, `?unread=1` to the first unread post."""
    viewer, thread_id, asked = viewer_of(request), _id(request), request.query_params
    number = page_number(asked)
    if not viewer.is_member and set(asked) <= {"page"}:
        return await for_visitors(request, viewer, number)
    if "unread" in asked and viewer.is_member:
        return redirect(await first_unread(viewer, thread_id))
    if may_share(request) and set(asked) <= {"page"} and (shared := await for_members(request, viewer, number)):
        return shared
    thread = await current_page(viewer, thread_id, number)
    if request.path_params["slug"] != thread.head.slug:
        return elsewhere(request, thread.head.url)
    response = await _shown(request, viewer, thread, await opened_form(viewer, thread, asked))
    if viewer.is_member and thread.read_to > thread.head.read_number and request.method == "GET":
        await mark_read(viewer, thread_id, thread.read_to)
    return response if viewer.is_me(thread.head.facts.author_id) else counted(request, thread_id, response)


async def _shown(
    request: Request,
    viewer: Viewer,
    thread: ThreadPage,
    form: Form,
    *,
    wrong: Failure | None = None,
    given: Mapping[str, object] | None = None,
) -> Response:
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    if form.comment_on:
        named = {"body": f"comment-{form.comment_on}", "file": f"comment-{form.comment_on}-file"}
        errors = {named.get(name, name): sentence for name, sentence in errors.items()}
    data = await shown(request, viewer, thread, form)
    headers = {"Retry-After": str(form.wait)} if form.wait else {}
    status = wrong.status if wrong else 200
    return page(request, "forum/thread.html", data, status=status, errors=errors, given=given, headers=headers)


async def send(request: Request) -> Response:
    """Publish an answer, reply or comment, or show how it will look."""
    viewer, thread_id = viewer_of(request), _id(request)
    if not viewer.is_member:
        raise NotSignedIn("Please sign in first.", after=f"/t/{thread_id}")
    taken = await take_files(request, viewer)
    if taken.again or "quote" in taken.given:
        return await _again(request, viewer, thread_id, taken.given, wrong=with_errors(None, taken.errors))
    try:
        return await _sent(request, viewer, thread_id, taken)
    except Missing:
        # What it is about may have been merged or moved while it was written.
        about = whole_number(taken.given.get("parent"))
        there = await led_on(viewer, thread_id, about)
        given = {**taken.given, "parent": str(there.number) if about else ""}
        return await _sent(request, viewer, there.thread_id, replace(taken, given=given))


async def _sent(request: Request, viewer: Viewer, thread_id: int, taken: Taken) -> Response:
    given, preview = taken.given, taken.given.get("step") == "preview"
    try:
        post = NewPost.read(given)
        if preview:
            shown = kept_html((await written(viewer, post.body)).html)
            return await _again(request, viewer, thread_id, given, preview=shown)
        if taken.errors:
            raise Invalid({})
        made = await answer(viewer, thread_id, post)
    except (Invalid, TooMany) as wrong:
        more = {} if preview else taken.errors | await unsaid(viewer, given)
        return await _again(request, viewer, thread_id, given, wrong=with_errors(wrong, more))
    return redirect(made.url, "Your post is published.")


async def _again(
    request: Request,
    viewer: Viewer,
    thread_id: int,
    given: Mapping[str, object],
    *,
    preview: Markup | None = None,
    wrong: Failure | None = None,
) -> Response:
    """Show the thread again with what was typed."""
    thread = await current_page(viewer, thread_id, whole_number(given.get("page")) or 1)
    form = await sent_form(viewer, thread, given, preview=preview, wrong=wrong)
    return await _shown(request, viewer, thread, form, wrong=wrong, given=given)


async def short(request: Request) -> Response:
    """Lead from a thread's number to its page."""
    return moved(await thread_place(viewer_of(request), _id(request)))


async def permalink(request: Request) -> Response:
    """Lead to where a post stands today."""
    return RedirectResponse(
        await post_place(viewer_of(request), _id(request), int(request.path_params["number"])), status_code=302
    )


async def as_json(request: Request) -> Response:
    """Answer the thread as JSON."""
    thread = await current_page(viewer_of(request), _id(request), page_number(request.query_params), source=True)
    return JSONResponse(_JSON.dump_python(thread_json(thread), mode="json"), headers=_private(request))


async def as_markdown(request: Request) -> Response:
    """Answer the thread as Markdown."""
    thread = await current_page(viewer_of(request), _id(request), page_number(request.query_params), source=True)
    return PlainTextResponse(
        thread_markdown(thread), media_type="text/markdown; charset=utf-8", headers=_private(request)
    )


async def follow(request: Request) -> Response:
    """Set how closely the viewer follows the thread."""
    viewer, thread_id = need_member(request), _id(request)
    await watch(viewer, "thread", thread_id, WatchLevel.read(await read_input(request)))
    return redirect(await thread_place(viewer, thread_id), "Saved.")


async def reading(request: Request) -> Response:
    """Add to the time the viewer has read; once it is four minutes, the thread is followed by itself."""
    viewer = need_member(request)
    follows = await read_for(viewer, _id(request), ReadFor.read(await read_input(request)))
    return JSONResponse({"follows": follows}, headers={"Cache-Control": "no-store"})


def _private(request: Request) -> dict[str, str]:
    return {"Cache-Control": "private, no-store"} if viewer_of(request).is_member else {}


def _id(request: Request) -> int:
    return int(request.path_params["id"])


__all__ = ["as_json", "as_markdown", "follow", "permalink", "reading", "send", "short", "show"]
