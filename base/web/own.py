"""What of the viewer stands on every page: their name, their place, what they have not read."""

from dataclasses import dataclass
from typing import Final

from base.web.filters import hue, initials

NOBODY: Final = -1
"""The id of a viewer who stands for everybody with the same rights; no row has it."""
_MOST: Final = 99


@dataclass(frozen=True, slots=True)
class Own:
    """The words for templates; `shown` is the number of unread notices as it is read, `hidden` an attribute."""

    name: str
    handle: str
    initials: str
    hue: int
    unread: int
    shown: str
    hidden: str


def own_words(name: str, handle: str, unread: int) -> Own:
    """Return what of a viewer stands on every page."""
    return Own(
        name=name,
        handle=handle,
        initials=initials(name),
        hue=hue(name),
        unread=unread,
        shown=f"{_MOST}+" if unread > _MOST else str(unread),
        hidden="" if unread else " hidden",
    )
