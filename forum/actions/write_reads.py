"""Write down how often threads were read."""

from base.db import execute
from forum.reads import READS


async def write_reads() -> int:
    """Add what was read to the threads; return to how many. A chore."""
    return await READS.write(_add)


async def _add(thread_id: int, number: int) -> None:
    await execute("UPDATE threads SET views = views + ? WHERE id = ?", number, thread_id)
