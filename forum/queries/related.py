"""Threads about the same as a thread, found once for its words and looked at again each time."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable
from typing import Final

from base.db.background import in_background
from forum.queries.similar import Similar, still_there
from forum.queries.thread_head import ThreadHead
from members.viewer import Viewer
from search_index.engine import Unavailable, current
from search_index.found import Hit

_SHOWN: Final = 5
_MOST: Final = 2_000
_SECONDS: Final = 600.0
# A page does not wait longer for what only stands beside it.
_PATIENCE: Final = 0.25

# Its title and how it begins: a reply changes nothing of what it is about.
_Key = tuple[int, str, frozenset[str], str]
_searching: Final[dict[_Key, asyncio.Task[tuple[Hit, ...]]]] = {}
_found: Final[OrderedDict[_Key, tuple[float, tuple[Hit, ...]]]] = OrderedDict()


async def related(viewer: Viewer, head: ThreadHead) -> tuple[Similar, ...]:
    """Return what the viewer may see of what is related; nothing while search is away or slow."""
    try:
        hits = await _hits(viewer, head)
    except (Unavailable, TimeoutError):
        return ()
    return await still_there(viewer, hits) if hits else ()


async def practice_near(viewer: Viewer, head: ThreadHead) -> Similar | None:
    """Return a verified practice about the same as a thread, if there is one; nothing while search is away or slow."""
    try:
        hits = await _hits(viewer, head, "article")
    except (Unavailable, TimeoutError):
        return None
    found = await still_there(viewer, hits) if hits else ()
    return next((one for one in found if one.kind == "article" and one.state == "verified"), None)


async def _hits(viewer: Viewer, head: ThreadHead, kind: str = "thread") -> tuple[Hit, ...]:
    engine, words = current(), f"{head.title} {head.excerpt}"
    key = (head.id, words, viewer.audiences, kind)
    kept = _found.get(key)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    searching = _searching.get(key)
    if searching is None or searching.get_loop() is not asyncio.get_running_loop():
        search = engine.similar(
            words,
            viewer.audiences,
            limit=_SHOWN,
            exclude=(f"thread:{head.id}",),
            kinds=(kind,),
        )
        searching = _searching[key] = in_background(_search(key, search))
    # What takes longer is there for who comes next.
    return await asyncio.wait_for(asyncio.shield(searching), _PATIENCE)


async def _search(key: _Key, search: Awaitable[tuple[Hit, ...]]) -> tuple[Hit, ...]:
    try:
        hits = await search
    except Unavailable:
        return ()
    finally:
        _searching.pop(key, None)
    _found[key] = (time.monotonic() + _SECONDS, hits)
    _found.move_to_end(key)
    while len(_found) > _MOST:
        _found.popitem(last=False)
    return hits
