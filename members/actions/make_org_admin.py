"""Make somebody an administrator of an organisation, unmake one, and hand the role over."""

from typing import Final

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict
from members import rules
from members.actions.belong import as_now, check_not_last, held_organisation, place_held
from members.models import Member, Membership
from members.queries.facts import facts_of_organisation
from members.viewer import Viewer

_STAFF: Final = "staff, active"
_ADMIN: Final = "org_admin, active"


def _check_again(viewer: Viewer) -> None:
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, now())


async def make_org_admin(viewer: Viewer, organisation_id: int, member_id: int) -> None:
    """Let a member of the organisation administrate it, too."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    _check_again(viewer)
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        known = await _staff_held(member_id, facts.id)
        await Membership.filter(id=known.id).update(role="org_admin")
        await _record("admin_made", viewer, known, _STAFF, _ADMIN)


async def unmake_org_admin(viewer: Viewer, organisation_id: int, member_id: int) -> None:
    """Let an administrator be staff again; one always stays, unless the staff of the site decide otherwise."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    _check_again(viewer)
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        known = await place_held(member_id, facts.id, "active", "paused")
        if known.role != "org_admin":
            raise Conflict("This member is no administrator of the organisation.")
        await check_not_last(viewer, known)
        await Membership.filter(id=known.id).update(role="staff")
        before, after = f"org_admin, {known.state}", f"staff, {known.state}"
        await _record("admin_unmade", viewer, known, before, after)


async def transfer_role(viewer: Viewer, organisation_id: int, member_id: int) -> None:
    """Hand one's own role to a colleague: they administrate the organisation from now on, one does no longer."""
    rules.check_may_transfer(viewer, await facts_of_organisation(organisation_id), member_id)
    _check_again(viewer)
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_transfer(await as_now(viewer), facts, member_id)
        known = await _staff_held(member_id, facts.id)
        own = await place_held(viewer.member_id, facts.id, "active")
        await Membership.filter(id=known.id).update(role="org_admin")
        await Membership.filter(id=own.id).update(role="staff")
        await _record("role_transferred", viewer, known, _STAFF, _ADMIN)


async def _staff_held(member_id: int, organisation_id: int) -> Membership:
    """Return the place of a member who is staff, and whose account is open: else nobody could use the role."""
    known = await place_held(member_id, organisation_id, "active")
    if known.role == "org_admin":
        raise Conflict("This member is an administrator of the organisation already.")
    if not await Member.filter(id=member_id, state="active").exists():
        raise Conflict("This account is not open, so nobody could use the role.")
    return known


async def _record(what: str, viewer: Viewer, place: Membership, before: str, after: str) -> None:
    member_id: int = place.member_id  # type: ignore[attr-defined]
    organisation_id: int = place.organisation_id  # type: ignore[attr-defined]
    data = {"organisation_id": organisation_id, "role": after.partition(",")[0]}
    await journal.record("member.placed", actor_id=viewer.id, subject_id=member_id, data=data)
    told = {"member_id": member_id, "before": before, "after": after}
    await journal.record(f"console.{what}", actor_id=viewer.id, subject_id=organisation_id, data=told)
