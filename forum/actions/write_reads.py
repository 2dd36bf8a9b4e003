"""Write down how often threads were read, and files fetched."""

from base.db import execute
from forum.downloads import DOWNLOADS
from forum.reads import READS


async def write_reads() -> int:
    """Add what was read to the threads; return to how many. A chore."""
    return await READS.write(_add)


async def _add(thread_id: int, number: int) -> None:
    await execute("UPDATE threads SET views = views + ? WHERE id = ?", number, thread_id)


async def write_downloads() -> int:
    """Add what was fetched to the files; return to how many. A chore."""
    return await DOWNLOADS.write(_add_download)


async def _add_download(upload_id: int, number: int) -> None:
    await execute("UPDATE uploads SET downloads = downloads + ? WHERE id = ?", number, upload_id)
