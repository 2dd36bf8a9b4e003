"""Measured outcomes across case studies: a table to sort, the same things side by side, a file for spreadsheets."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from base import settings
from base.paging import page_number
from base.web.address import address
from base.web.render import page
from base.web.spreadsheet import spreadsheet
from forum.pages.lists import Link
from forum.queries.case_metrics import (
    MOST,
    SORTS,
    Group,
    GroupList,
    MetricList,
    MetricQuery,
    metric_groups,
    metric_list,
)
from forum.queries.filters import filters
from forum.queries.listing import Wanted
from forum.queries.thread_head import Label
from members.current import viewer_of
from members.places import country_name

PATH: Final = "/case-studies/metrics"
_SIDE_BY_SIDE: Final = f"{PATH}/side-by-side"
_HEAD: Final = (
    "measured", "about", "before", "after", "change in %", "unit", "compared", "n", "period", "source", "case study",
    "address", "result of the case", "organisation", "beds", "country", "told on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column that can be sorted: `way` is ascending or descending when the table is sorted by it."""

    name: str
    url: str
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsPage:
    """What templates/forum/metrics.html shows: a table, or groups; `of_one` when all are of the same thing."""

    asked: MetricQuery
    listing: MetricList | None
    groups: GroupList | None
    of_one: Group | None
    columns: dict[str, Column]
    tabs: tuple[Link, ...]
    platforms: tuple[Label, ...]
    countries: tuple[tuple[str, str], ...]
    pager_url: str
    csv_url: str
    json_url: str
    plain_url: str


async def show_metrics(request: Request) -> Response:
    """Show every outcome in a table that can be sorted."""
    asked = MetricQuery.read(dict(request.query_params))
    found = await metric_list(viewer_of(request), asked, page=page_number(request.query_params))
    return await _show(request, asked, PATH, listing=found, of_one=_of_one(asked, found))


async def show_side_by_side(request: Request) -> Response:
    """Show what several case studies have measured, each group on one scale."""
    asked = MetricQuery.read(dict(request.query_params))
    found = await metric_groups(viewer_of(request), asked, page=page_number(request.query_params))
    return await _show(request, asked, _SIDE_BY_SIDE, groups=found)


async def metrics_file(request: Request) -> Response:
    """Answer the outcomes as a file for spreadsheets."""
    viewer = viewer_of(request)
    found = await metric_list(viewer, MetricQuery.read(dict(request.query_params)), size=MOST)
    site = settings.get().address
    lines = (
        (
            one.name, one.kind, one.baseline, one.result, one.change, one.unit, one.comparison, one.n, one.period,
            one.source, one.title, f"{site}{one.url}", one.direction, one.organisation, one.beds, one.country_name,
            one.at.date(),
        )
        for one in found.metrics
    )  # fmt: skip
    return spreadsheet("measured-results", _HEAD, lines)


def _of_one(asked: MetricQuery, found: MetricList) -> Group | None:
    """Return the outcomes as a group when all that was asked for is the same thing."""
    if not asked.name or len(found.metrics) < 2:
        return None
    shown = found.metrics[:_DRAWN]
    return Group(shown[0].name, shown[0].unit, len({one.id for one in shown}), shown)


_DRAWN: Final = 20
_FIRST: Final = ("sort", "date")


async def _show(
    request: Request,
    asked: MetricQuery,
    path: str,
    *,
    listing: MetricList | None = None,
    groups: GroupList | None = None,
    of_one: Group | None = None,
) -> Response:
    viewer = viewer_of(request)
    offered = await filters(viewer, Wanted(kind="case_study"))
    countries = [(code, country_name(code, viewer.locale)) for code in offered.countries]
    data = MetricsPage(
        asked=asked,
        listing=listing,
        groups=groups,
        of_one=of_one,
        columns={name: _column(asked, name) for name in SORTS},
        tabs=(
            Link("one", _address(PATH, asked), on=listing is not None),
            Link("side", _address(_SIDE_BY_SIDE, asked, name="", unit=""), on=groups is not None),
        ),
        platforms=offered.platforms,
        countries=tuple(sorted(countries, key=_by_name)),
        pager_url=_address(path, asked, page=""),
        csv_url=_address(f"{PATH}.csv", asked),
        json_url=_address("/api/v1/metrics", asked),
        plain_url=path,
    )
    return page(request, "forum/metrics.html", data)


def _by_name(country: tuple[str, str]) -> str:
    return country[1]


def _column(asked: MetricQuery, name: str) -> Column:
    """Return a column with the address that sorts by it, or the other way when it is sorted by it already."""
    on = asked.sort == name
    turned = ("up" if asked.direction_of_sort == "down" else "down") if on else ""
    way = {"up": "ascending", "down": "descending"}[asked.direction_of_sort] if on else ""
    return Column(name, _address(PATH, asked, sort=name, order=turned), way)


def _address(path: str, asked: MetricQuery, **changes: str) -> str:
    given = {**asked.model_dump(), **changes}
    # With a name, no unit is a unit, too; the number of the page is put behind it later.
    empty = {"page", "unit"} if given["name"] else {"page"}
    kept = [(name, value) for name, value in given.items() if (value or name in empty) and (name, value) != _FIRST]
    return address(path, kept)
