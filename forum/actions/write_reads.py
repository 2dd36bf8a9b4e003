"""Write down how often threads were read."""

from base.db import execute, transaction
from forum.reads import hold, take_reads


async def write_reads() -> int:
    """Add what was read to the threads; return to how many. A chore."""
    taken = take_reads()
    if not taken:
        return 0
    try:
        async with transaction():
            # In one order, so that two servers never wait for each other.
            for thread_id, number in sorted(taken.items()):
                await execute("UPDATE threads SET views = views + ? WHERE id = ?", number, thread_id)
    except Exception:
        hold(taken)
        raise
    return len(taken)
