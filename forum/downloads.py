"""How often files were fetched, by their ids; nobody is told by whom."""

from typing import Final

from base.tally import Tally

DOWNLOADS: Final[Tally[int]] = Tally()


def fetched(upload_id: int) -> None:
    """Remember that somebody fetched a file just now."""
    DOWNLOADS.hold({upload_id: 1})
