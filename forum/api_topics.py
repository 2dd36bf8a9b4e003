"""The JSON doors of keeping topics in order."""

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.errors import Invalid
from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from forum.actions.deprecate_tag import Deprecation, bring_back_tag, deprecate_tag
from forum.actions.merge_tags import MergedTag, Merging, merge_tag, part_tags
from forum.actions.place_tag import Placing, place_tag
from forum.queries.merges import Preview, preview, target
from forum.queries.topic_names import topic_facts
from forum.queries.topic_upkeep import KeptTopic, kept_topics
from forum.rules import check_may_keep_tags
from members.current import need_member

_ONE: Final = "/api/v1/tags/{slug}"


@dataclass(frozen=True, slots=True)
class KeptTags:
    """A page of topics with what carries them; `total` counts all that were asked for."""

    total: int
    tags: list[KeptTopic]


@endpoint("GET", "/api/v1/admin/tags", output=KeptTags, summary="List topics to keep in order", tag="labels", query={
    "q": "Part of a name or of another name", "only": "deprecated, top or unused",
    "page": "Number of the page, from 1",
})  # fmt: skip
async def list_kept_tags(request: Request, given: None) -> KeptTags:
    """List topics with their names, place, and what carries them."""
    asked = request.query_params
    found = await kept_topics(need_member(request), asked.get("q", ""), asked.get("only", ""), page_number(asked))
    return KeptTags(found.page.total, list(found.topics))


@endpoint("PUT", f"{_ONE}/parent", input=Placing, output=None, summary="Put a topic below another one", tag="labels")
async def place_topic(request: Request, given: Placing) -> None:
    """Name the broader topic, or none."""
    await place_tag(need_member(request), request.path_params["slug"], given)


@endpoint("GET", f"{_ONE}/merge", input=Merging, output=Preview, summary="See what a merge would move", tag="labels",
          query={"into": "The topic that stays, by any of its names"})  # fmt: skip
async def preview_merge(request: Request, given: Merging) -> Preview:
    """Return what a merge would move, or why it cannot be."""
    viewer = need_member(request)
    check_may_keep_tags(viewer)
    tag = await topic_facts(viewer, request.path_params["slug"])
    if wrong := (await target(viewer, tag, given.into))[1]:
        raise Invalid({"into": wrong}, given.model_dump())
    return await preview(viewer, tag)


@endpoint("POST", f"{_ONE}/merge", input=Merging, output=MergedTag, summary="Merge a topic into another one",
          tag="labels")  # fmt: skip
async def merge_topic(request: Request, given: Merging) -> MergedTag:
    """Merge a topic into another one."""
    return await merge_tag(need_member(request), request.path_params["slug"], given)


@endpoint("DELETE", f"{_ONE}/merge", output=None, summary="Take a merge back, within ten minutes", tag="labels")
async def part_topics(request: Request, given: None) -> None:
    """Take the last merge of a topic back."""
    await part_tags(need_member(request), request.path_params["slug"])


@endpoint("PUT", f"{_ONE}/deprecation", input=Deprecation, output=None, summary="Deprecate a topic", tag="labels")
async def deprecate_topic(request: Request, given: Deprecation) -> None:
    """Give a topic to nothing new any more."""
    await deprecate_tag(need_member(request), request.path_params["slug"], given)


@endpoint("DELETE", f"{_ONE}/deprecation", output=None, summary="Let a topic be used again", tag="labels")
async def bring_back_topic(request: Request, given: None) -> None:
    """Let a deprecated topic be used again."""
    await bring_back_tag(need_member(request), request.path_params["slug"])


TOPIC_ENDPOINTS: Final[list[Endpoint[Any]]] = [
    list_kept_tags, place_topic, preview_merge, merge_topic, part_topics, deprecate_topic, bring_back_topic,
]  # fmt: skip
