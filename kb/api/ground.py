"""What moved under an article, and the cases that contradict it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.contradict import Answer, Contradiction, answer, contradict, set_aside
from kb.queries.readers import Helped
from kb.queries.recheck import MovedSource, News, recheck
from kb.queries.sources import Source
from kb.verification import State
from members.current import need_member

_CASES: Final = "/api/v1/articles/{id:int}/contradictions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Every reason to check an article again: what moved since its last check."""

    states: tuple[State, ...]
    since: datetime | None
    sources: tuple[MovedSource, ...]
    platforms: tuple[News, ...]
    contradicting: tuple[Source, ...]
    readers: Helped


@endpoint("GET", "/api/v1/articles/{id:int}/recheck", output=Ground, tag="articles",
          summary="Why a practice has to be checked again, for who may confirm it")  # fmt: skip
async def read_ground(request: Request, given: None) -> Ground:
    """Read what moved since the last check."""
    found = await recheck(need_member(request), request.path_params["id"])
    return Ground(
        states=found.states, since=found.since, sources=found.sources, platforms=found.news,
        contradicting=found.contradicting, readers=found.helped,
    )  # fmt: skip


@endpoint("POST", _CASES, input=Contradiction, output=None, summary="Name a case that came out the other way",
          tag="articles")  # fmt: skip
async def add_contradiction(request: Request, given: Contradiction) -> None:
    """Put a contradicting case beside an article."""
    await contradict(need_member(request), request.path_params["id"], given)


@endpoint("PATCH", f"{_CASES}/{{thread:int}}", input=Answer, output=None, tag="articles",
          summary="Say how the published practice deals with a case that contradicts it")  # fmt: skip
async def answer_contradiction(request: Request, given: Answer) -> None:
    """Answer a contradicting case."""
    await answer(need_member(request), request.path_params["id"], request.path_params["thread"], given)


@endpoint("DELETE", f"{_CASES}/{{thread:int}}", output=None, summary="Set a case aside that does not contradict it",
          tag="articles")  # fmt: skip
async def drop_contradiction(request: Request, given: None) -> None:
    """Set a case aside."""
    await set_aside(need_member(request), request.path_params["id"], request.path_params["thread"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [read_ground, add_contradiction, answer_contradiction, drop_contradiction]
