"""JSON doors to what a member follows and has read."""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field
from starlette.requests import Request

from base.inputs import RowId
from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from forum.actions.mark_read import AllRead, ReadFor, mark_all_read, read_for
from forum.actions.tidy_watches import Tidying, tidy_watches
from forum.actions.watch import Level, Target, WatchLevel, watch
from forum.queries.watching import KINDS, LEVELS, Watched, watching
from members.current import need_member


class Watching(WatchLevel):
    """What to follow, and how closely."""

    target: Target = Field(title="What")
    id: RowId = Field(title="Its id")


@dataclass(frozen=True, slots=True)
class WatchList:
    """A page of what one follows or has muted; `counts` are all of them by kind."""

    total: int
    counts: dict[str, int]
    watches: tuple[Watched, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """How closely it was followed before."""

    before: Level


@dataclass(frozen=True, slots=True)
class Tidied:
    """How many were changed."""

    changed: int


@dataclass(frozen=True, slots=True)
class Read:
    """Whether the thread is followed by itself from now on."""

    follows: bool


_QUERY: Final = {
    "kind": f"One of {', '.join(KINDS)}",
    "level": f"One of {', '.join(LEVELS)}",
    "q": "Words of the name",
    "page": "Number of the page, from 1",
}


@endpoint("GET", "/api/v1/watches", output=WatchList, query=_QUERY, summary="What I follow", tag="me")
async def list_watches(request: Request, given: None) -> WatchList:
    """List what the viewer follows."""
    asked = request.query_params
    narrowed = {name: asked.get(name, "") for name in ("kind", "level", "q")}
    found = await watching(need_member(request), page_number(asked), **narrowed)
    return WatchList(found.page.total, found.counts, found.entries)


@endpoint("PUT", "/api/v1/watches", input=Watching, output=Before, summary="Follow something, or mute it", tag="me")
async def set_watch(request: Request, given: Watching) -> Before:
    """Set how closely to follow a thread, tag, platform, category, member or organisation."""
    return Before(await watch(need_member(request), given.target, given.id, given))  # type: ignore[arg-type]


@endpoint("POST", "/api/v1/watches/tidy", input=Tidying, output=Tidied, summary="Change several at once", tag="me")
async def tidy(request: Request, given: Tidying) -> Tidied:
    """Change several of one's own."""
    return Tidied(await tidy_watches(need_member(request), given))


@endpoint(
    "POST", "/api/v1/threads/{id:int}/reading", input=ReadFor, output=Read, tag="threads",
    summary="Add to the time you have read; after four minutes the thread is followed",
)  # fmt: skip
async def add_reading(request: Request, given: ReadFor) -> Read:
    """Add to the time the viewer has read in a thread."""
    return Read(await read_for(need_member(request), int(request.path_params["id"]), given))


@endpoint(
    "POST", "/api/v1/threads/read", input=AllRead, output=Tidied, summary="Mark all threads as read", tag="threads"
)
async def read_all(request: Request, given: AllRead) -> Tidied:
    """Mark every thread, or those of a kind, as read."""
    return Tidied(await mark_all_read(need_member(request), given))


WATCHING_ENDPOINTS: Final[list[Endpoint[Any]]] = [list_watches, set_watch, tidy, add_reading, read_all]
