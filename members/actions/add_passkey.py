"""Add a passkey to one's account; remove it again."""

import secrets
from typing import Annotated, Final

from pydantic import Field
from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Line
from members import passkeys, rules
from members.actions.ask_passkey import Asked, new_challenge, of_session
from members.actions.take_passkey import PasskeyAnswer, in_bytes, opened, spend
from members.models import Member, Passkey, RecoveryCode
from members.passkeys import NotProven, as_text, check_new
from members.queries.passkeys import known_passkeys
from members.viewer import Viewer

MOST: Final = 20
_NOT_MADE: Final = "No passkey was made. Please try again; the browser asks you to confirm it."
_KNOWN: Final = "This passkey is in use already."


class NewPasskeyForm(PasskeyAnswer):
    """What a browser answered that made a passkey, and what its owner calls it."""

    name: Annotated[Line, Field(max_length=80, title="Name")] = ""


async def ask_to_make(viewer: Viewer) -> Asked:
    """Ask for a new passkey. The device is told who it is for by a number that means nothing elsewhere."""
    rules.check_may_act_now(viewer, now())
    member = await Member.get(id=viewer.member_id)
    first = await Passkey.filter(member_id=member.id).order_by("id").first()
    handle = first.handle if first else as_text(secrets.token_bytes(32))
    challenge, signed = new_challenge("make", of_session(viewer), handle)
    account = (member.email or member.handle, member.name)
    return Asked(passkeys.to_make(challenge, handle, account, await known_passkeys(member.id)), signed)


async def add_passkey(viewer: Viewer, given: NewPasskeyForm) -> int:
    """Keep the public half of a passkey that was just made."""
    rules.check_may_act_now(viewer, now())
    challenge, handle = opened(given, "make", of_session(viewer)) if given.passkey else ("", "")
    try:
        made = check_new(given.passkey, in_bytes(challenge))
    except NotProven:
        raise Invalid({"passkey": _NOT_MADE}, given.model_dump(include={"name"})) from None
    try:
        async with transaction():
            await Member.filter(id=viewer.member_id).select_for_update().get()  # two at once: one after the other
            if await Passkey.filter(member_id=viewer.member_id).count() >= MOST:
                raise Conflict(f"You have {MOST} passkeys. Please remove those that you do not use.")
            await spend(challenge)
            added = await Passkey.create(
                member_id=viewer.member_id,
                credential=made.credential,
                handle=handle,
                public_key=made.public_key,
                counter=made.counter,
                name=given.name or "Passkey",
                is_synced=made.is_synced,
                transports=made.transports,
                made_at=now(),
            )
            await _record("passkey.added", viewer, added)
    except IntegrityError:
        raise Invalid({"passkey": _KNOWN}, given.model_dump(include={"name"})) from None
    return int(added.id)


async def remove_passkey(viewer: Viewer, passkey_id: int) -> None:
    """Take one of the viewer's own passkeys out of use; recovery codes go with what they were for."""
    rules.check_may_act_now(viewer, now())
    async with transaction():
        await Member.filter(id=viewer.member_id).select_for_update().get()  # after a sign-in that it has just opened
        found = await Passkey.get_or_none(id=passkey_id, member_id=viewer.member_id)
        if found is None:
            raise Missing("There is no such passkey, or it was removed.")
        await Passkey.filter(id=found.id).delete()
        if not await Passkey.filter(member_id=viewer.member_id).exists() and not viewer.has_two_steps:
            await RecoveryCode.filter(member_id=viewer.member_id).delete()
        await _record("passkey.removed", viewer, found)


async def _record(kind: str, viewer: Viewer, which: Passkey) -> None:
    data = {"passkey": which.id, "name": which.name, "session": viewer.session_id}
    await journal.record(kind, actor_id=viewer.id, subject_id=viewer.member_id, data=data)
