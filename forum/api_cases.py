"""The JSON doors of case studies: their measured outcomes, and how strong their evidence is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field
from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from forum.actions.case_input import NewNumbers
from forum.actions.grade_case import Grading, grade_case
from forum.actions.new_numbers import new_numbers
from forum.api_posts import Edited
from forum.queries.case_json import EvidenceJson, MetricJson, evidence_json, metric_json
from forum.queries.case_metrics import MetricQuery, metric_list
from members.current import need_member, viewer_of

_LARGEST: Final = 200


class MetricsQuery(MetricQuery):
    """What outcomes are wanted, how many, and which page."""

    limit: Annotated[int, Field(ge=1)] = 50
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeJson:
    """A measured outcome with the case study it stands in; the organisation is as it was then."""

    metric: MetricJson
    thread: int
    url: str
    title: str
    direction: str
    organisation: str
    beds: str
    country: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeList:
    """A page of outcomes; `total` counts all that the viewer may see."""

    total: int
    metrics: list[OutcomeJson]


_QUERY: Final = {
    "q": "Words of what was measured, or its unit",
    "name": "Exactly what was measured; with `unit`",
    "unit": "Its unit",
    "kind": "reach, engagement, service, cost, safety, satisfaction or other",
    "comparison": "none, before_after, control or benchmark",
    "direction": "Of the case study: worked, mixed or did_not_work",
    "platform": "Slug of a platform",
    "country": "Two-letter code of the organisation’s country",
    "sort": "date, change, result, n, comparison, name, country or size",
    "order": "up or down",
    "limit": f"How many, at most {_LARGEST}",
    "page": "Number of the page, from 1",
}


@endpoint("GET", "/api/v1/metrics", input=MetricsQuery, output=OutcomeList, tag="threads", query=_QUERY,
          summary="List what case studies measured")  # fmt: skip
async def list_metrics(request: Request, given: MetricsQuery) -> OutcomeList:
    """List measured outcomes."""
    found = await metric_list(viewer_of(request), given, page=given.page, size=min(given.limit, _LARGEST))
    return OutcomeList(
        found.page.total,
        [
            OutcomeJson(
                metric=metric_json(one), thread=one.id, url=one.url, title=one.title, direction=one.direction,
                organisation=one.organisation, beds=one.beds, country=one.country, at=one.at,
            )
            for one in found.metrics
        ],
    )  # fmt: skip


@endpoint("PUT", "/api/v1/threads/{id:int}/evidence", input=Grading, output=EvidenceJson, tag="threads",
          summary="Grade the evidence of a case study")  # fmt: skip
async def put_evidence(request: Request, given: Grading) -> EvidenceJson:
    """Grade the evidence, as an editor; with `seen`, only if nobody graded it since."""
    check = "seen" in given.model_fields_set
    return evidence_json(await grade_case(need_member(request), request.path_params["id"], given, check_seen=check))


@endpoint("PUT", "/api/v1/threads/{id:int}/numbers", input=NewNumbers, output=Edited, tag="threads",
          summary="Tell new numbers of a case study")  # fmt: skip
async def put_numbers(request: Request, given: NewNumbers) -> Edited:
    """Replace the measurements; the old ones are kept."""
    return Edited(await new_numbers(need_member(request), request.path_params["id"], given))


CASE_ENDPOINTS: Final[list[Endpoint[Any]]] = [list_metrics, put_evidence, put_numbers]
