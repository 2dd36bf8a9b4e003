"""Remember how far a member has read."""

from typing import Final

from base.clock import now
from base.db import execute
from members.viewer import Viewer

_RAISE: Final = """
INSERT INTO read_marks (member_id, thread_id, number, at) VALUES (?, ?, ?, ?)
ON CONFLICT (member_id, thread_id) DO UPDATE SET number = excluded.number, at = excluded.at
WHERE excluded.number > read_marks.number"""


async def mark_read(viewer: Viewer, thread_id: int, number: int) -> None:
    """Raise a member's mark in a thread to a post they have seen; it never sinks, and nobody is told."""
    await execute(_RAISE, viewer.member_id, thread_id, number, now())
