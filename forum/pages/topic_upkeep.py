"""Keeping topics in order: the list of all, and describing, placing, merging and deprecating one."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from base.errors import Invalid
from base.inputs import Input
from base.paging import page_number
from base.text.clean import clean_text
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.deprecate_tag import Deprecation, bring_back_tag, deprecate_tag
from forum.actions.describe_tag import Renamed, TagText, describe_tag
from forum.actions.merge_tags import Merging, merge_tag, part_tags
from forum.actions.place_tag import Placing, place_tag
from forum.queries.merges import Preview, preview, target
from forum.queries.thread_head import Label
from forum.queries.topic_names import TopicFacts, topic_facts
from forum.queries.topic_upkeep import kept_topics, to_be_merged, topics_to_choose
from forum.queries.topics import Moved, Topic, led_where_used, topic
from forum.rules import check_may_describe_tags, check_may_keep_tags, may_keep_tags
from members.current import need_member
from members.viewer import Viewer

Sent = TypeVar("Sent", bound=Input)


@dataclass(frozen=True, slots=True)
class EditPage:
    """What templates/forum/topic_edit.html shows; `merges` are topics whose names were given as other names."""

    topic: Topic
    keeps: bool
    names: tuple[str, ...]
    merges: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class MergePage:
    """What templates/forum/topic_merge.html shows: what would move into which topic, and why it cannot."""

    topic: TopicFacts
    into: TopicFacts | None
    moves: Preview
    names: tuple[str, ...]


async def list_kept(request: Request) -> Response:
    """Show all topics to those who keep them in order."""
    asked = request.query_params
    found = await kept_topics(need_member(request), asked.get("q", ""), asked.get("only", ""), page_number(asked))
    return page(request, "forum/topic_upkeep.html", found)


async def open_description(request: Request) -> Response:
    """Show the forms for a topic."""
    viewer = need_member(request)
    check_may_describe_tags(viewer, await led_where_used(viewer, request.path_params["slug"]))
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return redirect(f"/topics/{found.slug}/edit")
    return await _edit(request, viewer, found)


async def send_description(request: Request) -> Response:
    """Store what a topic is about."""
    viewer, slug, given = need_member(request), request.path_params["slug"], await read_input(request)
    try:
        await describe_tag(viewer, slug, TagText.read(given))
    except Invalid as wrong:
        return await _again(request, viewer, given, wrong.errors)
    except Renamed as late:
        given = {**given, "synonyms": ", ".join(late.names), "were": ", ".join(late.present)}
        return await _again(request, viewer, given, {"synonyms": late.sentence}, status=late.status)
    return redirect(f"/topics/{slug}", "The topic is described anew.")


async def send_place(request: Request) -> Response:
    """Put a topic below another one."""
    return await _sent(request, place_tag, Placing, "The topic has its new place.")


async def send_deprecation(request: Request) -> Response:
    """Deprecate a topic."""
    return await _sent(request, deprecate_tag, Deprecation, "The topic is deprecated. It stays on what carries it.")


async def _sent(
    request: Request, act: Callable[[Viewer, str, Sent], Awaitable[None]], form: type[Sent], words: str
) -> Response:
    """Do what one of the smaller forms says, or show them all again."""
    viewer, slug, given = need_member(request), request.path_params["slug"], await read_input(request)
    try:
        await act(viewer, slug, form.read(given))
    except Invalid as wrong:
        return await _again(request, viewer, given, wrong.errors)
    return redirect(f"/topics/{slug}", words)


async def send_return(request: Request) -> Response:
    """Let a deprecated topic be used again."""
    await bring_back_tag(need_member(request), request.path_params["slug"])
    return redirect(f"/topics/{request.path_params['slug']}", "The topic can be used again.")


async def open_merge(request: Request) -> Response:
    """Ask into which topic, and show what would move before anything does."""
    viewer, into = need_member(request), _line(request.query_params.get("into"))
    check_may_keep_tags(viewer)
    return await _merge(request, viewer, {"into": into} if into else {})


async def send_merge(request: Request) -> Response:
    """Merge a topic into another one."""
    viewer, given = need_member(request), await read_input(request)
    try:
        done = await merge_tag(viewer, request.path_params["slug"], Merging.read(given))
    except Invalid as wrong:
        return await _merge(request, viewer, given, wrong)
    return redirect(f"/topics/{done.slug}")


async def send_parting(request: Request) -> Response:
    """Take a merge back."""
    slug = request.path_params["slug"]
    await part_tags(need_member(request), slug)
    return redirect(f"/topics/{slug}", "The merge is taken back: everything is as it was.")


async def _again(
    request: Request, viewer: Viewer, given: Mapping[str, object], errors: Mapping[str, str], *, status: int = 422
) -> Response:
    """Show the forms once more, with what was typed and what is wrong with it."""
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return redirect(f"/topics/{found.slug}/edit")
    return await _edit(request, viewer, found, given, errors=errors, status=status)


async def _edit(
    request: Request, viewer: Viewer, found: Topic, given: Mapping[str, object] | None = None, *,
    errors: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    keeps, present = may_keep_tags(viewer), ", ".join(found.synonyms)
    stands = {
        "name": found.name, "about": found.about, "synonyms": present, "were": present, "why": found.deprecated_why,
        "parent": found.broader[-1].name if found.broader else "",
    }  # fmt: skip
    clashing = keeps and errors is not None and "synonyms" in errors and given is not None
    merges = await to_be_merged(viewer, _words(given), found.slug) if clashing and given else ()
    data = EditPage(found, keeps, await topics_to_choose(viewer) if keeps else (), merges)
    typed = {name: value for name, value in (given or {}).items() if name != "were" or isinstance(value, str)}
    return page(
        request, "forum/topic_edit.html", data, status=status, errors=errors or {}, given={**stands, **typed}
    )  # fmt: skip


def _words(given: Mapping[str, object]) -> list[str]:
    try:
        return TagText.read({"name": "any", "synonyms": given.get("synonyms", "")}).synonyms
    except Invalid:
        return []


def _line(given: object) -> str:
    return clean_text(given, multiline=False)[:60] if isinstance(given, str) else ""


async def _merge(
    request: Request, viewer: Viewer, given: Mapping[str, object], wrong: Invalid | None = None
) -> Response:
    tag, named = await topic_facts(viewer, request.path_params["slug"]), _line(given.get("into"))
    into, sentence = await target(viewer, tag, named) if named else (None, "")
    errors = wrong.errors if wrong else {"into": sentence} if sentence else {}
    data = MergePage(tag, None if errors else into, await preview(viewer, tag), await topics_to_choose(viewer))
    return page(request, "forum/topic_merge.html", data, status=422 if errors else 200, errors=errors, given=given)
