"""Topics and platforms: lists of all, a page for each."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from base.errors import Missing, refusal
from base.paging import Page, page_number
from base.web.inputs import read_input
from base.web.kept_answers import keep
from base.web.redirect import redirect
from base.web.render import page
from forum.actions.watch import WatchLevel, watch
from forum.queries.listing import Listing, Wanted, listing
from forum.queries.merges import Undoable, undoable
from forum.queries.platforms import PlatformFacts, all_platforms, platform
from forum.queries.topics import Moved, Topic, TopicEntry, all_topics, led_where_used, topic
from forum.rules import check_may_describe_tags, may_keep_tags
from members.current import need_member, viewer_of
from members.rules import may_record_changes
from members.viewer import Viewer

_SHOWN: Final = 10

# Articles stand on a higher floor; app/wiring.py says here how those about a topic or platform are found.
Articles = Callable[[Viewer, str, str], Awaitable[Sequence[Any]]]
ARTICLES: Final[list[Articles]] = []


@dataclass(frozen=True, slots=True)
class TopicsPage:
    """All topics, or all platforms; topics by pages, and `keeps` for who keeps them in order."""

    kind: str
    entries: tuple[TopicEntry, ...]
    page: Page | None = None
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class TopicPage:
    """One topic with its threads and articles, and the merges into it that can be taken back."""

    topic: Topic
    listing: Listing
    articles: tuple[Any, ...]
    may_describe: bool
    keeps: bool
    undoable: tuple[Undoable, ...]


@dataclass(frozen=True, slots=True)
class PlatformPage:
    """One platform with its threads and articles."""

    platform: PlatformFacts
    listing: Listing
    articles: tuple[Any, ...]
    may_record: bool


async def list_topics(request: Request) -> Response:
    """Show all topics."""
    viewer = viewer_of(request)
    found = await all_topics(viewer, page_number(request.query_params))
    keep(request)
    return page(request, "forum/topics.html", TopicsPage("tag", found.entries, found.page, may_keep_tags(viewer)))


async def list_platforms(request: Request) -> Response:
    """Show all platforms."""
    keep(request)
    return page(request, "forum/topics.html", TopicsPage("platform", await all_platforms(viewer_of(request))))


async def show_topic(request: Request) -> Response:
    """Show a topic; a synonym leads to what it means, for now: it can be taken away, and a merge taken back."""
    viewer = viewer_of(request)
    found = await topic(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return RedirectResponse(f"/topics/{found.slug}", status_code=302)
    threads = await listing(viewer, Wanted(tag=found.slug), size=_SHOWN)
    articles = await _articles(viewer, "tag", found.slug)
    merges = await undoable(viewer, found.slug)
    may_describe = not refusal(check_may_describe_tags, viewer, await led_where_used(viewer, found.slug))
    data = TopicPage(found, threads, articles, may_describe, may_keep_tags(viewer), merges)
    keep(request)
    return page(request, "forum/topic.html", data)


async def show_platform(request: Request) -> Response:
    """Show a platform; another name of it leads to it, as long as it has that name."""
    viewer = viewer_of(request)
    found = await platform(viewer, request.path_params["slug"])
    if isinstance(found, Moved):
        return RedirectResponse(f"/platforms/{found.slug}", status_code=302)
    threads = await listing(viewer, Wanted(platform=found.slug), size=_SHOWN)
    articles = await _articles(viewer, "platform", found.slug)
    keep(request)
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


async def _articles(viewer: Viewer, kind: str, slug: str) -> tuple[Any, ...]:
    return tuple([one for find in ARTICLES for one in await find(viewer, kind, slug)])
