"""Give a role, and take it back."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Final, Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import BlankIsNone, Input, RowId
from members import rules
from members.actions.notify import notify
from members.actions.reckon_trust import place_trust
from members.models import Member, Region, RoleGrant
from members.viewer import Viewer

WORDS: Final = {
    "admin": "an administrator",
    "moderator": "a moderator",
    "editor": "an editor of practices",
    "community_leader": "a community leader",
}


class Grant(Input):
    """A role for a member; a community leader needs a region; without `until` it holds until it is taken back."""

    role: Literal["admin", "moderator", "editor", "community_leader"] = Field(title="Role")
    region: Annotated[RowId | None, BlankIsNone] = Field(None, title="Region")
    until: Annotated[date | None, BlankIsNone] = Field(None, title="Until")


async def grant(viewer: Viewer, member_id: int, given: Grant) -> int:
    """Give the member a role and return the grant's id."""
    rules.check_may_grant(viewer)
    at = now()
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, at)
    until = datetime.combine(given.until, time.max, UTC) if given.until else None
    if until is not None and until <= at:
        raise Invalid({"until": "This day has passed."}, given.model_dump())
    scope_id = await _region_of(given)
    async with transaction():
        member = await Member.filter(id=member_id, state="active").select_for_update().first()
        if member is None:
            raise Missing("There is no such member, or they have not joined.")
        held = await RoleGrant.filter(member_id=member_id, role=given.role, scope_id=scope_id)
        if any(_is_held(one, at) for one in held):
            raise Conflict(f"{member.name} already has this role. Take it back first to change its end.")
        made = await RoleGrant.create(
            member_id=member_id,
            role=given.role,
            scope="region" if scope_id else "site",
            scope_id=scope_id,
            granted_by_id=viewer.id,
            since=at,
            until=until,
        )
        data = {"role": given.role, "member_id": member_id, "scope_id": scope_id}
        await journal.record("role.granted", actor_id=viewer.id, subject_id=made.id, data=data)
        await place_trust(member.id)
        await _tell(member, made, viewer)
    return int(made.id)


async def _tell(member: Member, made: RoleGrant, viewer: Viewer) -> None:
    await notify(
        [member.id],
        key=f"role:{made.id}",
        kind="role",
        group="roles",
        subject=f"You are now {WORDS[made.role]}",
        text="",
        url=f"/people/{member.handle}",
        reason="This is about your account.",
        because="account",
        actor_id=viewer.id,
    )


def _is_held(one: RoleGrant, at: datetime) -> bool:
    return one.until is None or one.until > at


async def _region_of(given: Grant) -> int | None:
    if given.role not in rules.SCOPED_ROLES:
        return None
    region = await Region.get_or_none(id=given.region) if given.region else None
    if region is None:
        raise Invalid({"region": "Please choose the region that this community leader leads."}, given.model_dump())
    return int(region.id)


async def revoke(viewer: Viewer, grant_id: int) -> int:
    """Take a role back from now on and return whose it was; the last administrator stays one."""
    rules.check_may_grant(viewer)
    at = now()
    async with transaction():
        held = await RoleGrant.filter(id=grant_id).select_for_update().first()
        if held is None or not _is_held(held, at):
            raise Missing("This role is no longer held.")
        if held.role == "admin" and await is_last_admin(grant_id, at):
            raise Conflict("Somebody has to run the site: make somebody else an administrator first.")
        await RoleGrant.filter(id=grant_id).update(until=at)
        member_id: int = held.member_id  # type: ignore[attr-defined]
        data = {"role": held.role, "member_id": member_id, "scope_id": held.scope_id}
        await journal.record("role.revoked", actor_id=viewer.id, subject_id=grant_id, data=data)
        await place_trust(member_id)
    return member_id


async def is_last_admin(grant_id: int, at: datetime) -> bool:
    """Say whether nobody else would run the site without this grant, inside the caller's transaction."""
    # Locks every admin's grant, so that two administrators cannot take each other's role at the same moment.
    grants = await RoleGrant.filter(role="admin").select_for_update().order_by("id")
    others = [one.member_id for one in grants if one.id != grant_id and _is_held(one, at)]  # type: ignore[attr-defined]
    return not await Member.filter(id__in=others, state="active").exists()
