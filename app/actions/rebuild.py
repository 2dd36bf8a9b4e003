"""Let the search index be built anew beside the one in use."""

from base.db import transaction
from base.errors import Conflict
from base.journal import record
from members.rules import check_may_administer
from members.viewer import Viewer
from search_index.keep_up import ask_to_rebuild, rebuilding


async def rebuild_index(viewer: Viewer) -> None:
    """Begin a fresh index; search goes on with the old one until it is ready."""
    check_may_administer(viewer)
    if rebuilding() is not None:
        raise Conflict("The index is being built already.")
    async with transaction():
        await record("index.rebuild_wanted", actor_id=viewer.id, subject_id=0)
    if not ask_to_rebuild():
        raise Conflict("This server cannot build it just now. Please try again in a moment.")
