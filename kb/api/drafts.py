"""Writing a draft: its words, its sources, its passages."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from forum.evidence import Ceiling, ceiling
from kb.actions.attach import Answered, Attached, address, attach, detach, drop_passage
from kb.actions.correct import publish_correction
from kb.actions.insert import Insertion, insert
from kb.actions.send import Asked, send, take_back
from kb.actions.write import Changes, save
from kb.content import Content
from kb.queries.ceiling import adopters_of
from kb.queries.contributors import Contribution, contributions
from kb.queries.facts import find
from kb.queries.sources import Source, sources_of
from kb.readiness import missing_for_review
from kb.rules import check_may_edit
from members.current import need_member


@dataclass(frozen=True, slots=True)
class DraftNumber:
    """The number of the draft after a change: send it with the next one."""

    edits: int


@dataclass(frozen=True, slots=True)
class DraftDetail:
    """The latest version of an article for those who write it; `missing` says what it needs before review."""

    number: int
    state: str
    edits: int
    significance: str
    note: str
    content: Content
    sources: tuple[Source, ...]
    contributors: tuple[Contribution, ...]
    ceiling: Ceiling
    missing: dict[str, str]


@endpoint("GET", "/api/v1/articles/{id:int}/draft", output=DraftDetail, summary="Read the draft", tag="articles")
async def read_article_draft(request: Request, given: None) -> DraftDetail:
    """Read the draft."""
    viewer = need_member(request)
    found = await find(viewer, request.path_params["id"])
    check_may_edit(viewer, found.article)
    rested = await sources_of(viewer, found.id, found.revision.number)
    best = ceiling(found.content.recommendation, rested.cases, await adopters_of(found.id))
    return DraftDetail(
        number=found.revision.number,
        state=found.revision.state,
        edits=found.edits,
        significance=found.significance,
        note=found.note,
        content=found.content,
        sources=rested.sources,
        contributors=await contributions(found.id, found.revision.number),
        ceiling=best,
        missing=missing_for_review(found.kind, found.content, best),
    )


@endpoint(
    "PATCH", "/api/v1/articles/{id:int}/draft", input=Changes, output=DraftNumber, summary="Write the draft",
    tag="articles",
)  # fmt: skip
async def write_draft(request: Request, given: Changes) -> DraftNumber:
    """Write the draft; 409 when `edits` is not its number any more."""
    return DraftNumber(await save(need_member(request), request.path_params["id"], given))


@endpoint(
    "POST", "/api/v1/articles/{id:int}/draft/sources", input=Attached, output=None, summary="Add a thread as a source",
    tag="articles",
)  # fmt: skip
async def add_source(request: Request, given: Attached) -> None:
    """Add a thread as a source."""
    await attach(need_member(request), request.path_params["id"], given)


@endpoint(
    "DELETE", "/api/v1/articles/{id:int}/draft/sources/{thread:int}", output=None,
    summary="Remove a thread and its passages from the sources", tag="articles",
)  # fmt: skip
async def remove_source(request: Request, given: None) -> None:
    """Remove a thread from the sources."""
    await detach(need_member(request), request.path_params["id"], request.path_params["thread"])


@endpoint(
    "PATCH", "/api/v1/articles/{id:int}/draft/sources/{thread:int}", input=Answered, output=None,
    summary="Say how the draft deals with a case that contradicts it", tag="articles",
)  # fmt: skip
async def address_source(request: Request, given: Answered) -> None:
    """Say how the draft deals with a contradicting case."""
    await address(need_member(request), request.path_params["id"], request.path_params["thread"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/draft/passages", input=Insertion, output=DraftNumber,
    summary="Insert passages of posts into a section", tag="articles",
)  # fmt: skip
async def insert_passages(request: Request, given: Insertion) -> DraftNumber:
    """Insert passages."""
    return DraftNumber(await insert(need_member(request), request.path_params["id"], given))


@endpoint(
    "DELETE", "/api/v1/articles/{id:int}/draft/passages/{link:int}", output=None,
    summary="Take a passage off the sources", tag="articles",
)  # fmt: skip
async def remove_passage(request: Request, given: None) -> None:
    """Take a passage off the sources."""
    await drop_passage(need_member(request), request.path_params["id"], request.path_params["link"])


@endpoint(
    "POST", "/api/v1/articles/{id:int}/draft/send", input=Asked, output=None, summary="Send the draft to review",
    tag="articles",
)  # fmt: skip
async def send_draft(request: Request, given: Asked) -> None:
    """Send the draft to review."""
    await send(need_member(request), request.path_params["id"], given)


@endpoint(
    "POST", "/api/v1/articles/{id:int}/draft/take-back", output=None, summary="Take the draft back from review",
    tag="articles",
)  # fmt: skip
async def take_back_draft(request: Request, given: None) -> None:
    """Take the draft back from review."""
    await take_back(need_member(request), request.path_params["id"])


@endpoint(
    "POST", "/api/v1/articles/{id:int}/draft/publish", output=None,
    summary="Publish corrected typing errors without a review", tag="articles",
)  # fmt: skip
async def correct_article(request: Request, given: None) -> None:
    """Publish corrected typing errors."""
    await publish_correction(need_member(request), request.path_params["id"])


ENDPOINTS: Final[list[Endpoint[Any]]] = [
    read_article_draft,
    write_draft,
    add_source,
    remove_source,
    address_source,
    insert_passages,
    remove_passage,
    send_draft,
    take_back_draft,
    correct_article,
]
