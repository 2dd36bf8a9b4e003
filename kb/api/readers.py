"""What readers say of an article: whether it helped, and what they would change."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.rate import Rating, rate, settle
from kb.actions.suggest import Declined, Proposal, accept, decline, suggest
from kb.queries.facts import find
from kb.queries.readers import Helped, Suggested, helped, suggestions_for
from kb.rules import check_may_verify
from members.current import need_member, viewer_of

_ARTICLE: Final = "/api/v1/articles/{id:int}"


@dataclass(frozen=True, slots=True)
class SuggestionMade:
    """A suggestion that was made."""

    id: int


@endpoint("PUT", f"{_ARTICLE}/helpful", input=Rating, output=None, summary="Say whether a practice helped; no sign-in",
          tag="articles")  # fmt: skip
async def rate_article(request: Request, given: Rating) -> None:
    """Say whether an article helped."""
    await rate(viewer_of(request), request.path_params["id"], given)


@endpoint("GET", f"{_ARTICLE}/helpful", output=Helped, summary="What readers said, for who looks after the practice",
          tag="articles")  # fmt: skip
async def read_ratings(request: Request, given: None) -> Helped:
    """Read what readers said."""
    found = await find(need_member(request), request.path_params["id"])
    check_may_verify(need_member(request), found.article)
    return await helped(found.id, found.article.published_revision)


@endpoint("POST", f"{_ARTICLE}/helpful/{{vote:int}}/settle", output=None, summary="Mark it as dealt with",
          tag="articles")  # fmt: skip
async def settle_rating(request: Request, given: None) -> None:
    """Mark what a reader said as dealt with."""
    await settle(need_member(request), request.path_params["id"], request.path_params["vote"])


@endpoint("GET", f"{_ARTICLE}/suggestions", output=tuple[Suggested, ...], tag="articles",
          summary="Suggested changes, one's own or all")  # fmt: skip
async def list_suggestions(request: Request, given: None) -> tuple[Suggested, ...]:
    """List suggestions."""
    return (await suggestions_for(need_member(request), request.path_params["id"])).items


@endpoint("POST", f"{_ARTICLE}/suggestions", input=Proposal, output=SuggestionMade, status=201,
          summary="Suggest other words for a section", tag="articles")  # fmt: skip
async def suggest_change(request: Request, given: Proposal) -> SuggestionMade:
    """Suggest a change."""
    return SuggestionMade(await suggest(need_member(request), request.path_params["id"], given))


@endpoint("POST", f"{_ARTICLE}/suggestions/{{suggestion:int}}/accept", output=None,
          summary="Carry a suggestion into the draft", tag="articles")  # fmt: skip
async def accept_suggestion(request: Request, given: None) -> None:
    """Accept a suggestion."""
    await accept(need_member(request), request.path_params["id"], request.path_params["suggestion"])


@endpoint("POST", f"{_ARTICLE}/suggestions/{{suggestion:int}}/decline", input=Declined, output=None,
          summary="Decline a suggestion, and say why", tag="articles")  # fmt: skip
async def decline_suggestion(request: Request, given: Declined) -> None:
    """Decline a suggestion."""
    await decline(need_member(request), request.path_params["id"], request.path_params["suggestion"], given)


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    rate_article, read_ratings, settle_rating, list_suggestions, suggest_change, accept_suggestion, decline_suggestion,
]  # fmt: skip
