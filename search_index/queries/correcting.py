"""Search for what was meant: words as typed, with what else they mean; better spelt when they find nearly nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from members.viewer import Viewer
from search_index.engine import current
from search_index.found import Correction, Found
from search_index.queries.asked import Asked, query_of
from search_index.queries.guards import looked_again, only_visible
from search_index.queries.synonyms import widened
from search_index.query import Query
from search_index.synonyms import Added, Widened

_NEARLY_NOTHING: Final = 3
_LOOKED_AT: Final = 5
_ENDED: Final = "obsolete"


@dataclass(frozen=True, slots=True)
class Meant:
    """What was found; `corrected` is the text that was searched instead, `suggested` one that might be better.

    `group` is the thread that was searched in, if one was; `also` is what else the words were taken to mean.
    """

    found: Found
    hints: tuple[str, ...]
    also: tuple[Added, ...] = ()
    group: str = ""
    corrected: str = ""
    suggested: str = ""


def respelt(text: str, corrections: Sequence[Correction]) -> str:
    """Return the text with its words better spelt; operators and everything else stay."""
    for one in corrections:
        text = re.sub(rf"(?<!\w){re.escape(one.word)}(?!\w)", lambda _, one=one: one.better, text, flags=re.IGNORECASE)  # type: ignore[misc]
    return text


async def as_read(asked: Asked, viewer: Viewer) -> tuple[Widened, tuple[str, ...]]:
    """Return the query with its synonyms, unless exactly these words are wanted, and the hints."""
    query, hints = query_of(asked, viewer)
    query = _without_the_ended(query)
    read = Widened(query) if asked.exact else await widened(query, viewer)
    return (replace(read, query=read.query.in_bodies()) if query.group else read), hints


def _without_the_ended(query: Query) -> Query:
    """Leave out what is obsolete, unless the search asks for it, or for nothing at all."""
    unasked = not (query.choices or query.unwanted or query.handle or query.only)
    states = query.without.get("state", ())
    if unasked or _ENDED in (*query.only.get("state", ()), *states):
        return query
    return replace(query, without={**query.without, "state": (*states, _ENDED)})


async def meant(asked: Asked, viewer: Viewer, **wish: Any) -> Meant:
    """Search, and search again for the better spelling when that is what was meant."""
    engine = current()
    typed, _ = query_of(asked, viewer)
    read, hints = await as_read(asked, viewer)
    wish["collapse"] = not typed.group  # inside one thread every post is a result of its own
    found = await looked_again(viewer, await engine.search(read.query, viewer.audiences, **wish))
    as_typed = Meant(found, hints, read.added, typed.group)
    words = [word for word in typed.words if word not in read.known]
    corrections = await engine.correct(words, viewer.audiences) if words else ()
    sure = [one for one in corrections if one.sure]
    doubtful = corrections if found.total < _NEARLY_NOTHING else sure
    better = respelt(asked.text, doubtful)
    if better == asked.text:
        return replace(as_typed, suggested=await _offered(asked, viewer, respelt(asked.text, corrections)))
    if asked.exact:
        return replace(as_typed, suggested=await _offered(asked, viewer, better))
    again, _ = await as_read(replace(asked, text=better), viewer)
    instead = await looked_again(viewer, await engine.search(again.query, viewer.audiences, **wish))
    if not instead.total:
        return as_typed
    return replace(as_typed, found=instead, also=again.added, corrected=better)


async def _offered(asked: Asked, viewer: Viewer, text: str) -> str:
    """Return a text worth offering: the index may know words of what the viewer may not see any more."""
    if text == asked.text:
        return ""
    query, _ = query_of(replace(asked, text=text), viewer)
    found = await current().search(query, viewer.audiences, limit=_LOOKED_AT, snippets=False)
    return text if await only_visible(viewer, found.hits) else ""
