"""What members, organisations and regions have contributed; the floors above offer it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from members.viewer import Viewer

Whose = Literal["member", "organisation", "region"]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on a shelf; `kind` and `state` as in parts/lists.html, `note` a few words below the title."""

    url: str
    title: str
    kind: str
    at: datetime | None = None
    state: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Things of one sort, the best or newest first: `total` of them, shown in full at `url` if there is one."""

    name: str
    label: str
    total: int
    items: tuple[Item, ...] = ()
    url: str = ""


Provider = Callable[[Viewer, Whose, int], Awaitable[list[Shelf]]]
_providers: Final[dict[str, Provider]] = {}


def offer(name: str, provider: Provider) -> None:
    """Let `provider` say what the viewer may see of contributions; wired once, under a name of its own."""
    _providers[name] = provider


async def contributions(viewer: Viewer, whose: Whose, subject_id: int) -> tuple[Shelf, ...]:
    """Return every shelf of a member, organisation or region that is not empty."""
    found = [shelf for provider in _providers.values() for shelf in await provider(viewer, whose, subject_id)]
    return tuple(shelf for shelf in found if shelf.total)
