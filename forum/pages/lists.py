"""Lists of threads: questions, case studies, discussions, everything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from base.db import rows
from base.paging import page_number
from base.text.languages import language_name
from base.web.address import address as with_query
from base.web.answers import Theirs
from base.web.inputs import read_input
from base.web.kept_answers import shared_or_own
from base.web.redirect import redirect, safe_path
from base.web.render import page
from forum.actions.mark_read import AllRead, mark_all_read
from forum.evidence import GRADES, WORDS
from forum.pages.news_marks import marks_of, read_form, with_holes
from forum.queries.filters import Filters, filters
from forum.queries.listing import CASE_SORTS, Listing, Wanted, listing
from forum.queries.listing import SORTS as ALL_SORTS
from forum.queries.watching import followed
from members.current import need_member, viewer_of
from members.places import country_name
from members.queries.following import Followed
from members.viewer import Viewer

# The lists: path, the kind of its threads (all for /latest), the filter its tabs are for.
LISTS: Final = {
    "/questions": ("question", "state", ("", "unanswered", "answered", "solved")),
    "/case-studies": ("case_study", "direction", ("", "worked", "mixed", "did_not_work")),
    "/discussions": ("discussion", "", ()),
    "/announcements": ("announcement", "", ()),
    "/latest": ("", "", ()),
}
SORTS: Final = {kind: CASE_SORTS if kind == "case_study" else ALL_SORTS for kind, *_ in LISTS.values()}


@dataclass(frozen=True, slots=True)
class Link:
    """A choice: a word or its code, where it leads, whether it is on."""

    word: str
    url: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """The category a list is narrowed to, and how closely the viewer follows it."""

    slug: str
    followed: Followed


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """What templates/forum/list.html shows."""

    kind: str
    listing: Listing
    tabs: tuple[Link, ...]
    sorts: tuple[Link, ...]
    chosen: tuple[Link, ...]
    groups: tuple[tuple[str, tuple[Link, ...]], ...]
    pager_url: str
    feed_url: str
    plain_url: str
    all_read: str
    here: str
    category: Category | None


async def show_list(request: Request) -> Response:
    """Show one of the lists."""
    viewer = viewer_of(request)
    # How closely somebody follows the category, and what is new to them, stands on a page of their own.
    if viewer.is_member and "category" in request.query_params:
        data = await _list_page(request, viewer)
    else:
        data = await shared_or_own(request, viewer, lambda who: _list_page(request, who), _theirs)
    return page(request, "forum/list.html", data)


def _theirs(data: ListPage) -> Theirs:
    return marks_of(data.listing.threads, data.kind, data.plain_url)


async def _list_page(request: Request, viewer: Viewer) -> ListPage:
    path = request.url.path
    kind, tab, values = LISTS[path]
    wanted = Wanted.read({**request.query_params, "kind": kind})
    found = await listing(viewer, wanted, page=page_number(request.query_params), size=settings.get().page_size)
    offered = await filters(viewer, wanted)

    def to(**changes: str) -> str:
        return address(path, wanted, **changes)

    return ListPage(
        kind=kind,
        listing=replace(found, threads=with_holes(viewer, found.threads)),
        tabs=tuple(Link(value or "all", to(**{tab: value}), getattr(wanted, tab) == value) for value in values),
        sorts=tuple(Link(sort, to(sort=sort), wanted.sort == sort) for sort in SORTS[kind]),
        chosen=_chosen(viewer, offered, {**wanted.filters, tab: ""}, to),
        groups=_groups(viewer, offered, wanted, to),
        pager_url=_up_to_page(to()),
        feed_url=f"/feeds{path}.atom",
        plain_url=path,
        all_read=read_form(viewer, found.threads, kind, path),
        here=to(),
        category=await _category(viewer, wanted.category),
    )


async def _category(viewer: Viewer, slug: str) -> Category | None:
    found = await rows("SELECT id FROM categories WHERE slug = ?", slug) if slug else []
    return Category(slug, await followed(viewer, "category", found[0]["id"])) if found else None


async def all_read(request: Request) -> Response:
    """Mark every thread of a list as read."""
    viewer, given = need_member(request), await read_input(request)
    number = await mark_all_read(viewer, AllRead.read(given))
    words = f"Marked as read: {number} {'thread' if number == 1 else 'threads'}." if number else "Nothing was new."
    return redirect(safe_path(str(given.get("next", "")), "/latest"), words)


def address(path: str, wanted: Wanted, **changes: str) -> str:
    """Return the address of a list with some filters changed, on its first page."""
    given = {**wanted.filters, "sort": wanted.sort, **changes}
    asked = [(name, given[name]) for name in Wanted.model_fields if given.get(name)]
    asked = [pair for pair in asked if pair != ("sort", "active")]
    return with_query(path, asked)


def _up_to_page(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}page="


def _chosen(viewer: Viewer, offered: Filters, on: Mapping[str, str], to: Callable[..., str]) -> tuple[Link, ...]:
    """Return the filters that are on, each leading to the list without it."""
    return tuple(Link(_name(viewer, offered, name, value), to(**{name: ""})) for name, value in on.items() if value)


def _groups(
    viewer: Viewer, offered: Filters, wanted: Wanted, to: Callable[..., str]
) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    platforms = tuple(Link(one.name, to(platform=one.slug)) for one in offered.platforms)
    countries = [(country_name(code, viewer.locale), code) for code in offered.countries]
    languages = tuple(Link(one.name, to(language=one.slug)) for one in offered.languages)
    grades = tuple(Link(WORDS[grade], to(evidence=grade)) for grade in GRADES) if wanted.kind == "case_study" else ()
    return (
        ("evidence", () if wanted.evidence else grades),
        ("topic", () if wanted.tag else tuple(Link(one.name, to(tag=one.slug)) for one in offered.topics)),
        ("platform", () if wanted.platform else platforms),
        ("country", () if wanted.country else tuple(Link(name, to(country=code)) for name, code in sorted(countries))),
        ("size", () if wanted.size else tuple(Link(band, to(size=band)) for band in offered.sizes)),
        ("language", languages if len(languages) > 1 and not wanted.language else ()),
    )


def _name(viewer: Viewer, offered: Filters, name: str, value: str) -> str:
    if name == "country":
        return country_name(value, viewer.locale)
    if name == "evidence":
        return f"Evidence: {WORDS[value]}"
    if name == "size":
        return f"{value} beds"
    if name == "language":
        return language_name(value)
    return offered.names.get(name, value)
