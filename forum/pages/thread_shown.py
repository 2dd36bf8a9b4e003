"""What the page of a thread shows, beside its posts: what is similar, what came of it, where it is read."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import whole_number
from forum.pages.json_ld import json_ld
from forum.pages.reply_form import Form
from forum.queries.elsewhere import Elsewhere
from forum.queries.elsewhere import elsewhere as answered_elsewhere
from forum.queries.related import practice_near, related
from forum.queries.similar import Similar
from forum.queries.thread_page import ThreadPage
from members.viewer import Viewer

# Collections and practices stand on a higher floor; app/wiring.py says here how what comes before and after a thread in
# one is found, and how the practice stands that came out of a thread.
Reading = Callable[[Viewer, int, int], Awaitable[Any]]
READING: Final[list[Reading]] = []
PRACTICE: Final[list[Callable[[Viewer, int], Awaitable[Any]]]] = []


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
    news: str = ""


async def shown(request: Request, viewer: Viewer, thread: ThreadPage, form: Form) -> Shown:
    """Load the rest of a page of a thread."""
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
