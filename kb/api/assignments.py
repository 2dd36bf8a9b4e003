"""Who has taken what on: nominated threads and articles."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.assign import Given, assign, let_go
from members.current import need_member

_ARTICLE: Final = "/api/v1/articles/{id:int}/assignment"
_THREAD: Final = "/api/v1/threads/{id:int}/assignment"


@dataclass(frozen=True, slots=True)
class Taken:
    """The name of who takes care of it now."""

    name: str


@endpoint(
    "PUT", _ARTICLE, input=Given, output=Taken, summary="Take a practice on, or give it to somebody", tag="articles"
)
async def assign_article(request: Request, given: Given) -> Taken:
    """Take an article on, or give it to somebody."""
    return Taken(await assign(need_member(request), "article", request.path_params["id"], given))


@endpoint("DELETE", _ARTICLE, output=None, summary="Let go of a practice", tag="articles")
async def let_go_of_article(request: Request, given: None) -> None:
    """Let go of an article."""
    await let_go(need_member(request), "article", request.path_params["id"])


@endpoint(
    "PUT", _THREAD, input=Given, output=Taken, summary="Take a suggested thread on, or give it to another editor",
    tag="articles",
)  # fmt: skip
async def assign_thread(request: Request, given: Given) -> Taken:
    """Take a nominated thread on, or give it to somebody."""
    return Taken(await assign(need_member(request), "thread", request.path_params["id"], given))


@endpoint("DELETE", _THREAD, output=None, summary="Let go of a suggested thread", tag="articles")
async def let_go_of_thread(request: Request, given: None) -> None:
    """Let go of a nominated thread."""
    await let_go(need_member(request), "thread", request.path_params["id"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [assign_article, let_go_of_article, assign_thread, let_go_of_thread]
