"""From a thread to an article: nominate it, promote it; or start an article from nothing."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.paging import whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.attach import Attached, attach
from kb.actions.nominate import Why, decline, nominate, reopen, withdraw
from kb.actions.promote import NewArticle, promote, start
from kb.addresses import work_url
from kb.queries.audiences import audience_choices
from kb.queries.thread_card import ThreadCard, Wish, open_drafts, thread_card, wishes_for
from kb.rules import check_may_edit, check_may_nominate
from kb.sections import TEMPLATES
from kb.titles import suggested_titles
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class NominatePage:
    """What templates/kb/nominate.html shows."""

    thread: ThreadCard
    wishes: tuple[Wish, ...]
    own: Wish | None


@dataclass(frozen=True, slots=True)
class PromotePage:
    """What templates/kb/promote.html shows; without a thread for an article from nothing."""

    thread: ThreadCard | None
    wishes: tuple[Wish, ...]
    titles: tuple[str, ...]
    title: str
    drafts: tuple[tuple[int, str], ...]
    kinds: tuple[tuple[str, str, str], ...]
    audiences: tuple[tuple[str, str], ...]
    audience: str


async def nominate_page(request: Request) -> Response:
    """Ask why a thread should become a practice, and write that down."""
    viewer, thread_id = need_member(request), request.path_params["thread"]
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    check_may_nominate(viewer)
    if request.method == "POST":
        try:
            await nominate(viewer, thread_id, Why.read(given))
            thread = await thread_card(viewer, thread_id)
            return redirect(thread.url, "Thank you. The editors see your suggestion on their desk.")
        except Invalid as error:
            errors = error.errors
    wishes = await wishes_for(viewer, thread_id)
    own = next((one for one in wishes if one.own and one.state == "open"), None)
    data = NominatePage(await thread_card(viewer, thread_id), wishes, own)
    return page(request, "kb/nominate.html", data, status=422 if errors else 200, errors=errors, given=given)


async def withdraw_page(request: Request) -> Response:
    """Take one's own nomination back."""
    viewer, thread_id = need_member(request), request.path_params["thread"]
    await withdraw(viewer, thread_id)
    thread = await thread_card(viewer, thread_id)
    return redirect(thread.url, "Your suggestion is taken back.")


async def decline_page(request: Request) -> Response:
    """Take a thread off the editors' list, or put it back."""
    viewer, thread_id = need_member(request), request.path_params["thread"]
    if request.url.path.endswith("/reopen"):
        await reopen(viewer, thread_id)
        return redirect("/desk", "It is back on the list.")
    await decline(viewer, thread_id)
    return redirect("/desk", "The thread is off the list.")


async def promote_page(request: Request) -> Response:
    """Start an article from a thread, or take the thread into a draft that is there."""
    viewer, thread_id = need_member(request), request.path_params["thread"]
    check_may_edit(viewer)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(work_url(await _promoted(viewer, thread_id, given), thread=thread_id))
        except Invalid as error:
            errors = error.errors
    thread = await thread_card(viewer, thread_id)
    data = await _promote_data(viewer, thread, "")
    return page(request, "kb/promote.html", data, status=422 if errors else 200, errors=errors, given=given)


async def _promoted(viewer: Viewer, thread_id: int, given: dict[str, object]) -> int:
    if into := whole_number(given.get("into")):
        await attach(viewer, into, Attached(thread=thread_id))
        return into
    picked = str(given.get("pick") or "")
    if picked and not str(given.get("title") or "").strip():
        given["title"] = picked
    return await promote(viewer, thread_id, NewArticle.read(given))


async def new_page(request: Request) -> Response:
    """Start an article without a thread."""
    viewer = need_member(request)
    check_may_edit(viewer)
    given = await read_input(request) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect(work_url(await start(viewer, NewArticle.read(given))))
        except Invalid as error:
            errors = error.errors
    data = await _promote_data(viewer, None, request.query_params.get("title", "")[:255])
    return page(request, "kb/promote.html", data, status=422 if errors else 200, errors=errors, given=given)


async def _promote_data(viewer: Viewer, thread: ThreadCard | None, title: str) -> PromotePage:
    audience = thread.audience if thread else "public"
    drafts = await open_drafts(viewer) if thread else ()
    titles = suggested_titles(thread.title) if thread else ()
    return PromotePage(
        thread=thread,
        wishes=await wishes_for(viewer, thread.id) if thread else (),
        titles=titles,
        title=title or (titles[0] if titles else ""),
        drafts=tuple((one.id, one.title) for one in drafts),
        kinds=tuple((one.kind, one.label, one.about) for one in TEMPLATES.values()),
        audiences=await audience_choices(viewer, audience, "The people this thread is open to"),
        audience=audience,
    )


ROUTES: list[BaseRoute] = [
    Route("/kb/new", new_page, methods=["GET", "POST"]),
    Route("/kb/nominate/{thread:int}", nominate_page, methods=["GET", "POST"]),
    Route("/t/{thread:int}/nominate", nominate_page, methods=["POST"]),
    Route("/kb/nominate/{thread:int}/withdraw", withdraw_page, methods=["POST"]),
    Route("/kb/nominate/{thread:int}/decline", decline_page, methods=["POST"]),
    Route("/kb/nominate/{thread:int}/reopen", decline_page, methods=["POST"]),
    Route("/kb/promote/{thread:int}", promote_page, methods=["GET", "POST"]),
]
