"""From a thread to an article: nominate, promote; new articles and new versions."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.describe import Details, describe
from kb.actions.nominate import Why, decline, nominate, reopen, withdraw
from kb.actions.promote import NewArticle, promote, start
from kb.actions.revise import Begun, NewVersion, discard, restore, revise
from kb.addresses import work_url
from members.current import need_member


@dataclass(frozen=True, slots=True)
class StartedArticle:
    """An article that was started, and where it is written."""

    id: int
    url: str


@dataclass(frozen=True, slots=True)
class Nominated:
    """A nomination."""

    id: int


@endpoint(
    "PUT", "/api/v1/threads/{id:int}/nomination", input=Why, output=Nominated,
    summary="Suggest a thread for the practices", tag="articles",
)  # fmt: skip
async def nominate_thread(request: Request, given: Why) -> Nominated:
    """Nominate a thread."""
    return Nominated(await nominate(need_member(request), request.path_params["id"], given))


@endpoint(
    "DELETE", "/api/v1/threads/{id:int}/nomination", output=None, summary="Take one's suggestion back", tag="articles"
)
async def withdraw_nomination(request: Request, given: None) -> None:
    """Take a nomination back."""
    await withdraw(need_member(request), request.path_params["id"])


@endpoint(
    "POST", "/api/v1/threads/{id:int}/nomination/decline", output=None,
    summary="Take a thread off the list of suggestions", tag="articles",
)  # fmt: skip
async def decline_nomination(request: Request, given: None) -> None:
    """Decline a nominated thread."""
    await decline(need_member(request), request.path_params["id"])


@endpoint(
    "POST", "/api/v1/threads/{id:int}/nomination/reopen", output=None,
    summary="Put a thread back on the list of suggestions", tag="articles",
)  # fmt: skip
async def reopen_nomination(request: Request, given: None) -> None:
    """Reopen a declined thread."""
    await reopen(need_member(request), request.path_params["id"])


@endpoint(
    "POST", "/api/v1/threads/{id:int}/promote", input=NewArticle, output=StartedArticle, status=201,
    summary="Start a practice from a thread", tag="articles",
)  # fmt: skip
async def promote_thread(request: Request, given: NewArticle) -> StartedArticle:
    """Start an article from a thread."""
    made = await promote(need_member(request), request.path_params["id"], given)
    return StartedArticle(made, work_url(made))


@endpoint(
    "POST", "/api/v1/articles", input=NewArticle, output=StartedArticle, status=201, summary="Start a practice",
    tag="articles",
)  # fmt: skip
async def start_article(request: Request, given: NewArticle) -> StartedArticle:
    """Start an article without a thread."""
    made = await start(need_member(request), given)
    return StartedArticle(made, work_url(made))


@endpoint(
    "PATCH", "/api/v1/articles/{id:int}", input=Details, output=None,
    summary="Describe a practice: kind, audience, platforms, topics, owner", tag="articles",
)  # fmt: skip
async def describe_article(request: Request, given: Details) -> None:
    """Describe an article."""
    await describe(need_member(request), request.path_params["id"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/revisions", input=NewVersion, output=Begun, status=201,
    summary="Begin a new version", tag="articles",
)  # fmt: skip
async def begin_revision(request: Request, given: NewVersion) -> Begun:
    """Begin a new version."""
    return await revise(need_member(request), request.path_params["id"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/revisions/{number:int}/restore", output=Begun, status=201,
    summary="Begin a new version from an older one", tag="articles",
)  # fmt: skip
async def restore_revision(request: Request, given: None) -> Begun:
    """Begin a new version from an older one."""
    return await restore(need_member(request), request.path_params["id"], request.path_params["number"])


@endpoint("DELETE", "/api/v1/articles/{id:int}/draft", output=None, summary="Drop the draft", tag="articles")
async def drop_draft(request: Request, given: None) -> None:
    """Drop the draft."""
    await discard(need_member(request), request.path_params["id"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    nominate_thread,
    withdraw_nomination,
    decline_nomination,
    reopen_nomination,
    promote_thread,
    start_article,
    describe_article,
    begin_revision,
    restore_revision,
    drop_draft,
]
