"""Set a gap aside: nothing will be written about it; and put it back on the list."""

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Missing
from base.inputs import Input, Line
from members.viewer import Viewer
from search_index.models import DismissedGap
from search_index.queries.gaps import is_gap
from search_index.rules import check_may_read_gaps


class GapWords(Input):
    """The words that are looked for."""

    query: Line = Field(min_length=1, max_length=200, title="Search")


async def dismiss(viewer: Viewer, given: GapWords) -> None:
    """Take a gap off the list for as long as searches are kept; the journal does not say which words."""
    check_may_read_gaps(viewer)
    if not await is_gap(given.query):
        raise Missing("Nobody looks for this in vain any more.")
    async with transaction():
        made, fresh = await DismissedGap.get_or_create(query=given.query, defaults={"at": now()})
        if fresh:
            await journal.record("gap.dismissed", actor_id=viewer.id, subject_id=made.id)


async def put_back(viewer: Viewer, given: GapWords) -> None:
    """Put a gap back on the list."""
    check_may_read_gaps(viewer)
    async with transaction():
        found = await DismissedGap.get_or_none(query=given.query)
        if found is None:
            raise Missing("This is not set aside.")
        await found.delete()
        await journal.record("gap.put_back", actor_id=viewer.id, subject_id=found.id)
