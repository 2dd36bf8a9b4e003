"""Sign in with two steps from now on: begin, switch on, get other recovery codes, switch off."""

from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid
from base.inputs import Input
from members import rules
from members.actions.sign_in import end_sessions
from members.actions.spend_code import check_wrong_codes, count_wrong_code, spend_step
from members.models import Member, Passkey, RecoveryCode, SecondStep, TwoFactor
from members.queries.passkeys import ways_of
from members.queries.two_steps import takes_two
from members.two_steps import bare, hashed, new_codes, new_key, sealed
from members.viewer import Viewer

SHOWN_FOR: Final = timedelta(minutes=15)
"""How long a secret that is being set up is shown to the sign-in that began."""
NOT_RIGHT: Final = "This code is not right. Is the clock of the device with the app right? Wait for its next code."


class FirstCode(Input):
    """A code that the app shows, as the proof that it knows the secret."""

    code: Annotated[str, Field(max_length=200)] = ""


async def begin_two_steps(viewer: Viewer) -> None:
    """Make a secret for the viewer's app; one that this sign-in made in the last minutes stays."""
    rules.check_may_act_now(viewer, now())
    _check_off(viewer)
    async with transaction():
        await Member.filter(id=viewer.member_id).select_for_update().get()  # two at once: one after the other
        known = await TwoFactor.filter(member_id=viewer.member_id).select_for_update().first()
        if known is not None and (known.since is not None or _is_fresh(known, viewer)):
            return
        await TwoFactor.filter(member_id=viewer.member_id).delete()
        await TwoFactor.create(
            member_id=viewer.member_id, secret=sealed(new_key()), session_id=viewer.session_id, made_at=now()
        )
        await journal.record("two_factor.begun", actor_id=viewer.id, subject_id=viewer.member_id)


def _is_fresh(known: TwoFactor, viewer: Viewer) -> bool:
    return known.session_id == viewer.session_id and known.made_at > now() - SHOWN_FOR


def _check_off(viewer: Viewer) -> None:
    if viewer.has_two_steps:
        raise Conflict("You sign in with two steps already. Turn that off first to set it up with another app.")


async def switch_on(viewer: Viewer, given: FirstCode) -> list[str]:
    """Sign in with two steps from now on; return the recovery codes, which nobody can look up later."""
    rules.check_may_act_now(viewer, now())
    _check_off(viewer)
    await check_wrong_codes(viewer)
    codes, at = new_codes(), now()
    which = {"since__isnull": True, "session_id": viewer.session_id, "made_at__gt": at - SHOWN_FOR}
    async with transaction():
        await Member.filter(id=viewer.member_id).select_for_update().get()  # before a sign-in that sees none of it
        is_right = await spend_step(viewer.member_id, bare(given.code), **which)
        if is_right:
            await TwoFactor.filter(member_id=viewer.member_id).update(since=at, session_id=None)
            await _replace(viewer.member_id, codes)
            await end_sessions(viewer.member_id, id__not=viewer.session_id or 0)
            await _record("two_factor.on", viewer)
    if not is_right:
        await count_wrong_code(viewer)
        raise Invalid({"code": NOT_RIGHT}, given.model_dump())
    return codes


async def _replace(member_id: int, codes: list[str]) -> None:
    await RecoveryCode.filter(member_id=member_id).delete()
    await RecoveryCode.bulk_create([RecoveryCode(member_id=member_id, hash=hashed(member_id, code)) for code in codes])


async def make_codes(viewer: Viewer) -> list[str]:
    """Return ten other recovery codes; those of before are good no more."""
    rules.check_may_act_now(viewer, now())
    codes = new_codes()
    async with transaction():
        await Member.filter(id=viewer.member_id).select_for_update().get()
        ways = await ways_of(viewer.member_id)
        # What they are now, not what they were when the page was asked for.
        if not takes_two(replace(viewer, has_two_steps=ways.app, has_passkeys=ways.passkeys)):
            raise Conflict("You do not sign in with two steps.")
        await _replace(viewer.member_id, codes)
        await _record("two_factor.codes_made", viewer)
    return codes


async def switch_off(viewer: Viewer) -> None:
    """Sign in with the password alone again; whom the site asks for two steps is then led to set them up anew."""
    rules.check_may_act_now(viewer, now())
    async with transaction():
        if not await forget_two_steps(viewer.member_id):
            raise Conflict("You do not sign in with two steps.")
        await _record("two_factor.off", viewer)


async def forget_two_steps(member_id: int) -> bool:
    """Take away what codes of an app need, inside the caller's transaction; say whether they were asked for.

    Recovery codes stay where they stand in for passkeys, too.
    """
    if not await Passkey.filter(member_id=member_id).exists():
        await RecoveryCode.filter(member_id=member_id).delete()
    await SecondStep.filter(member_id=member_id).delete()
    were_on = await TwoFactor.filter(member_id=member_id, since__not_isnull=True).delete()
    await TwoFactor.filter(member_id=member_id).delete()
    return bool(were_on)


async def _record(kind: str, viewer: Viewer) -> None:
    data = {"session": viewer.session_id}
    await journal.record(kind, actor_id=viewer.id, subject_id=viewer.member_id, data=data)


async def are_own_codes(viewer: Viewer, codes: list[str]) -> bool:
    """Say whether these are recovery codes of the viewer, as were just shown."""
    known = await RecoveryCode.filter(member_id=viewer.member_id).values_list("hash", flat=True)
    return bool(codes) and {hashed(viewer.member_id, code) for code in codes} <= set(known)
