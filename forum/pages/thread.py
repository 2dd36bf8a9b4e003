"""The page of a thread, its twins for programs, and the forms on it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from markupsafe import Markup
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from base.errors import Failure, Invalid, Missing, TooMany
from base.paging import page_number, whole_number
from base.text.markdown import kept_html
from base.web.inputs import read_input
from base.web.kept_answers import keep
from base.web.readers import by_a_person
from base.web.redirect import elsewhere, moved, redirect
from base.web.render import page
from forum.actions.answer import NewPost, answer
from forum.actions.look_again import current_page
from forum.actions.mark_read import ReadFor, mark_read, read_for
from forum.actions.watch import WatchLevel, watch
from forum.actions.written import written
from forum.addresses import thread_url
from forum.pages.file_fields import Taken, take_files, unsaid, with_errors
from forum.pages.json_ld import json_ld
from forum.pages.reply_form import Form, opened_form, sent_form
from forum.queries.elsewhere import Elsewhere
from forum.queries.elsewhere import elsewhere as answered_elsewhere
from forum.queries.led_on import led_on
from forum.queries.related import practice_near, related
from forum.queries.similar import Similar
from forum.queries.thread_json import ThreadJson, thread_json, thread_markdown
from forum.queries.thread_page import ThreadPage
from forum.queries.thread_stamp import Stamp, thread_stamp
from forum.queries.where import first_unread, post_place, thread_place
from forum.reads import opened
from members.current import need_member, viewer_of
from members.viewer import Viewer

# Collections and practices stand on a higher floor; app/wiring.py says here how what comes before and after a thread in
# one is found, and how the practice stands that came out of a thread.
Reading = Callable[[Viewer, int, int], Awaitable[Any]]
READING: Final[list[Reading]] = []
PRACTICE: Final[list[Callable[[Viewer, int], Awaitable[Any]]]] = []

_JSON: TypeAdapter[ThreadJson] = TypeAdapter(ThreadJson)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What templates/forum/thread.html shows."""

    thread: ThreadPage
    form: Form
    similar: tuple[Similar, ...]
    json_ld: Mapping[str, Any] | None
    collection: Any = None
    practice: Any = None
    near: Similar | None = None
    answered_in: Elsewhere | None = None


async def show(request: Request) -> Response:
    """Show a page of a thread; another slug leads to the right one, `?unread=1` to the first unread post."""
    viewer, thread_id, asked = viewer_of(request), _id(request), request.query_params
    number = page_number(asked)
    if not viewer.is_member and set(asked) <= {"page"}:
        return await _for_visitors(request, viewer, number)
    if "unread" in asked and viewer.is_member:
        return redirect(await first_unread(viewer, thread_id))
    thread = await current_page(viewer, thread_id, number)
    if request.path_params["slug"] != thread.head.slug:
        return elsewhere(request, thread.head.url)
    response = await _shown(request, viewer, thread, await opened_form(viewer, thread, asked))
    if viewer.is_member and thread.read_to > thread.head.read_number and request.method == "GET":
        await mark_read(viewer, thread_id, thread.read_to)
    return response if viewer.is_me(thread.head.facts.author_id) else _counted(request, thread_id, response)


def _counted(request: Request, thread_id: int, response: Response) -> Response:
    """Count that somebody reads the thread."""
    if response.status_code == 200:
        _count(request, thread_id)
    return response


def _count(request: Request, thread_id: int) -> None:
    if by_a_person(request):
        opened(thread_id)


async def _for_visitors(request: Request, viewer: Viewer, number: int) -> Response:
    """Draw a page that may be kept for every visitor, for as long as its stamp is the same."""
    thread_id = _id(request)
    # Read before the page: at worst the page is newer than it says, and is drawn once more.
    before = await thread_stamp(viewer, thread_id, number, ())
    if request.path_params["slug"] != before.slug:
        return elsewhere(request, thread_url(thread_id, before.slug))
    thread = await current_page(viewer, thread_id, number)
    data = await _data(request, viewer, thread, Form())
    beside = _named_beside(data)
    # What stands elsewhere in another way is not in the stamp: then the page holds until the next act of anybody.
    plain = not (data.practice or data.near or data.answered_in)
    still = _still(viewer, thread_id, number, replace(before, related=frozenset(beside.items())))
    keep(request, still=still if plain else None, seen=lambda again: _count(again, thread_id))
    return _counted(request, thread_id, page(request, "forum/thread.html", data))


def _still(viewer: Viewer, thread_id: int, number: int, stamp: Stamp) -> Callable[[], Awaitable[bool]]:
    beside = [one for one, _ in stamp.related]

    async def still() -> bool:
        try:
            return await thread_stamp(viewer, thread_id, number, beside) == stamp
        except Missing:
            return False

    return still


def _named_beside(data: Shown) -> dict[int, str]:
    """Return the threads that a page names beside its own, with their titles as they stand on it."""
    head = data.thread.head
    beside = {int(one.key.partition(":")[2]): one.title for one in data.similar}
    beside |= {one.thread_id: one.title for one in head.marks.moved_away}
    if head.duplicate_of:
        beside[int(head.duplicate_of.slug.partition("-")[0])] = head.duplicate_of.name
    return beside


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
    data = await _data(request, viewer, thread, form)
    headers = {"Retry-After": str(form.wait)} if form.wait else {}
    status = wrong.status if wrong else 200
    return page(request, "forum/thread.html", data, status=status, errors=errors, given=given, headers=headers)


async def _data(request: Request, viewer: Viewer, thread: ThreadPage, form: Form) -> Shown:
    head = thread.head
    answered = head.closed_reason.partition("\n")[2] if head.resolution == "closed" else ""
    return Shown(
        thread=thread,
        form=form,
        similar=await related(viewer, head),
        json_ld=None if viewer.is_member else json_ld(thread),
        collection=await _collection(request, viewer, head.id),
        practice=await PRACTICE[0](viewer, head.id) if head.article_url and PRACTICE else None,
        near=await practice_near(viewer, head) if thread.months_quiet and not head.article_url else None,
        answered_in=await answered_elsewhere(viewer, answered) if answered else None,
    )


async def _collection(request: Request, viewer: Viewer, thread_id: int) -> Any:
    """Return the collection in which the thread is read, if the address names one."""
    number = whole_number(request.query_params.get("collection"))
    return await READING[0](viewer, number, thread_id) if number and READING else None


async def send(request: Request) -> Response:
    """Publish an answer, reply or comment, or show how it will look."""
    viewer, thread_id = viewer_of(request), _id(request)
    if not viewer.is_member:
        return redirect(f"/sign-in?next=/t/{thread_id}", "Please sign in first.", level="note")
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
