"""Make somebody an administrator from the command line."""

from dataclasses import dataclass
from datetime import datetime

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.mail import normal_address
from members.actions.sign_in import end_sessions
from members.handles import free_handle
from members.models import Member, RoleGrant
from members.passwords import SHORTEST, hash_password, is_password


@dataclass(frozen=True, slots=True)
class MadeAdmin:
    """Who is an administrator now."""

    id: int
    handle: str


async def create_admin(email: str, password: str, name: str = "") -> MadeAdmin:
    """Make a new member an administrator, or one that exists, who then gets this password; harmless when repeated.

    Whoever can run commands owns the site, so only the length of the password is checked.
    """
    try:
        address = normal_address(email)
    except ValueError as wrong:
        raise Invalid({"email": str(wrong)}) from None
    if len(password) < SHORTEST:
        raise Invalid({"password": f"A password needs at least {SHORTEST} characters."})
    known = await Member.get_or_none(email=address)
    same = known is not None and await is_password(known.password_hash, password)
    stored, at = "" if same else await hash_password(password), now()
    async with transaction():
        return await write_admin(address, name, stored, at)


async def write_admin(address: str, name: str, stored: str, at: datetime) -> MadeAdmin:
    """Write the administrator, inside the caller's transaction; `stored` is the hash of a new password, if there is."""
    member = await Member.filter(email=address).select_for_update().first()
    if member is None:
        shown = name or address.partition("@")[0].replace(".", " ").title()
        member = await Member.create(handle=await free_handle(shown), name=shown, email=address, created_at=at, trust=1)
    changes: dict[str, object] = {"state": "active", "email_confirmed_at": member.email_confirmed_at or at}
    changes |= {"name": name} if name else {}
    if stored:
        changes |= {"password_hash": stored, "password_changed_at": at}
        await end_sessions(member.id)
    await Member.filter(id=member.id).update(**changes)
    held = await RoleGrant.filter(member_id=member.id, role="admin", scope="site")
    if not any(one.until is None or one.until > at for one in held):
        made = await RoleGrant.create(member_id=member.id, role="admin", since=at)
        data = {"role": "admin", "member_id": member.id, "scope_id": None}
        await journal.record("role.granted", actor_id=None, subject_id=made.id, data=data)
    await journal.record("member.edited", actor_id=None, subject_id=member.id)
    return MadeAdmin(member.id, member.handle)
