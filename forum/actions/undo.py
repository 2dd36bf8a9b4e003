"""Take back what was done to a whole thread, within ten minutes."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from base.errors import Missing
from forum.actions.announce_above import unset_banner
from forum.actions.close_later import unset_closing
from forum.actions.convert import unconvert
from forum.actions.merge import unmerge
from forum.actions.move import unmove
from forum.actions.pin import unset_pin
from forum.actions.split import unsplit
from forum.banners import look_again
from forum.queries.changes import kind_of
from forum.queries.facts import thread_facts
from forum.rules import check_may_see
from members.viewer import Viewer

_UNDOES: Final[Mapping[str, Callable[[Viewer, int, int], Awaitable[str]]]] = {
    "moved": unmove,
    "split": unsplit,
    "merged": unmerge,
    "converted": unconvert,
    "closing": unset_closing,
    "pinned": unset_pin,
    "banner": unset_banner,
}


async def undo(viewer: Viewer, thread_id: int, change_id: int) -> str:
    """Put back what a change of a thread has changed; return what became of what was written since, if anything was."""
    check_may_see(viewer, await thread_facts(thread_id))
    work = _UNDOES.get(await kind_of(thread_id, change_id))
    if work is None:
        raise Missing("There is no such change of this thread.")
    told = await work(viewer, thread_id, change_id)
    await look_again()
    return told
