"""Topics and platforms: lists of all, a page for each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from base.errors import Invalid, Missing
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.describe_tag import TagText, describe_tag
from forum.actions.watch import WatchLevel, watch
from forum.queries.listing import Listing, Wanted, listing
from forum.queries.platforms import PlatformFacts, all_platforms, platform
from forum.queries.topics import Moved, Topic, TopicEntry, all_topics, topic
from forum.rules import check_may_describe_tags, may_create_tags
from members.current import need_member, viewer_of
from members.rules import may_record_changes
from members.viewer import Viewer

_SHOWN: Final = 10

# Articles stand on a higher floor; app/wiring.py says here how those about a topic or platform are found.
Articles = Callable[[Viewer, str, str], Awaitable[Sequence[Any]]]
ARTICLES: Final[list[Articles]] = []


@dataclass(frozen=True, slots=True)
class TopicsPage:
    """All topics, or all platforms."""

    kind: str
    entries: tuple[TopicEntry, ...]


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic with its threads and articles."""

    topic: Topic
    listing: Listing
    articles: tuple[Any, ...]
    may_describe: bool


@dataclass(frozen=True, slots=True)
class PlatformPage:
    """One platform with its threads and articles."""

    platform: PlatformFacts
    listing: Listing
    articles: tuple[Any, ...]
    may_record: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    """The form for what a topic is about."""

    slug: str
    title: str


async def list_topics(request: Request) -> Response:
    """Show all topics."""
    return page(request, "forum/topics.html", TopicsPage("tag", await all_topics(viewer_of(request))))


async def list_platforms(request: Request) -> Response:
    """Show all platforms."""
    return page(request, "forum/topics.html", TopicsPage("platform", await all_platforms(viewer_of(request))))


async def show_topic(request: Request) -> Response:
    """Show a topic; a synonym leads to what it means."""
    viewer = viewer_of(request)
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return RedirectResponse(f"/topics/{found.slug}", status_code=301)
    threads = await listing(viewer, Wanted(tag=found.slug), size=_SHOWN)
    articles = await _articles(viewer, "tag", found.slug)
    return page(request, "forum/topic.html", TopicPage(found, threads, articles, may_create_tags(viewer)))


async def show_platform(request: Request) -> Response:
    """Show a platform; another name of it leads to it."""
    viewer = viewer_of(request)
    found = await platform(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return RedirectResponse(f"/platforms/{found.slug}", status_code=301)
    threads = await listing(viewer, Wanted(platform=found.slug), size=_SHOWN)
    articles = await _articles(viewer, "platform", found.slug)
    return page(request, "forum/platform.html", PlatformPage(found, threads, articles, may_record_changes(viewer)))


async def follow_topic(request: Request) -> Response:
    """Follow a topic, or no longer."""
    viewer = need_member(request)
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        raise Missing
    await watch(viewer, "tag", found.id, WatchLevel.read(await read_input(request)))
    return redirect(f"/topics/{found.slug}")


async def follow_platform(request: Request) -> Response:
    """Follow a platform, or no longer."""
    viewer = need_member(request)
    found = await platform(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        raise Missing
    await watch(viewer, "platform", found.id, WatchLevel.read(await read_input(request)))
    return redirect(f"/platforms/{found.slug}")


async def open_description(request: Request) -> Response:
    """Show what a topic is about, to be changed."""
    viewer = need_member(request)
    check_may_describe_tags(viewer)
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return redirect(f"/topics/{found.slug}/edit")
    given = {"name": found.name, "about": found.about, "synonyms": list(found.synonyms)}
    return page(request, "forum/topic_edit.html", EditPage(found.slug, found.name), given=given)


async def send_description(request: Request) -> Response:
    """Store what a topic is about."""
    viewer, slug = need_member(request), request.path_params["slug"]
    given = await read_input(request)
    try:
        await describe_tag(viewer, slug, TagText.read(given))
    except Invalid as wrong:
        data = EditPage(slug, str(given.get("name", slug)))
        return page(request, "forum/topic_edit.html", data, status=422, errors=wrong.errors, given=given)
    return redirect(f"/topics/{slug}", "The topic is described anew.")


async def _articles(viewer: Viewer, kind: str, slug: str) -> tuple[Any, ...]:
    return tuple([one for find in ARTICLES for one in await find(viewer, kind, slug)])
