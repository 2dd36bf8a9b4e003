"""The results page: the same for people and for programs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from base.paging import Page
from members.viewer import Viewer
from search_index import searches
from search_index.engine import Unavailable, current
from search_index.found import Count, Hit, Section
from search_index.keep_up import rebuilding
from search_index.queries.asked import DEEPEST, Asked
from search_index.queries.correcting import meant
from search_index.queries.guards import only_visible
from search_index.queries.helping import Help, help_for
from search_index.queries.narrowing import Chip, Facet, chips_of, facets_of
from search_index.query import FACETS, SORTS, Query, Sort
from search_index.synonyms import Added

BEST_OF_EACH: Final = 3
FACETS_COUNTED: Final = (*FACETS, "year")
SECTION_NAMES: Final = {
    "practices": ("Practices", "article"), "collections": ("Collections", "collection"),
    "cases": ("Case studies", "case_study"),
    "threads": ("Threads", ""), "people": ("People", "member"), "organisations": ("Organisations", "organisation"),
}  # fmt: skip
SORT_NAMES: Final[dict[Sort, str]] = {
    "best": "Best match", "newest": "Newest", "active": "Recently active", "votes": "Most votes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The best of one section; `url` leads to all of it, when an address can say so."""

    name: str
    label: str
    total: int
    hits: tuple[Hit, ...]
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsPage:
    """What templates/search_index/search.html shows and the API answers.

    `group` is the thread that is searched in, `place` what it is called.
    """

    asked: Asked
    total: int = 0
    hits: tuple[Hit, ...] = ()
    groups: tuple[Group, ...] = ()
    facets: tuple[Facet, ...] = ()
    counts: dict[str, tuple[Count, ...]]
    chips: tuple[Chip, ...] = ()
    sorts: tuple[tuple[str, str, bool], ...] = ()
    hints: tuple[str, ...] = ()
    also: tuple[Added, ...] = ()
    group: str = ""
    place: str = ""
    corrected: str = ""
    suggested: str = ""
    exact_url: str = ""
    suggested_url: str = ""
    page: Page
    page_url: str = ""
    help: Help | None = None
    notice: str = ""
    progress: int | None = None


async def results(viewer: Viewer, asked: Asked) -> ResultsPage:
    """Search for this viewer; when search is away, say so calmly instead of failing."""
    nothing = ResultsPage(asked=asked, counts={}, page=Page(1, asked.limit, 0))
    if asked.is_empty:
        return nothing
    try:
        found = await _results(viewer, asked)
    except Unavailable as error:
        return replace(nothing, notice=str(error), progress=rebuilding(), chips=chips_of(asked))
    note(viewer, found.asked, found.total, found.group)
    return found


def note(viewer: Viewer, asked: Asked, total: int, group: str) -> None:
    """Count a search of everything, by nobody in particular: what is looked for in vain is missing somewhere."""
    if asked.page == 1 and asked.sort == "best" and not (group or asked.is_narrowed or asked.exact):
        searches.note(asked.text, total, viewer.locale)


async def _results(viewer: Viewer, asked: Asked) -> ResultsPage:
    first = asked.page == 1 and asked.sort == "best"
    answer = await meant(
        asked,
        viewer,
        limit=asked.limit,
        offset=(asked.page - 1) * asked.limit,
        facets=FACETS_COUNTED,
        sections=BEST_OF_EACH if first else 0,
    )
    found = answer.found
    searched = replace(asked, text=answer.corrected or asked.text)
    place = await _title_of(viewer, answer.group) if answer.group else ""
    return ResultsPage(
        asked=asked,
        total=found.total,
        hits=found.hits,
        groups=_groups(searched, found.sections),
        facets=facets_of(searched, found.facets, found.total),
        counts=found.facets,
        chips=chips_of(asked, place),
        sorts=tuple(
            (SORT_NAMES[sort], replace(searched, sort=sort, page=1).address(), sort == asked.sort) for sort in SORTS
        ),
        hints=answer.hints,
        also=answer.also,
        group=answer.group,
        place=place,
        corrected=answer.corrected,
        suggested=answer.suggested,
        exact_url=replace(asked, exact=True, page=1).address(),
        suggested_url=replace(asked, text=answer.suggested, page=1).address() if answer.suggested else "",
        page=Page(asked.page, asked.limit, min(found.total, DEEPEST * asked.limit)),
        page_url=_page_url(searched),
        help=None if found.total else await help_for(viewer, asked),
    )


async def _title_of(viewer: Viewer, group: str) -> str:
    """Return what the thread that is searched in is called, as far as the viewer may know."""
    query = Query(group=group, kinds=("thread",))
    hits = (await current().search(query, viewer.audiences, limit=1, snippets=False)).hits
    return next((hit.title for hit in await only_visible(viewer, hits)), group.replace(":", " "))


def _page_url(asked: Asked) -> str:
    address = replace(asked, page=1).address()
    return f"{address}{'&' if '?' in address else '?'}page="


def _groups(asked: Asked, sections: Sequence[Section]) -> tuple[Group, ...]:
    """Return the sections that have something, when there is more than one of them."""
    order = list(SECTION_NAMES)
    there = sorted((section for section in sections if section.hits), key=lambda one: order.index(one.name))
    if len(there) < 2:
        return ()
    groups = []
    for section in there:
        label, type_ = SECTION_NAMES[section.name]
        url = replace(asked, filters={**asked.filters, "type": (type_,)}, page=1).address() if type_ else ""
        groups.append(Group(section.name, label, section.total, section.hits, url))
    return tuple(groups)
