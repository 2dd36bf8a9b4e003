"""Give up one's account; who signs in before it is done stays (members/actions/stay.py)."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid
from base.inputs import BlankIsNone, Input, Line
from members import rules
from members.actions.consent import record_consent
from members.actions.sign_in import end_sessions
from members.models import Departure, Member, Membership, Organisation, RoleGrant, Token
from members.queries.facts import facts_of_member
from members.queries.leaving import alone_for, is_last_admin
from members.viewer import Viewer

_STATES: Final = ("active", "suspended", "staged", "unverified", "leaving")
"""Whom an administrator erases; who leaves alone is active, or signing in would open a suspended account."""


class Leaving(Input):
    """What goes (the account, or what was written, too), when, and how practices name who leaves."""

    kind: Literal["erase", "withdraw"] = Field(title="What goes")
    when: Literal["later", "now"] = Field("later", title="When")
    credit: Annotated[Literal["name", "organisation", "no"] | None, BlankIsNone] = Field(None, title="Credit")
    understood: bool = Field(False, title="Understood")


class Erasure(Input):
    """Why an administrator erases somebody, and what goes; the reason is kept in the journal."""

    kind: Literal["erase", "withdraw"] = Field(title="What goes")
    reason: Line = Field(min_length=5, max_length=300, title="Reason")


async def leave(viewer: Viewer, given: Leaving) -> datetime:
    """Begin to leave and return when it is done; until then signing in stays everything."""
    rules.check_may_leave(viewer)
    rules.check_may_act_now(viewer, now())
    if not given.understood:
        raise Invalid({"understood": "Please tick that you have read what happens."}, given.model_dump())
    at = now()
    due = at if given.when == "now" else at + timedelta(days=settings.get().leaving_days)
    async with transaction():
        await _hold(viewer.member_id)
        await _check_handed_over(viewer.member_id)
        if given.credit is not None:
            await record_consent(viewer.member_id, "credit", given.credit)
        await _depart(viewer.member_id, given.kind, due)
        data = {"kind": given.kind, "due": due.isoformat()}
        await journal.record("member.leaving", actor_id=viewer.id, subject_id=viewer.member_id, data=data)
    return due


async def erase_member(viewer: Viewer, member_id: int, given: Erasure) -> None:
    """Erase somebody on their request, an administrator never; it begins at once, without days to think it over."""
    facts = await facts_of_member(member_id)
    rules.check_may_erase(viewer, facts)
    rules.check_may_act_now(viewer, now())
    async with transaction():
        await _hold(member_id)
        await Member.filter(id=member_id).select_for_update().first()  # as who gives a role holds them
        rules.check_may_erase(viewer, await facts_of_member(member_id))
        await _check_handed_over(member_id)
        await _depart(member_id, given.kind, now(), by_id=viewer.id)
        data = {"kind": given.kind, "reason": given.reason}
        await journal.record("member.erasing", actor_id=viewer.id, subject_id=member_id, data=data)


async def _hold(member_id: int) -> None:
    """Let nobody else who runs the site, or an organisation of theirs, leave or be taken the role from meanwhile."""
    await RoleGrant.filter(role="admin").select_for_update().order_by("id")
    run = await Membership.filter(member_id=member_id, role="org_admin").values_list("organisation_id", flat=True)
    # As the console holds them, whose acts wait here or are waited for.
    await Organisation.filter(id__in=run).select_for_update(no_key=True).order_by("id")


async def _check_handed_over(member_id: int) -> None:
    last, alone = await is_last_admin(member_id), await alone_for(member_id)
    rules.check_handed_over(is_last_admin=last, alone_for=alone)


async def _depart(member_id: int, kind: str, due: datetime, by_id: int | None = None) -> None:
    states = ("active",) if by_id is None else _STATES
    if not await Member.filter(id=member_id, state__in=states).update(state="leaving"):
        raise Conflict("This account is not one that can be given up.")
    await Departure.filter(member_id=member_id, state="waiting").update(state="cancelled", done_at=now())
    await Departure.create(member_id=member_id, kind=kind, by_id=by_id, asked_at=now(), due_at=due)
    await Token.filter(member_id=member_id, revoked_at=None).update(revoked_at=now())
    await end_sessions(member_id)
