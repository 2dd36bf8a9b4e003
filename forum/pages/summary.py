"""The form for the answer so far; it is edited as any post."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from base.errors import Conflict, Failure, Invalid, TooMany
from base.paging import whole_number
from base.text.markdown import kept_html
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.edit import Current, EditedPost
from forum.actions.summarise import Summary, summarise
from forum.actions.written import written
from forum.pages.merge_posts import both_texts
from forum.queries.drafts import draft_at
from forum.queries.facts import thread_facts
from forum.queries.post_page import post_source
from forum.queries.summary import SummaryPlace, summary_place
from forum.rules import check_may_summarise
from members.current import need_member
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPage:
    """What templates/forum/summary.html shows."""

    place: SummaryPlace
    body: str
    upto: int
    once: str
    draft: int | None
    version: int | None
    saved: object = None
    preview: Markup | None = None
    wait: int = 0


async def open_form(request: Request) -> Response:
    """Show the form, with what was begun, or that of the answer so far that is there."""
    viewer, thread_id = need_member(request), request.path_params["id"]
    check_may_summarise(viewer, await thread_facts(thread_id))
    place = await summary_place(viewer, thread_id)
    if place.number:
        return redirect(f"/t/{thread_id}/posts/{place.number}/edit")
    draft = await draft_at(viewer, f"summary.{thread_id}")
    given = {} if draft is None else {**draft.given, "draft": draft.id, "version": draft.version}
    return page(request, "forum/summary.html", _page(place, given, saved=draft.at if draft else None))


async def send(request: Request) -> Response:
    """Publish it, show how it will look, or show what somebody else wrote meanwhile."""
    viewer, thread_id = need_member(request), request.path_params["id"]
    check_may_summarise(viewer, await thread_facts(thread_id))
    given = await read_input(request)
    try:
        summary = Summary.read(given)
        if given.get("step") == "preview":
            preview = kept_html((await written(viewer, summary.body)).html)
            return page(request, "forum/summary.html", _page(await summary_place(viewer, thread_id), given, preview))
        made = await summarise(viewer, thread_id, summary)
    except (Invalid, TooMany) as wrong:
        return _again(request, await summary_place(viewer, thread_id), given, wrong)
    except Conflict:
        return await _both(request, viewer, thread_id, summary)
    return redirect(made.url, "The answer so far stands on top of the thread.")


def _again(request: Request, place: SummaryPlace, given: Mapping[str, object], wrong: Failure) -> Response:
    wait = wrong.retry_after if isinstance(wrong, TooMany) else 0
    errors = wrong.errors if isinstance(wrong, Invalid) else {"": wrong.sentence}
    headers = {"Retry-After": str(wait)} if wait else {}
    data = _page(place, given, wait=wait)
    return page(request, "forum/summary.html", data, status=wrong.status, errors=errors, headers=headers)


async def _both(request: Request, viewer: Viewer, thread_id: int, summary: Summary) -> Response:
    """Show both summaries in one form, which edits the one that is there."""
    number = (await summary_place(viewer, thread_id)).number
    if not number:
        raise Conflict("Somebody changed the answer so far at the same moment. Please send yours again.")
    there = await post_source(viewer, thread_id, number)
    current = Current(there.id, there.revision, there.body, "", there.created_at)
    # Both began with nothing: revision 0 is the empty text before the first.
    mine = EditedPost.model_construct(body=summary.body, title=None, reason="", revision=0, upto=summary.upto)
    return await both_texts(request, viewer, mine, current, number=number)


def _page(
    place: SummaryPlace,
    given: Mapping[str, object],
    preview: Markup | None = None,
    *,
    saved: object = None,
    wait: int = 0,
) -> SummaryPage:
    return SummaryPage(
        place=place,
        body=str(given.get("body", "")),
        upto=whole_number(given.get("upto")) or place.last_number,
        once=str(given.get("once") or token_urlsafe(12)),
        draft=whole_number(given.get("draft")),
        version=whole_number(given.get("version")),
        saved=saved,
        preview=preview,
        wait=wait,
    )
