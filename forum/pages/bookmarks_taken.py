"""Bookmarks to take along: as Markdown, as a table for spreadsheets, as JSON."""

import csv
import io
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.text.escaping import escaped_wholly
from forum.queries.bookmarks import Entry, every_bookmark
from members.current import need_member

_GONE: Final = "Gone, or no longer open to you"
_COLUMNS: Final = ("title", "url", "kind", "folder", "note", "remind_at", "bookmarked_at")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _plain(entry: Entry) -> dict[str, Any]:
    kept = entry.kept
    return {
        "title": kept.title if kept else _GONE,
        "url": f"{settings.get().address}{kept.url}" if kept else "",
        "kind": entry.target,
        "folder": entry.list,
        "note": entry.note,
        "remind_at": entry.remind_at.isoformat(timespec="minutes") if entry.remind_at else "",
        "bookmarked_at": entry.at.isoformat(timespec="seconds") if entry.at else "",
    }


def _markdown(entries: Sequence[Entry]) -> str:
    lines = ["# Bookmarks", ""]
    for folder in sorted({one.list for one in entries}, key=lambda name: (name == "", name.lower())):
        lines += [f"## {escaped_wholly(folder)}" if folder else "## Without a folder", ""]
        for one in (_plain(entry) for entry in entries if entry.list == folder):
            title = escaped_wholly(one["title"])
            lines.append(f"- [{title}]({one['url']})" if one["url"] else f"- {title}")
            if one["note"]:
                lines.append(f"  {escaped_wholly(one['note'])}")
        lines.append("")
    return "\n".join(lines)


def _table(entries: Sequence[Entry]) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(_COLUMNS)
    for one in (_plain(entry) for entry in entries):
        cells = [str(one[name]) for name in _COLUMNS]
        table.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return "\ufeff" + written.getvalue()  # without the mark, spreadsheets read UTF-8 as something else


async def take(request: Request) -> Response:
    """Answer all of the viewer's bookmarks in the form that the address names."""
    entries, form = await every_bookmark(need_member(request)), request.url.path.rpartition(".")[2]
    headers = {
        "Cache-Control": "private, no-store", "Content-Disposition": f'attachment; filename="bookmarks.{form}"',
    }  # fmt: skip
    if form == "json":
        return JSONResponse({"bookmarks": [_plain(one) for one in entries]}, headers=headers)
    text = _markdown(entries) if form == "md" else _table(entries)
    kind = "text/markdown" if form == "md" else "text/csv"
    return Response(text, media_type=f"{kind}; charset=utf-8", headers=headers)


ROUTES: Final[list[BaseRoute]] = [Route(f"/bookmarks.{form}", take, methods=["GET"]) for form in ("md", "csv", "json")]
