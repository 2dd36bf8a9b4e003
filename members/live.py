"""Open pages that are told how much is new in the inbox: who listens, and one look at the database for all of them.

Each process tells its own listeners. Nothing is held in the database while somebody listens.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from base.clock import now
from base.db import marks, rows
from base.errors import TooMany
from members.queries.inbox import UNREAD_OF, Unread, read_unread
from members.viewer import Viewer

MOST_OF_ONE: Final = 6
MOST_OF_ALL: Final = 2_000
SECONDS: Final = 2.5
"""How often the database is asked, once for everybody."""
_BATCH: Final = 500


@dataclass(eq=False, slots=True)
class Listener:
    """One open page: what it was told last, and whether it is to end."""

    member_id: int
    session_id: int
    told: Unread | None = None
    over: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, unread: Unread) -> None:
        """Tell the page, unless it knows."""
        if unread != self.told:
            self.told = unread
            self.changed.set()

    def end(self) -> None:
        """Let the page's connection end."""
        self.over = True
        self.changed.set()


_listeners: Final[set[Listener]] = set()


def listening() -> int:
    """Return how many open pages listen in this process."""
    return len(_listeners)


def check_room(viewer: Viewer) -> None:
    """Raise TooMany when this member, or everybody together, listens in too many places."""
    mine = sum(one.member_id == viewer.id for one in _listeners)
    if mine >= MOST_OF_ONE or len(_listeners) >= MOST_OF_ALL:
        raise TooMany("The inbox is followed in too many windows; it is counted anew on each page.", 60)


def join(viewer: Viewer) -> Listener:
    """Begin to listen."""
    listener = Listener(viewer.member_id, viewer.session_id or 0)
    _listeners.add(listener)
    return listener


def leave(listener: Listener) -> None:
    """Listen no longer."""
    _listeners.discard(listener)


def end_all() -> None:
    """Let every connection end: the server stops, and would wait for them."""
    for one in _listeners:
        one.end()


async def look() -> int:
    """Tell who listens what is new for them, and end those whose sign-in has ended; return how many. A chore."""
    sessions = sorted({one.session_id for one in _listeners})
    found: dict[int, Unread] = {}
    for start in range(0, len(sessions), _BATCH):
        found |= await _unread(sessions[start : start + _BATCH])
    asked = set(sessions)
    for one in list(_listeners):
        unread = found.get(one.session_id)
        if unread is not None:
            one.tell(unread)
        elif one.session_id in asked:
            one.end()
    return len(sessions)


async def _unread(sessions: list[int]) -> dict[int, Unread]:
    found = await rows(
        f"SELECT s.id, {UNREAD_OF.format(member='s.member_id')} AS unread, "  # noqa: S608
        "(SELECT MAX(n.id) FROM notices n WHERE n.member_id = s.member_id AND n.read_at IS NULL) AS newest "
        "FROM sessions s JOIN members m ON m.id = s.member_id "
        f"WHERE s.id IN ({marks(sessions)}) AND s.revoked_at IS NULL AND s.expires_at > ? AND m.state = 'active'",
        *sessions, now(),
    )  # fmt: skip
    return {row["id"]: read_unread(row) for row in found}
