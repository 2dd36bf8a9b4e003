"""Atom feeds of lists, topics and platforms."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from base.errors import Missing
from base.web.atom import FeedEntry, feed
from base.web.kept_answers import keep
from forum.pages.lists import LISTS
from forum.queries.listing import Listing, Wanted, listing
from forum.queries.platforms import platform
from forum.queries.thread_rows import ThreadRow
from forum.queries.topics import Moved, topic
from members.current import viewer_of
from members.viewer import Viewer

_TITLES = {
    "/questions": "Questions",
    "/case-studies": "Case studies",
    "/discussions": "Discussions",
    "/announcements": "Announcements",
    "/latest": "Latest",
}


async def list_feed(request: Request) -> Response:
    """Answer the feed of a list."""
    path = f"/{request.path_params['name']}"
    if path not in LISTS:
        raise Missing
    found = await _newest(viewer_of(request), Wanted.read({"kind": LISTS[path][0], "sort": "new"}))
    keep(request)
    return _feed(_TITLES[path], path, found)


async def topic_feed(request: Request) -> Response:
    """Answer the feed of a topic; readers keep the address of a synonym, which may become a topic of its own."""
    viewer = viewer_of(request)
    about = await topic(viewer, request.path_params["slug"])
    if isinstance(about, Moved):
        return RedirectResponse(f"/feeds/topics/{about.slug}.atom", status_code=302)
    found = await _newest(viewer, Wanted(tag=about.slug, sort="new"))
    keep(request)
    return _feed(about.name, f"/topics/{about.slug}", found)


async def platform_feed(request: Request) -> Response:
    """Answer the feed of a platform."""
    viewer = viewer_of(request)
    about = await platform(viewer, request.path_params["slug"])
    if isinstance(about, Moved):
        return RedirectResponse(f"/feeds/platforms/{about.slug}.atom", status_code=302)
    found = await _newest(viewer, Wanted(platform=about.slug, sort="new"))
    keep(request)
    return _feed(about.name, f"/platforms/{about.slug}", found)


async def _newest(viewer: Viewer, wanted: Wanted) -> Listing:
    return await listing(viewer, wanted, size=30)


def _feed(title: str, path: str, found: Listing) -> Response:
    return feed(title=title, url=f"/feeds{path}.atom", page_url=path, entries=[_entry(one) for one in found.threads])


def _entry(thread: ThreadRow) -> FeedEntry:
    return FeedEntry(
        id=f"/t/{thread.id}",
        url=thread.url,
        title=thread.title,
        updated=thread.active_at,
        published=thread.created_at,
        author=thread.author.signed,
        summary=thread.excerpt,
        categories=[label.name for label in (*thread.platforms, *thread.tags)],
    )
