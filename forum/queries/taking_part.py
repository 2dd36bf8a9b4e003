"""What members have read and written, as far as it is written down; for how far they are trusted."""

from collections.abc import Sequence
from typing import Final

from base.db import marks, rows
from members.rules import TakenPart

_READ: Final = (
    "SELECT r.member_id, COUNT(*) AS threads, SUM(r.number) AS posts, SUM(r.seconds) AS seconds FROM read_marks r "
    "WHERE r.member_id IN ({ids}) GROUP BY r.member_id"
)
_WRITTEN: Final = (
    "SELECT x.author_id, COUNT(*) AS replies FROM posts x WHERE x.author_id IN ({ids}) AND x.number > 1 "
    "AND x.state = 'published' AND x.kind IN ('answer', 'reply', 'comment') GROUP BY x.author_id"
)


async def tell_taken_part(member_ids: Sequence[int]) -> dict[int, TakenPart]:
    """Return what members read and wrote under their own name, in two statements.

    What somebody wrote behind a mask is not counted: nobody can tell whose it is.
    """
    ids = marks(member_ids)
    replies = {row["author_id"]: row["replies"] for row in await rows(_WRITTEN.format(ids=ids), *member_ids)}
    read = {row["member_id"]: row for row in await rows(_READ.format(ids=ids), *member_ids)}
    return {one: _told(read.get(one), replies.get(one, 0)) for one in member_ids}


def _told(read: dict[str, int] | None, replies: int) -> TakenPart:
    if read is None:
        return TakenPart(replies=replies)
    seconds = int(read["seconds"] or 0)
    minutes = seconds // 60 if seconds else None
    return TakenPart(threads=int(read["threads"]), posts=int(read["posts"] or 0), minutes=minutes, replies=replies)
