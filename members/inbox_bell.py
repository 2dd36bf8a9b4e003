"""Rung in every process when somebody's inbox, or what they may see of it, has changed."""

from collections.abc import Iterable
from typing import Final

from base.db import Bell

INBOX: Final = Bell("commonplace_inbox")


async def ring_for(member_ids: Iterable[int]) -> None:
    """Let the open pages of these members be told, once what the caller writes is committed."""
    if words := ",".join(str(one) for one in sorted(set(member_ids))):
        await INBOX.ring(words)


def read_ring(words: str) -> set[int] | None:
    """Return for whom it was rung; None is for everybody."""
    return {int(one) for one in words.split(",")} if words else None
