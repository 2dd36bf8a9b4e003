"""Open pages that are told how much is new in the inbox: who listens, and one look at the database for all of them.

Each process tells its own listeners, of those for whom it was rung. Nothing is held in the database while somebody
listens.
"""

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from base.clock import now
from base.db import marks, rows
from base.errors import TooMany
from members.inbox_bell import INBOX, read_ring
from members.queries.inbox import UNREAD_OF, Unread, read_unread
from members.viewer import Viewer

MOST_OF_ONE: Final = 6
MOST_OF_ALL: Final = 11_000
SECONDS: Final = 1.0
"""How often those for whom it was rung are looked for, all at once."""
_EVERYBODY_SECONDS: Final = 30.0
"""How often everybody is looked for: a ring may be lost, and a sign-in ends by itself."""
_DEAF_SECONDS: Final = 2.5
"""The same while no ring can be heard."""
_BATCH: Final = 500
# With SQLite a ring is heard before its transaction is committed: the first look may come too early.
_LOOKS: Final = 2


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
_of_member: Final[dict[int, set[Listener]]] = {}
# For whom it was rung, and how many looks they are still due.
_rung: Final[dict[int, int]] = {}
_looked_at: Final[list[float]] = []


def listening() -> int:
    """Return how many open pages listen in this process."""
    return len(_listeners)


def check_room(viewer: Viewer) -> None:
    """Raise TooMany when this member, or everybody together, listens in too many places."""
    mine = len(_of_member.get(viewer.member_id, ()))
    if mine >= MOST_OF_ONE or len(_listeners) >= MOST_OF_ALL:
        raise TooMany("The inbox is followed in too many windows; it is counted anew on each page.", 60)


def join(viewer: Viewer) -> Listener:
    """Begin to listen."""
    listener = Listener(viewer.member_id, viewer.session_id or 0)
    _listeners.add(listener)
    _of_member.setdefault(listener.member_id, set()).add(listener)
    return listener


def leave(listener: Listener) -> None:
    """Listen no longer."""
    _listeners.discard(listener)
    mine = _of_member.get(listener.member_id, set())
    mine.discard(listener)
    if not mine:
        _of_member.pop(listener.member_id, None)


def end_all() -> None:
    """Let every connection end: the server stops, and would wait for them."""
    for one in _listeners:
        one.end()


def hear(words: str) -> None:
    """Remember for whom it was rung until the next look."""
    members = read_ring(words)
    if members is None:
        _looked_at.clear()
    else:
        _rung.update(dict.fromkeys(members & _of_member.keys(), _LOOKS))


async def tell() -> int:
    """Tell those for whom it was rung, now and then everybody; return how many sign-ins were looked for. A chore."""
    pause = _EVERYBODY_SECONDS if INBOX.is_heard else _DEAF_SECONDS
    if not _looked_at or _looked_at[0] + pause <= time.monotonic():
        _looked_at[:] = [time.monotonic()]
        return await look(list(_listeners))
    wanted = [one for member_id in _rung for one in _of_member.get(member_id, ())]
    left = {member_id: looks - 1 for member_id, looks in _rung.items() if looks > 1}
    _rung.clear()
    _rung.update(left)
    return await look(wanted) if wanted else 0


async def look(listeners: Collection[Listener] | None = None) -> int:
    """Tell these listeners, or all, what is new, and end those whose sign-in has ended; return how many sign-ins."""
    wanted = list(_listeners if listeners is None else listeners)
    sessions = sorted({one.session_id for one in wanted})
    found: dict[int, Unread] = {}
    for start in range(0, len(sessions), _BATCH):
        found |= await _unread(sessions[start : start + _BATCH])
    for one in wanted:
        unread = found.get(one.session_id)
        if unread is not None:
            one.tell(unread)
        else:
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
