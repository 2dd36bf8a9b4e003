"""What is new to somebody in the threads of a list, on pages that are drawn for several."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from base.web.answers import Theirs
from base.web.holes import hole
from base.web.own import NOBODY
from base.web.render import part
from forum.queries.concerned import unread_in
from forum.queries.thread_rows import ThreadRow
from members.viewer import Viewer

_ALL: Final = "news.all"


def with_holes(viewer: Viewer, threads: Sequence[ThreadRow]) -> tuple[ThreadRow, ...]:
    """Return the rows as they stand on a page: with a hole in each, if it is drawn for nobody in particular."""
    if viewer.id != NOBODY:
        return tuple(threads)
    return tuple(replace(row, news=hole(_name(row.id))) for row in threads)


def read_form(viewer: Viewer, threads: Sequence[ThreadRow], kind: str, url: str) -> str:
    """Return the form below a list that marks everything in it as read, if something is new; or the hole for it."""
    if viewer.id == NOBODY:
        return hole(_ALL)
    return _form(kind, url, viewer.locale) if any(row.unread for row in threads) else ""


def marks_of(threads: Sequence[ThreadRow], kind: str = "", url: str = "") -> Theirs:
    """Return what finds out what belongs into the holes of these rows, and of the form of their list."""
    urls = {row.id: row.url for row in threads}

    async def theirs(member: Viewer) -> Mapping[str, str]:
        unread = await unread_in(member, list(urls))
        found = {_name(one): _mark(link, unread.get(one, 0), member.locale) for one, link in urls.items()}
        return {**found, _ALL: _form(kind, url, member.locale) if unread else ""}

    return theirs


def _form(kind: str, url: str, locale: str) -> str:
    return part("forum/parts/news.html", "all_read", kind, url, locale=locale)


def _name(thread_id: int) -> str:
    return f"news.{thread_id}"


def _mark(url: str, unread: int, locale: str) -> str:
    return part("parts/lists.html", "new_badge", url, unread, locale=locale) if unread else ""
