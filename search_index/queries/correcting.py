"""Search for what was meant: the words as typed first, better spelt when they find nothing or nearly nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from members.viewer import Viewer
from search_index.engine import current
from search_index.found import Correction, Found
from search_index.queries.asked import Asked, query_of

_NEARLY_NOTHING: Final = 3


@dataclass(frozen=True, slots=True)
class Meant:
    """What was found; `corrected` is the text that was searched instead, `suggested` one that might be better."""

    found: Found
    hints: tuple[str, ...]
    corrected: str = ""
    suggested: str = ""


def respelt(text: str, corrections: Sequence[Correction]) -> str:
    """Return the text with its words better spelt; operators and everything else stay."""
    for one in corrections:
        text = re.sub(rf"(?<!\w){re.escape(one.word)}(?!\w)", lambda _, one=one: one.better, text, flags=re.IGNORECASE)  # type: ignore[misc]
    return text


async def meant(asked: Asked, viewer: Viewer, **wish: Any) -> Meant:
    """Search, and search again for the better spelling when that is what was meant."""
    engine = current()
    query, hints = query_of(asked, viewer)
    wish["collapse"] = not query.group  # inside one thread every post is a result of its own
    found = await engine.search(query, viewer.audiences, **wish)
    corrections = await engine.correct(query.words, viewer.audiences) if query.words else ()
    sure = [one for one in corrections if one.sure]
    doubtful = corrections if found.total < _NEARLY_NOTHING else sure
    better = respelt(asked.text, doubtful)
    if better == asked.text:
        offered = respelt(asked.text, corrections)
        return Meant(found, hints, suggested=offered if offered != asked.text else "")
    if asked.exact:
        return Meant(found, hints, suggested=better)
    again, _ = query_of(replace(asked, text=better), viewer)
    instead = await engine.search(again, viewer.audiences, **wish)
    if not instead.total:
        return Meant(found, hints)
    return Meant(instead, hints, corrected=better)
