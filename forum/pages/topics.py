"""Topics and platforms: lists of all, a page for each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from base.web.render import page
from forum.queries.listing import Listing, Wanted, listing
from forum.queries.platforms import PlatformFacts, all_platforms, platform
from forum.queries.topics import Moved, Topic, TopicEntry, all_topics, topic
from members.current import viewer_of
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


@dataclass(frozen=True, slots=True)
class PlatformPage:
    """One platform with its threads and articles."""

    platform: PlatformFacts
    listing: Listing
    articles: tuple[Any, ...]


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
    return page(request, "forum/topic.html", TopicPage(found, threads, await _articles(viewer, "tag", found.slug)))


async def show_platform(request: Request) -> Response:
    """Show a platform; another name of it leads to it."""
    viewer = viewer_of(request)
    found = await platform(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return RedirectResponse(f"/platforms/{found.slug}", status_code=301)
    threads = await listing(viewer, Wanted(platform=found.slug), size=_SHOWN)
    articles = await _articles(viewer, "platform", found.slug)
    return page(request, "forum/platform.html", PlatformPage(found, threads, articles))


async def _articles(viewer: Viewer, kind: str, slug: str) -> tuple[Any, ...]:
    return tuple([one for find in ARTICLES for one in await find(viewer, kind, slug)])
