"""Sign in and out."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated, Any, Final
from weakref import WeakValueDictionary

from pydantic import Field

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input
from base.limits import check_limit, check_limits, count_against, count_against_each
from base.mail import Address
from members.actions.note_device import note_device
from members.actions.stay import stay
from members.actions.wait_for_code import Waiting, must_wait, wait_for_code
from members.devices import UNKNOWN, Device
from members.inbox_bell import ring_for
from members.models import Member, Provider, Session
from members.passwords import LONGEST, hash_password, is_outdated, is_password
from members.queries.facts import facts_of_member
from members.queries.providers import check_door
from members.rules import check_may_enter, has_own_door
from members.secrets import hash_secret, new_secret
from members.viewer import Viewer

LIMITS: Final = ("6/minute", "30/hour")
PER_ADDRESS: Final = "100/hour"
WRONG: Final = "This address and this password do not belong together."
_BATCH: Final = 500
_at_the_door: Final[WeakValueDictionary[tuple[str, str], asyncio.Lock]] = WeakValueDictionary()


class SignIn(Input):
    """What somebody gives to sign in."""

    email: Address = Field(title="E-mail address")
    password: Annotated[str, Field(min_length=1, max_length=LONGEST * 5)]
    door: Annotated[str, Field(max_length=10)] = Field("", title="Door")

    @property
    def is_staff_door(self) -> bool:
        """Say whether this is the door for those who hold a role of the site, whatever their organisation asks for."""
        return self.door == "staff"


async def check_tries(viewer: Viewer, email: str) -> None:
    """Raise TooMany when too many sign-ins to this account, or from this network address, have failed."""
    await check_limits("sign-in", LIMITS, email, viewer.address)
    await check_limit("sign-in-address", PER_ADDRESS, viewer.address)


async def count_failure(viewer: Viewer, email: str) -> None:
    """Count a failed sign-in; those that succeed cost nothing."""
    await count_against_each("sign-in", LIMITS, email, viewer.address)
    await count_against("sign-in-address", PER_ADDRESS, viewer.address)


@asynccontextmanager
async def at_the_door(viewer: Viewer, email: str) -> AsyncIterator[None]:
    """Let one after the other look at a password of an account from an address; raise TooMany after many failures.

    A burst would else be checked before its first failure counts: failures are counted within the block.
    """
    async with _at_the_door.setdefault((email, viewer.address), asyncio.Lock()):
        await check_tries(viewer, email)
        yield


async def sign_in(viewer: Viewer, given: SignIn, *, device: Device = UNKNOWN) -> str | Waiting:
    """Begin a sign-in and return its secret for the cookie; raises the same for a wrong address and password.

    Of who signs in with two steps nothing begins yet: a code has to follow. Where an organisation asks for its own
    provider, which depends on the address alone, the door is closed; there is another for those with a role.
    """
    if not given.is_staff_door:
        await check_door(given.email)
    async with at_the_door(viewer, given.email):
        member = await Member.get_or_none(email=given.email)
        if not await is_password(member.password_hash if member else "", given.password) or member is None:
            await count_failure(viewer, given.email)
            raise Invalid({"password": WRONG}, {"email": given.email})
    check_may_enter(member.state)
    if given.is_staff_door and not has_own_door(await facts_of_member(member.id)):
        await check_door(given.email)
    fresh = await hash_password(given.password) if is_outdated(member.password_hash) else None
    async with transaction():
        held = await Member.filter(id=member.id).select_for_update().get()
        check_may_enter(held.state)
        if held.password_changed_at != member.password_changed_at:  # while this one was being looked at
            raise Invalid({"password": WRONG}, {"email": given.email})
        if fresh is not None:
            await Member.filter(id=member.id, password_hash=member.password_hash).update(password_hash=fresh)
        if await must_wait(held):
            return await wait_for_code(member.id)
        return await begin_session(viewer, member.id, device=device)


async def begin_session(viewer: Viewer, member_id: int, *, device: Device, **more: Any) -> str:
    """Write a sign-in with a secret of its own, inside the caller's transaction; the browser's older one ends.

    Of one that began at a provider there is more to keep: which, when they proved who they are, and in how many steps.
    """
    if provider_id := more.get("provider_id"):
        await hold_provider(provider_id)
    if viewer.session_id is not None:
        await end_sessions(viewer.member_id, id=viewer.session_id)
    at, secret = now(), new_secret()
    session = await Session.create(
        member_id=member_id,
        hash=hash_secret(secret),
        device=device.words[:120],
        address=viewer.address[:45],
        created_at=at,
        seen_at=at,
        expires_at=at + timedelta(days=settings.get().session_days),
        **more,
    )
    await Member.filter(id=member_id).update(last_seen_at=at)
    await stay(member_id)
    await journal.record("session.started", actor_id=member_id, subject_id=session.id)
    await note_device(member_id, session, device)
    return secret


async def hold_provider(provider_id: int, **unchanged: Any) -> bool:
    """Let nobody change a provider before the caller's transaction ends; say whether it is still as it was.

    Before links, sign-ins and what waits for a code: who turns it off takes them in this order, too.
    """
    held = Provider.filter(id=provider_id, **unchanged).select_for_update(no_key=True)
    return await held.first() is not None


async def sign_out(viewer: Viewer) -> None:
    """End the sign-in of this browser."""
    if viewer.session_id is not None:
        async with transaction():
            await end_sessions(viewer.member_id, id=viewer.session_id)


async def end_sessions(member_id: int, **which: Any) -> int:
    """End sign-ins of a member that are still open, inside the caller's transaction; return how many."""
    return await _end({}, member_id=member_id, **which)


async def end_sessions_by(provider_id: int, *, is_going: bool = False, **which: Any) -> int:
    """End everybody's sign-ins that began at a provider, inside the caller's transaction, which holds the provider.

    Of one that `is_going` they are let go of at the same time. To change a row twice in a transaction would make
    PostgreSQL look for its member again, whom somebody may hold who waits for the provider.
    """
    return await _end({"provider_id": None} if is_going else {}, provider_id=provider_id, **which)


async def _end(also: Mapping[str, Any], /, **which: Any) -> int:
    found = await Session.filter(revoked_at=None, **which).values_list("id", "member_id")
    for start in range(0, len(found), _BATCH):
        ids = [session_id for session_id, _ in found[start : start + _BATCH]]
        await Session.filter(id__in=ids).update(revoked_at=now(), **also)
    for session_id, member_id in found:
        await journal.record("session.ended", actor_id=member_id, subject_id=session_id)
    await ring_for(member_id for _, member_id in found)
    return len(found)
