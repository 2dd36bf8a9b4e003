"""What of the viewer stands on every page: their name, their place, what they have not read.

A page that is drawn for nobody in particular has holes there.
"""

from dataclasses import dataclass, fields
from typing import Any, Final

from base.web.filters import hue, initials
from base.web.holes import FILLERS, hole

NOBODY: Final = -1
"""The id of a viewer who stands for everybody with the same rights; no row has it."""
_MOST: Final = 99


@dataclass(frozen=True, slots=True)
class Own:
    """The words for templates; `shown` is the number of unread notices as it is read, `hidden` an attribute."""

    name: str
    handle: str
    initials: str
    hue: str
    unread: str
    shown: str
    hidden: str


_HOLES: Final = Own(**{one.name: hole(f"own.{one.name}") for one in fields(Own)})

FILLERS.update(
    {
        "own.name": lambda viewer: viewer.name,
        "own.handle": lambda viewer: viewer.handle,
        "own.initials": lambda viewer: initials(viewer.name),
        "own.hue": lambda viewer: str(hue(viewer.name)),
        "own.unread": lambda viewer: str(viewer.unread),
        "own.shown": lambda viewer: f"{_MOST}+" if viewer.unread > _MOST else str(viewer.unread),
        "own.hidden": lambda viewer: "" if viewer.unread else " hidden",
    }
)


def own_words(viewer: Any) -> Own:
    """Return what of the viewer stands on every page, or the holes for it."""
    if viewer.id == NOBODY:
        return _HOLES
    return Own(**{one.name: FILLERS[f"own.{one.name}"](viewer) for one in fields(Own)})
