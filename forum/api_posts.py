"""The JSON doors of threads and posts: read, answer, edit, vote, accept, follow."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from forum.actions.accept import accept, unaccept
from forum.actions.answer import NewPost, answer
from forum.actions.ask_who import ask_who
from forum.actions.delete import delete, restore
from forum.actions.doubt import Doubted, doubt, undoubt
from forum.actions.edit import EditedPost, edit
from forum.actions.look_again import current_page
from forum.actions.outdate import Outdated, outdate, stand_by
from forum.actions.place_post import Made
from forum.actions.summarise import Summary, summarise
from forum.actions.vote import unvote, vote
from forum.actions.watch import Level, WatchLevel, watch
from forum.queries.post_page import post_page
from forum.queries.quoting import Quoting, numbers_in, quoting
from forum.queries.revisions import revisions
from forum.queries.thread_json import PostJson, ThreadJson, post_json, thread_json
from members.actions.unmask import UnmaskRequest
from members.current import need_member, viewer_of

_THREAD: Final = "/api/v1/threads/{id:int}"
_POST: Final = f"{_THREAD}/posts/{{number:int}}"
_PAGE: Final = {"page": "Number of the page, from 1"}


@dataclass(frozen=True, slots=True)
class Edited:
    """The revision that an edit made."""

    revision: int


@dataclass(frozen=True, slots=True)
class Voted:
    """How many found a post useful, and whether the viewer did."""

    votes: int
    voted: bool


@dataclass(frozen=True, slots=True)
class Resolved:
    """How a question stands: unanswered, answered, solved, duplicate or closed."""

    resolution: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The number of the request to look behind a mask."""

    id: int


@dataclass(frozen=True, slots=True)
class Watched:
    """How closely the viewer follows a thread."""

    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionJson:
    """One version of a post; of an opening, with the title it gave its thread."""

    number: int
    title: str
    body: str
    reason: str
    editor: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionList:
    """A page of the versions of a post, the newest first."""

    total: int
    revisions: list[RevisionJson]


def _which(request: Request) -> tuple[int, int]:
    return int(request.path_params["id"]), int(request.path_params["number"])


@endpoint(
    "GET", _THREAD, output=ThreadJson, summary="Read a thread, with a page of its posts", tag="threads", query=_PAGE
)
async def read_thread(request: Request, given: None) -> ThreadJson:
    """Read a thread."""
    page = page_number(request.query_params)
    return thread_json(await current_page(viewer_of(request), int(request.path_params["id"]), page, source=True))


@endpoint(
    "POST", f"{_THREAD}/posts", input=NewPost, output=Made, status=201, tag="posts",
    summary="Answer, reply, or comment on the post `parent`",
)  # fmt: skip
async def add_post(request: Request, given: NewPost) -> Made:
    """Add a post."""
    return await answer(need_member(request), int(request.path_params["id"]), given)


@endpoint("GET", _POST, output=PostJson, summary="Read a post with its comments", tag="posts", query=_PAGE)
async def read_post(request: Request, given: None) -> PostJson:
    """Read a post."""
    page = page_number(request.query_params) if "page" in request.query_params else None
    found = await post_page(viewer_of(request), *_which(request), page, source=True)
    return post_json(found.post, found.comments, found.pages.total)


@endpoint(
    "POST", f"{_THREAD}/summary", input=Summary, output=Made, status=201, tag="posts",
    summary="Write the answer so far; it is edited and deleted as any post",
)  # fmt: skip
async def add_summary(request: Request, given: Summary) -> Made:
    """Sum up a thread."""
    return await summarise(need_member(request), int(request.path_params["id"]), given)


@endpoint(
    "GET", f"{_THREAD}/quotes", output=Quoting, summary="Get the Markdown that quotes posts", tag="posts",
    query={"posts": "Numbers of posts, such as 3,7"},
)  # fmt: skip
async def quote_posts(request: Request, given: None) -> Quoting:
    """Quote posts."""
    numbers = numbers_in(request.query_params.get("posts", ""))
    return await quoting(viewer_of(request), int(request.path_params["id"]), numbers)


@endpoint("PATCH", _POST, input=EditedPost, output=Edited, summary="Edit a post", tag="posts")
async def edit_post(request: Request, given: EditedPost) -> Edited:
    """Edit a post."""
    return Edited(await edit(need_member(request), *_which(request), given))


@endpoint("DELETE", _POST, output=None, summary="Delete a post", tag="posts")
async def delete_post(request: Request, given: None) -> None:
    """Delete a post."""
    await delete(need_member(request), *_which(request))


@endpoint("POST", f"{_POST}/restore", output=None, summary="Bring a deleted post back", tag="posts")
async def restore_post(request: Request, given: None) -> None:
    """Bring a post back."""
    await restore(need_member(request), *_which(request))


@endpoint("POST", f"{_POST}/vote", output=Voted, summary="Say that a post was useful", tag="posts")
async def vote_post(request: Request, given: None) -> Voted:
    """Vote for a post."""
    return Voted(await vote(need_member(request), *_which(request)), True)


@endpoint("DELETE", f"{_POST}/vote", output=Voted, summary="Take that back", tag="posts")
async def unvote_post(request: Request, given: None) -> Voted:
    """Take a vote back."""
    return Voted(await unvote(need_member(request), *_which(request)), False)


@endpoint(
    "PUT", f"{_POST}/doubt", input=Doubted, output=None, tag="posts",
    summary="Say why a post was not useful, to its author and editors alone",
)  # fmt: skip
async def doubt_post(request: Request, given: Doubted) -> None:
    """Doubt a post."""
    await doubt(need_member(request), *_which(request), given)


@endpoint("DELETE", f"{_POST}/doubt", output=None, summary="Take that back", tag="posts")
async def undoubt_post(request: Request, given: None) -> None:
    """Take a doubt back."""
    await undoubt(need_member(request), *_which(request))


@endpoint("POST", f"{_POST}/accept", output=Resolved, summary="Accept an answer as a solution", tag="posts")
async def accept_post(request: Request, given: None) -> Resolved:
    """Accept an answer."""
    return Resolved(await accept(need_member(request), *_which(request)))


@endpoint("DELETE", f"{_POST}/accept", output=Resolved, summary="No longer accept an answer", tag="posts")
async def unaccept_post(request: Request, given: None) -> Resolved:
    """Take the acceptance of an answer back."""
    return Resolved(await unaccept(need_member(request), *_which(request)))


@endpoint(
    "PUT", f"{_POST}/outdated", input=Outdated, output=None, summary="Say that a post is no longer true", tag="posts"
)
async def outdate_post(request: Request, given: Outdated) -> None:
    """Say that a post of one's own is no longer true."""
    await outdate(need_member(request), *_which(request), given)


@endpoint("POST", f"{_POST}/unmask", input=UnmaskRequest, output=Asked, status=201, tag="masks",
          summary="Ask who wrote a post without their name")  # fmt: skip
async def unmask_post(request: Request, given: UnmaskRequest) -> Asked:
    """Ask who is behind a mask; an administrator decides."""
    return Asked(await ask_who(need_member(request), *_which(request), given))


@endpoint("DELETE", f"{_POST}/outdated", output=None, summary="Say that it holds after all", tag="posts")
async def stand_by_post(request: Request, given: None) -> None:
    """Take that back."""
    await stand_by(need_member(request), *_which(request))


@endpoint(
    "GET", f"{_POST}/revisions", output=RevisionList, summary="Read the versions of a post", tag="posts", query=_PAGE
)
async def read_revisions(request: Request, given: None) -> RevisionList:
    """Read the versions of a post."""
    found = await revisions(viewer_of(request), *_which(request), page_number(request.query_params))
    return RevisionList(
        found.pages.total,
        [
            RevisionJson(
                number=one.number,
                title=one.title,
                body=one.body,
                reason=one.reason,
                editor=one.author.name,
                created_at=one.at,
            )
            for one in found.revisions
        ],
    )


@endpoint(
    "PUT", f"{_THREAD}/watch", input=WatchLevel, output=Watched, summary="Choose how closely to follow", tag="threads"
)
async def watch_thread(request: Request, given: WatchLevel) -> Watched:
    """Follow a thread."""
    await watch(need_member(request), "thread", int(request.path_params["id"]), given)
    return Watched(given.level)


POST_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    read_thread, add_post, add_summary, quote_posts, read_post, edit_post, delete_post, restore_post, vote_post,
    unvote_post, doubt_post, undoubt_post, accept_post, unaccept_post, outdate_post, unmask_post, stand_by_post,
    read_revisions, watch_thread,
]  # fmt: skip
