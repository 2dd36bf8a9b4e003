"""The JSON doors of starting and listing threads, of labels and previews."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field
from starlette.requests import Request

from base.errors import Missing
from base.inputs import Body, Input, Line
from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from forum.api_starting import StartThread, starts
from forum.queries.listing import Wanted, listing
from forum.queries.platforms import PlatformFacts, platform
from forum.queries.rendered import rendered_opening
from forum.queries.similar import Similar, similar_to
from forum.queries.thread_json import PersonJson
from forum.queries.thread_rows import ThreadRow
from forum.queries.topics import Moved, Topic, TopicEntry, all_topics, topic
from members.current import need_member, viewer_of

_LARGEST: Final = 200


class ThreadQuery(Wanted):
    """What a list of threads is narrowed to, how many are wanted, and which page."""

    limit: Annotated[int, Field(ge=1)] = 20
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


_QUERY: Final = {
    "kind": "question, case_study, discussion or announcement",
    "state": "unanswered, answered, solved or closed",
    "direction": "Of case studies: worked, mixed or did_not_work",
    "evidence": "Of case studies: E1 (strong) to E4 (experience)",
    "size": "Beds of the organisation, such as 200-499",
    "platform": "Slug of a platform",
    "tag": "Slug of a topic; narrower ones count, too",
    "category": "Slug of a category",
    "language": "Two-letter code",
    "country": "Two-letter code of the organisation’s country",
    "organisation": "Slug of an organisation",
    "sort": "active, new, votes or evidence (of case studies, the strongest first)",
    "limit": f"How many, at most {_LARGEST}",
    "page": "Number of the page, from 1",
}


@dataclass(frozen=True, slots=True)
class StartedJson:
    """The thread that was started; `number` is that of its opening post."""

    id: int
    url: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadSummary:
    """A thread in a list; `direction` is the result of a case study, `evidence` its grade."""

    id: int
    kind: str
    url: str
    title: str
    excerpt: str
    language: str
    audience: str
    resolution: str
    pinned: bool
    direction: str
    evidence: str
    replies: int
    answers: int
    votes: int
    author: PersonJson
    tags: list[str]
    platforms: list[str]
    created_at: datetime
    active_at: datetime


@dataclass(frozen=True, slots=True)
class ThreadList:
    """A page of threads; `total` counts all that the viewer may see."""

    total: int
    threads: list[ThreadSummary]


@dataclass(frozen=True, slots=True)
class TagList:
    """A page of topics, each followed by the narrower ones; `total` counts all."""

    total: int
    tags: list[TopicEntry]


@dataclass(frozen=True, slots=True)
class SimilarList:
    """What may answer a question already."""

    similar: list[Similar]


@dataclass(frozen=True, slots=True)
class Html:
    """A text as it will look."""

    html: str


class PreviewBody(Input):
    """A text in Markdown."""

    body: Annotated[Body, Field(max_length=40_000, title="Text")] = ""


class SimilarTo(Input):
    """The title of a question that is being thought about."""

    title: Annotated[Line, Field(max_length=255, title="Title")]


@endpoint("POST", "/api/v1/threads", input=StartThread, output=StartedJson, status=201, tag="threads",
          summary="Ask a question, share a case study, start a discussion, announce")  # fmt: skip
async def start_thread(request: Request, given: StartThread) -> StartedJson:
    """Start a thread of the kind that is given."""
    started = await starts(need_member(request), given)
    return StartedJson(started.id, started.url, started.number)


@endpoint("GET", "/api/v1/threads", input=ThreadQuery, output=ThreadList, tag="threads", query=_QUERY,
          summary="List threads")  # fmt: skip
async def list_threads(request: Request, given: ThreadQuery) -> ThreadList:
    """List threads."""
    found = await listing(viewer_of(request), given, page=given.page, size=min(given.limit, _LARGEST))
    return ThreadList(found.page.total, [_summary(one) for one in found.threads])


def _summary(row: ThreadRow) -> ThreadSummary:
    author = PersonJson(
        name=row.author.name,
        handle=row.author.handle,
        title=row.author.title,
        organisation=row.author.organisation,
        former=row.author.former,
        masked=row.author.masked,
        is_vendor=row.author.is_vendor,
        industry=row.author.industry,
    )
    same = {name: getattr(row, name) for name in ThreadSummary.__slots__ if hasattr(row, name)}
    labels = {"tags": [one.name for one in row.tags], "platforms": [one.name for one in row.platforms]}
    return ThreadSummary(**{**same, **labels, "author": author, "direction": row.result})


@endpoint("GET", "/api/v1/tags", output=TagList, summary="List topics, with how many threads each has", tag="labels",
          query={"page": "Number of the page, from 1"})  # fmt: skip
async def list_tags(request: Request, given: None) -> TagList:
    """List topics."""
    found = await all_topics(viewer_of(request), page_number(request.query_params))
    return TagList(found.page.total, list(found.entries))


@endpoint("GET", "/api/v1/tags/{slug}", output=Topic, summary="Read a topic", tag="labels")
async def read_tag(request: Request, given: None) -> Topic:
    """Read a topic; a synonym gives what it means."""
    found = await topic(viewer_of(request), request.path_params["slug"])
    found = await topic(viewer_of(request), found.slug) if isinstance(found, Moved) else found
    if isinstance(found, Moved):
        raise Missing
    return found


@endpoint("GET", "/api/v1/platforms/{slug}", output=PlatformFacts, summary="Read a platform", tag="labels")
async def read_platform(request: Request, given: None) -> PlatformFacts:
    """Read a platform, by any of its names."""
    found = await platform(viewer_of(request), request.path_params["slug"])
    found = await platform(viewer_of(request), found.slug) if isinstance(found, Moved) else found
    if isinstance(found, Moved):
        raise Missing
    return found


@endpoint("GET", "/api/v1/similar", input=SimilarTo, output=SimilarList, tag="threads",
          summary="Find what may answer a question", query={"title": "The title, from ten letters on"})  # fmt: skip
async def find_similar(request: Request, given: SimilarTo) -> SimilarList:
    """Find what is similar."""
    return SimilarList(list(await similar_to(viewer_of(request), given.title)))


@endpoint("POST", "/api/v1/preview", input=PreviewBody, output=Html, summary="Render Markdown", tag="threads")
async def render_preview(request: Request, given: PreviewBody) -> Html:
    """Render a text."""
    return Html(str(await rendered_opening(given.body, need_member(request))))


THREAD_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    start_thread, list_threads, list_tags, read_tag, read_platform, find_similar, render_preview,
]  # fmt: skip
