"""The JSON doors of what is done to whole threads: move, split, merge, convert, close later, announce, undo."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from forum.actions.announce_above import Above, announce_above, take_down
from forum.actions.close_later import ClosingLater, close_later, never_close
from forum.actions.convert import Converting, convert
from forum.actions.merge import Joining, Merged, merge
from forum.actions.move import Moving, move
from forum.actions.split import Split, Splitting, split
from forum.actions.undo import undo
from forum.queries.changes import Change, changes
from forum.queries.facts import thread_facts
from forum.rules import check_may_moderate
from members.current import need_member

_THREAD: Final = "/api/v1/threads/{id:int}"


@dataclass(frozen=True, slots=True)
class Changed:
    """The change that was made; within ten minutes it can be taken back."""

    change: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of what was written since; empty when nothing was."""

    told: str


@dataclass(frozen=True, slots=True)
class ChangeList:
    """A page of what was done to a thread, the newest first."""

    total: int
    changes: list[Change]


@endpoint("POST", f"{_THREAD}/move", input=Moving, output=Changed, summary="Move a thread", tag="threads")
async def move_thread(request: Request, given: Moving) -> Changed:
    """Give a thread another category, region, other labels or readers."""
    return Changed(await move(need_member(request), request.path_params["id"], given))


@endpoint("POST", f"{_THREAD}/split", input=Splitting, output=Split, summary="Split posts off a thread", tag="threads")
async def split_thread(request: Request, given: Splitting) -> Split:
    """Move posts to a new thread, or to one that is there."""
    return await split(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_THREAD}/merge", input=Joining, output=Merged, summary="Merge a thread into another one",
          tag="threads")  # fmt: skip
async def merge_thread(request: Request, given: Joining) -> Merged:
    """Put all posts of a thread at the end of another one."""
    return await merge(need_member(request), request.path_params["id"], given)


@endpoint("POST", f"{_THREAD}/convert", input=Converting, output=Changed, summary="Make a thread one of another kind",
          tag="threads")  # fmt: skip
async def convert_thread(request: Request, given: Converting) -> Changed:
    """Make a thread a question, a discussion or an announcement."""
    return Changed(await convert(need_member(request), request.path_params["id"], given))


@endpoint("PUT", f"{_THREAD}/closing", input=ClosingLater, output=Changed, summary="Set when a thread closes by itself",
          tag="threads")  # fmt: skip
async def time_thread(request: Request, given: ClosingLater) -> Changed:
    """Close a thread on a day, or when nobody writes for some days."""
    return Changed(await close_later(need_member(request), request.path_params["id"], given))


@endpoint("DELETE", f"{_THREAD}/closing", output=None, summary="Let a thread not close by itself", tag="threads")
async def untime_thread(request: Request, given: None) -> None:
    """Take the day away."""
    await never_close(need_member(request), request.path_params["id"])


@endpoint("PUT", f"{_THREAD}/banner", input=Above, output=Changed, summary="Put an announcement above every page",
          tag="threads")  # fmt: skip
async def announce_thread(request: Request, given: Above) -> Changed:
    """Put an announcement above every page until a day."""
    return Changed(await announce_above(need_member(request), request.path_params["id"], given))


@endpoint("DELETE", f"{_THREAD}/banner", output=None, summary="Take an announcement down", tag="threads")
async def take_thread_down(request: Request, given: None) -> None:
    """Take an announcement down from above the pages."""
    await take_down(need_member(request), request.path_params["id"])


@endpoint("GET", f"{_THREAD}/changes", output=ChangeList, summary="List what was done to a thread", tag="threads",
          query={"page": "Number of the page, from 1"})  # fmt: skip
async def list_changes(request: Request, given: None) -> ChangeList:
    """List the changes of a thread, for who moderates it."""
    viewer, thread = need_member(request), await thread_facts(request.path_params["id"])
    check_may_moderate(viewer, thread)
    found = await changes(viewer, thread, page_number(request.query_params))
    return ChangeList(found.page.total, list(found.changes))


@endpoint("DELETE", f"{_THREAD}/changes/{{change:int}}", output=Undone, summary="Take a change back, for ten minutes",
          tag="threads")  # fmt: skip
async def undo_change(request: Request, given: None) -> Undone:
    """Put back what a change has changed."""
    return Undone(await undo(need_member(request), request.path_params["id"], request.path_params["change"]))


CHANGE_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    move_thread, split_thread, merge_thread, convert_thread, time_thread, untime_thread, announce_thread,
    take_thread_down, list_changes, undo_change,
]  # fmt: skip
