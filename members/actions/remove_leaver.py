"""Remove somebody who has left an organisation: their place ends, and so does every way in that they held."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import BlankIsNone, Input
from members import rules
from members.actions.belong import as_now, end_place, held_organisation, place_held, void_invitations
from members.actions.sign_in import end_sessions
from members.models import Member, Token
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer


class Leaving(Input):
    """Since when somebody has left; without a day, since now."""

    until: Annotated[date | None, BlankIsNone] = Field(None, title="Last day")


@dataclass(frozen=True, slots=True)
class Left:
    """What ended with the place of a leaver."""

    sessions: int
    tokens: int


async def remove_leaver(viewer: Viewer, organisation_id: int, member_id: int, given: Leaving) -> Left:
    """End somebody's place, their sign-ins and their personal tokens; what they wrote stays.

    Their account stays as well: it is theirs. Without another organisation it is that of a guest.
    """
    at = now()
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    rules.check_may_end_place(viewer, member_id)
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, at)
    until = _last_moment(given, at)
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        await void_invitations(member_id, facts.id)
        known = await place_held(member_id, facts.id, "active", "paused")
        ended = Left(await end_sessions(member_id), await _revoke_tokens(viewer, member_id))
        counts: dict[str, Any] = {"sessions": ended.sessions, "tokens": ended.tokens}
        await end_place(viewer, known, "member_removed", until=until, **counts)
    return ended


def _last_moment(given: Leaving, at: datetime) -> datetime:
    if given.until is None or given.until == at.date():
        return at
    if given.until > at.date():
        raise Invalid({"until": "This day lies ahead. Please remove somebody once they have left."}, given.model_dump())
    return datetime.combine(given.until, time(12), UTC)


async def _revoke_tokens(viewer: Viewer, member_id: int) -> int:
    """End the personal tokens of a member; so does the way in of programs that they left running."""
    await Member.filter(id=member_id).select_for_update().first()
    ids = await Token.filter(member_id=member_id, revoked_at=None).values_list("id", flat=True)
    await Token.filter(id__in=ids).update(revoked_at=now())
    for token_id in ids:
        await journal.record("token.revoked", actor_id=viewer.id, subject_id=int(str(token_id)))
    return len(ids)
