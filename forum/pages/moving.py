"""The pages on which who looks after a thread moves it, splits posts off it, or merges it."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Conflict, Failure, Invalid, Refused
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.merge import Joining, joined, merge
from forum.actions.move import Moving, check_move, move
from forum.actions.split import Splitting, split
from forum.pages.ask import divide_platforms
from forum.queries.ask_form import Choices, choices
from forum.queries.facts import thread_facts
from forum.queries.labelled import label_form
from forum.queries.moving import Choice, Whole, posts_to_choose, whole
from forum.queries.readers import Readers, readers, region_names
from forum.queries.where import thread_place
from forum.rules import audiences_to_move_to, check_may_moderate, may_see_thread, shows_more
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePage:
    """What templates/forum/thread_move.html shows; `warns` names new readers before the thread is shown to them."""

    thread: Whole
    choices: Choices
    ticked: list[str]
    other_platforms: str
    readers: tuple[Readers, ...]
    regions: tuple[tuple[int, str], ...]
    warns: Readers | None = None
    wider: bool = False


@dataclass(frozen=True, slots=True)
class SplitPage:
    """What templates/forum/thread_split.html shows; `ticked` are the numbers that were chosen already."""

    thread: Whole
    choice_of_posts: Choice
    ticked: frozenset[str]


@dataclass(frozen=True, slots=True)
class MergePage:
    """What templates/forum/thread_merge.html shows; `into` is the thread that would stay."""

    thread: Whole
    into: Whole | None


async def open_move(request: Request) -> Response:
    """Show where a thread belongs, to be changed."""
    viewer, thread = await _moderated(request)
    labels = (await label_form(thread.id)).given
    stands = {**labels, "region": thread.facts.region_id or "", "audience": thread.facts.audience}
    return await _move(request, viewer, thread, stands)


async def send_move(request: Request) -> Response:
    """Move a thread; before it gets other readers, say who these are."""
    viewer, thread = await _moderated(request)
    given = await read_input(request)
    try:
        wanted = Moving.read(given)
        await check_move(viewer, thread, wanted)
        if wanted.audience != thread.facts.audience and given.get("sure") != wanted.audience:
            return await _move(request, viewer, thread, given, warns=wanted.audience)
        await move(viewer, thread.id, wanted)
    except (Invalid, Conflict) as wrong:
        return await _move(request, viewer, thread, given, wrong=wrong)
    if not may_see_thread(viewer, await thread_facts(thread.id)):
        return redirect("/latest", "The thread is moved, to readers you do not belong to.")
    return redirect(await thread_place(viewer, thread.id), "The thread is moved.")


async def _move(
    request: Request,
    viewer: Viewer,
    thread: Whole,
    given: Mapping[str, object],
    *,
    warns: str = "",
    wrong: Invalid | Conflict | None = None,
) -> Response:
    offered = await choices(viewer)
    ticked, others = divide_platforms(given, offered)
    audiences = audiences_to_move_to(viewer, thread.facts, thread.organisation_id)
    known = await readers(tuple(dict.fromkeys((*audiences, thread.facts.audience))))
    data = MovePage(
        thread=thread,
        choices=offered,
        ticked=ticked,
        other_platforms=others,
        readers=known,
        regions=await region_names(),
        warns=next((one for one in known if one.value == warns), None),
        wider=shows_more(thread.facts.audience, warns) if warns else False,
    )
    return _page(request, "forum/thread_move.html", data, given, wrong)


async def open_split(request: Request) -> Response:
    """Show the posts of a thread in short, to be ticked."""
    _, thread = await _moderated(request)
    return await _split(request, thread, {"numbers": request.query_params.get("numbers", "")[:1000]})


async def send_split(request: Request) -> Response:
    """Split posts off."""
    viewer, thread = await _moderated(request)
    given = await read_input(request)
    try:
        done = await split(viewer, thread.id, Splitting.read(given))
    except (Invalid, Conflict) as wrong:
        return await _split(request, thread, given, wrong)
    return redirect(thread.url, f"Moved. The posts are in thread {done.thread_id} now; below you can go there.")


async def _split(
    request: Request, thread: Whole, given: Mapping[str, object], wrong: Invalid | Conflict | None = None
) -> Response:
    posts = given.get("posts", [])
    ticked = frozenset(str(one) for one in (posts if isinstance(posts, list) else [posts]))
    choice = await posts_to_choose(thread.id, page_number(request.query_params))
    return _page(request, "forum/thread_split.html", SplitPage(thread, choice, ticked), given, wrong)


async def open_merge(request: Request) -> Response:
    """Ask into which thread, and show what would happen before anything does."""
    viewer, thread = await _moderated(request)
    named = request.query_params.get("into", "")
    given = {"into": named, "reason": request.query_params.get("reason", "")[:200]}
    if not named:
        return _page(request, "forum/thread_merge.html", MergePage(thread, None), given)
    try:
        into = await joined(viewer, thread, Joining.read(given))
    except (Invalid, Refused) as wrong:
        return _page(request, "forum/thread_merge.html", MergePage(thread, None), given, wrong)
    return _page(request, "forum/thread_merge.html", MergePage(thread, into), given)


async def send_merge(request: Request) -> Response:
    """Merge a thread into another one."""
    viewer, thread = await _moderated(request)
    given = await read_input(request)
    try:
        done = await merge(viewer, thread.id, Joining.read(given))
    except (Invalid, Conflict) as wrong:
        return _page(request, "forum/thread_merge.html", MergePage(thread, None), given, wrong)
    return redirect(f"/t/{done.thread_id}", "The threads are one now. The posts that came are at the end.")


async def _moderated(request: Request) -> tuple[Viewer, Whole]:
    viewer = need_member(request)
    thread = await whole(request.path_params["id"])
    check_may_moderate(viewer, thread.facts)
    return viewer, thread


def _page(
    request: Request, template: str, data: object, given: Mapping[str, object], wrong: Failure | None = None
) -> Response:
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence} if wrong else {}
    return page(request, template, data, status=wrong.status if wrong else 200, errors=errors, given=given)
