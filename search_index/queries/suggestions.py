"""Suggestions while somebody types: things by their title, then platforms, topics and organisations by name."""

from dataclasses import dataclass
from typing import Final

from members.viewer import Viewer
from search_index.engine import Unavailable, current
from search_index.found import Piece
from search_index.queries.asked import Asked
from search_index.queries.guards import only_visible
from search_index.wording import clean

SHORTEST: Final = 2
MOST: Final = 8
_NAMES: Final = (("platform", "platform"), ("tag", "tag"))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion: its text with the typed words marked, where it leads, and what kind of thing it is."""

    text: str
    url: str
    kind: str
    pieces: tuple[Piece, ...] = ()


async def suggestions(viewer: Viewer, typed: str) -> tuple[Suggestion, ...]:
    """Return at most eight suggestions that the viewer may see; none when search is away."""
    text = clean(typed)[:100]
    if len(text) < SHORTEST:
        return ()
    try:
        engine = current()
        named = [
            Suggestion(value, Asked(filters={facet: (value,)}).address(), kind, (Piece(value),))
            for facet, kind in _NAMES
            for value in await engine.complete(text, viewer.audiences, facet, limit=2)
        ]
        hits = await engine.suggest(text, viewer.audiences, limit=MOST)
    except Unavailable:
        return ()
    things = [
        Suggestion(hit.title, hit.url, hit.type if hit.kind == "thread" else hit.kind, hit.title_pieces)
        for hit in await only_visible(viewer, hits)
    ]
    return (*things[: MOST - len(named)], *named)
