"""How often threads were opened, by their ids; nobody is told by whom."""

from typing import Final

from base.tally import Tally

READS: Final[Tally[int]] = Tally()


def opened(thread_id: int) -> None:
    """Remember that somebody opened a thread just now."""
    READS.hold({thread_id: 1})
