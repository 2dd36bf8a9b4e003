"""How often threads were opened: kept in memory and written by a chore, so that reading a page writes nothing."""

from collections import Counter
from typing import Final

_held: Final[Counter[int]] = Counter()


def opened(thread_id: int) -> None:
    """Remember that somebody opened a thread just now; nobody is told who."""
    _held[thread_id] += 1


def hold(reads: dict[int, int]) -> None:
    """Remember so many reads of threads until somebody takes them."""
    _held.update(reads)


def take_reads() -> dict[int, int]:
    """Return the reads of each thread since the last time somebody asked, and forget them."""
    taken = dict(_held)
    _held.clear()
    return taken
