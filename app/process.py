"""How long a process runs, what memory it has, and its counts, which its siblings read from a file."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import anyio.to_thread

from base import settings
from base.db.timing import TALLIES
from base.web.observed import REQUESTS
from members.live import listening

SNAPSHOT_SECONDS: Final = 10.0
_FRESH: Final = 60.0
_started: Final = time.time()


def uptime() -> float:
    """Return for how many seconds this process runs."""
    return time.time() - _started


def memory_bytes() -> int:
    """Return the memory of this process, 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def counts() -> dict[str, Any]:
    """Return the counts of this process as plain data."""
    return {
        "process": str(os.getpid()),
        "requests": [[*key, seen.count, seen.seconds, seen.within] for key, seen in REQUESTS.items()],
        "statements": [TALLIES.statements, TALLIES.seconds, TALLIES.slow],
        "memory": memory_bytes(),
        "started": _started,
        "listeners": listening(),
    }


def _folder() -> Path:
    return settings.get().data_dir / "run"


async def write_counts() -> None:
    """Leave the counts where the other processes of this site find them; a chore."""
    await anyio.to_thread.run_sync(_write, json.dumps(counts()))


def _write(text: str) -> None:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = folder / f"{os.getpid()}.new"
    fresh.write_text(text)
    fresh.replace(folder / f"{os.getpid()}.json")
    for file in folder.glob("*.json"):
        with suppress(FileNotFoundError):
            if time.time() - file.stat().st_mtime > _FRESH:
                file.unlink()


async def all_counts() -> list[dict[str, Any]]:
    """Return the counts of this process, and those that its live siblings left lately."""
    return [counts(), *await anyio.to_thread.run_sync(lambda: list(_siblings()))]


def _siblings() -> Iterator[dict[str, Any]]:
    for file in sorted(_folder().glob("*.json")):
        # A file that is just being replaced, or of a process that has just ended, is no one's any more.
        with suppress(FileNotFoundError, ValueError):
            if file.stem != str(os.getpid()) and time.time() - file.stat().st_mtime <= _FRESH:
                yield json.loads(file.read_text())
