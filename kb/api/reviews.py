"""Reviewing a draft: read it, remark on paragraphs, decide."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from kb.actions.comment import Remark, comment, resolve, unresolve
from kb.actions.decide import Decision, decide
from kb.content import Difference
from kb.queries.review import Request as ReviewRequest
from kb.queries.review import ReviewedSection, reviewed
from members.current import need_member


@dataclass(frozen=True, slots=True)
class ReviewDetail:
    """A draft as its reviewer reads it; `since` says what the differences are against: review or published.

    `seal` sent back with the decision makes sure that it is on what was read.
    """

    number: int
    state: str
    requests: tuple[ReviewRequest, ...]
    sections: tuple[ReviewedSection, ...]
    since: str
    differences: tuple[Difference, ...]
    seal: str


@dataclass(frozen=True, slots=True)
class CommentMade:
    """A comment that was made."""

    id: int


@endpoint(
    "GET", "/api/v1/articles/{id:int}/review", output=ReviewDetail, summary="Read what is reviewed", tag="articles"
)
async def read_review(request: Request, given: None) -> ReviewDetail:
    """Read a draft for review."""
    found = await reviewed(need_member(request), request.path_params["id"])
    revision = found.found.revision
    return ReviewDetail(
        revision.number, revision.state, found.requests, found.sections, found.since, found.differences, found.seal
    )  # fmt: skip


@endpoint(
    "POST", "/api/v1/articles/{id:int}/review/comments", input=Remark, output=CommentMade, status=201,
    summary="Comment on a paragraph", tag="articles",
)  # fmt: skip
async def comment_on_paragraph(request: Request, given: Remark) -> CommentMade:
    """Comment on a paragraph."""
    return CommentMade(await comment(need_member(request), request.path_params["id"], given))


@endpoint(
    "POST", "/api/v1/articles/{id:int}/review/comments/{comment:int}/resolve", output=None,
    summary="Mark a comment as dealt with", tag="articles",
)  # fmt: skip
async def resolve_comment(request: Request, given: None) -> None:
    """Mark a comment as dealt with."""
    await resolve(need_member(request), request.path_params["id"], request.path_params["comment"])


@endpoint(
    "POST", "/api/v1/articles/{id:int}/review/comments/{comment:int}/reopen", output=None,
    summary="Open a comment again", tag="articles",
)  # fmt: skip
async def reopen_comment(request: Request, given: None) -> None:
    """Open a comment again."""
    await unresolve(need_member(request), request.path_params["id"], request.path_params["comment"])


@endpoint(
    "POST", "/api/v1/articles/{id:int}/review", input=Decision, output=None,
    summary="Approve, ask for changes or reject; never one's own last edit", tag="articles",
)  # fmt: skip
async def decide_review(request: Request, given: Decision) -> None:
    """Decide on the draft in review."""
    await decide(need_member(request), request.path_params["id"], given)


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    read_review,
    comment_on_paragraph,
    resolve_comment,
    reopen_comment,
    decide_review,
]
