"""Looking after articles: verify, credit, obsolete, retire."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.credit import Named, choose_credit
from kb.actions.retire import Reason, bring_back, mark_obsolete, retire
from kb.actions.verify import SeveralTrue, StillTrue, verify, verify_several
from members.current import need_member


@dataclass(frozen=True, slots=True)
class Confirmed:
    """When the article has to be checked next."""

    next_due: datetime


@dataclass(frozen=True, slots=True)
class SeveralConfirmed:
    """When each article has to be checked next, and why others could not be confirmed."""

    next_due: dict[int, datetime]
    refused: dict[int, str]


@endpoint(
    "POST", "/api/v1/articles/{id:int}/verify", input=StillTrue, output=Confirmed,
    summary="Confirm that a practice is still true", tag="articles",
)  # fmt: skip
async def verify_article(request: Request, given: StillTrue) -> Confirmed:
    """Confirm one article."""
    return Confirmed(await verify(need_member(request), request.path_params["id"], given))


@endpoint(
    "POST", "/api/v1/articles/verify", input=SeveralTrue, output=SeveralConfirmed,
    summary="Confirm several practices at once", tag="articles",
)  # fmt: skip
async def verify_articles(request: Request, given: SeveralTrue) -> SeveralConfirmed:
    """Confirm several articles."""
    return SeveralConfirmed(*await verify_several(need_member(request), given))


@endpoint(
    "PUT", "/api/v1/articles/{id:int}/credit", input=Named, output=None, summary="Choose how one is named",
    tag="articles",
)  # fmt: skip
async def credit_self(request: Request, given: Named) -> None:
    """Choose how one is named."""
    await choose_credit(need_member(request), request.path_params["id"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/obsolete", input=Reason, output=None, summary="Mark a practice obsolete",
    tag="articles",
)  # fmt: skip
async def make_obsolete(request: Request, given: Reason) -> None:
    """Mark an article obsolete."""
    await mark_obsolete(need_member(request), request.path_params["id"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/retire", input=Reason, output=None, summary="Retire a practice", tag="articles"
)  # fmt: skip
async def retire_article(request: Request, given: Reason) -> None:
    """Retire an article."""
    await retire(need_member(request), request.path_params["id"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/bring-back", output=None, summary="Let a practice stand again", tag="articles"
)  # fmt: skip
async def restore_article(request: Request, given: None) -> None:
    """Let an article stand again."""
    await bring_back(need_member(request), request.path_params["id"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    verify_article,
    verify_articles,
    credit_self,
    make_obsolete,
    retire_article,
    restore_article,
]
