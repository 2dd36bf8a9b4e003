"""What is looked for in vain: a page for editors, and the same as a table to download."""

import csv
import io
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member
from search_index.actions.dismiss import GapWords, dismiss, put_back
from search_index.queries.gaps import KINDS, Gap, every_gap, gaps_page

_COLUMNS: Final = ("search", "kind", "searches", "found last", "last day", "last 30 days", "30 days before", "trend")
# A program for tables takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def show(request: Request) -> Response:
    """Show what is looked for in vain."""
    asked = request.query_params
    found = await gaps_page(need_member(request), asked.get("kind", "all"), asked.get("q", ""), page_number(asked))
    return page(request, "search_index/gaps.html", found)


async def download(request: Request) -> Response:
    """Answer the same as comma-separated values."""
    asked = request.query_params
    found = await every_gap(need_member(request), asked.get("kind", "all"), asked.get("q", ""))
    headers = {"Content-Disposition": 'attachment; filename="looked-for-in-vain.csv"'}
    return Response(table(found), media_type="text/csv; charset=utf-8", headers=headers)


def table(gaps: tuple[Gap, ...]) -> str:
    """Return gaps as comma-separated values that spreadsheets read as text, with a mark of their encoding."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(_COLUMNS)
    for one in gaps:
        words = f"'{one.query}" if one.query.startswith(_FORMULA) else one.query
        write.writerow([words, one.kind, one.searches, one.found, one.last, one.lately, one.before, one.trend])
    return f"\ufeff{out.getvalue()}"


async def set_aside(request: Request) -> Response:
    """Take a gap off the list, or put it back."""
    viewer, given = need_member(request), await read_input(request)
    words, kind = GapWords.read(given), str(given.get("kind", ""))
    back = f"/search/gaps?{urlencode({'kind': kind})}" if kind in KINDS else "/search/gaps"
    if request.url.path.endswith("/put-back"):
        await put_back(viewer, words)
        return redirect(back, "It is back on the list.")
    await dismiss(viewer, words)
    return redirect(back, "It is off the list. You find it under Set aside.")


ROUTES: list[BaseRoute] = [
    Route("/search/gaps", show, methods=["GET"], name="search.gaps"),
    Route("/search/gaps.csv", download, methods=["GET"]),
    Route("/search/gaps/dismiss", set_aside, methods=["POST"]),
    Route("/search/gaps/put-back", set_aside, methods=["POST"]),
]
