"""Make the samples that an administrator asked for, when the journal says so, and tell how far that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.demo.ledger import PARTS, has_demo
from base.db import rows
from base.journal.models import Entry

NAME: Final = "samples"
KINDS: Final = ("samples.wanted",)
_done: Final[list[int]] = []


@dataclass(frozen=True, slots=True)
class Samples:
    """How the samples are: none, waiting, there or failed; `done` of `parts` while they are made in this process."""

    state: str
    done: int = 0
    parts: int = PARTS
    error: str = ""


async def make_samples(entries: Sequence[Entry]) -> None:
    """Make the samples, unless they are there."""
    if await has_demo():
        return
    from app.demo.fill import fill_demo  # a server that makes none does not keep it in memory

    try:
        await fill_demo(sign_ins=False, step=lambda done: _done.__setitem__(slice(None), [done]))
    finally:
        _done.clear()


async def how_samples_are() -> Samples:
    """Say how the samples are."""
    if await has_demo():
        return Samples("there", PARTS)
    owed = await rows("SELECT dead, error FROM journal_deliveries WHERE subscriber = ? ORDER BY id DESC LIMIT 1", NAME)
    if not owed:
        return Samples("none")
    if owed[0]["dead"] or owed[0]["error"]:
        return Samples("failed", error=str(owed[0]["error"]))
    return Samples("waiting", _done[0] if _done else 0)
