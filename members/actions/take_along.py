"""Take along everything that an organisation has here; that it was taken is written down."""

from typing import Any, Final

from base import journal
from base.clock import now
from base.db import transaction
from base.limits import count_against
from members import rules
from members.queries.console import console_of
from members.queries.facts import facts_of_row
from members.queries.taking_along import everything_of
from members.viewer import Viewer

TAKES: Final = "10/hour"


async def take_along(viewer: Viewer, slug: str) -> dict[str, Any]:
    """Return everything the organisation has, for who administers it, or the site."""
    head, found = await console_of(viewer, slug, runs=True)
    rules.check_may_take_along(viewer, facts_of_row(found))
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, now())
    await count_against("take-along", TAKES, str(viewer.member_id))
    taken = await everything_of(viewer, found)
    async with transaction():
        told = {"after": {name: len(part) for name, part in taken.items() if isinstance(part, list)}}
        await journal.record("console.taken_along", actor_id=viewer.id, subject_id=head.id, data=told)
    return {"taken_at": now(), **taken}
