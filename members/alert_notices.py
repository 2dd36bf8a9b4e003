"""Who is told what is done to their account: its member, by letter, whatever else they have switched off."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from base.journal.models import Entry
from base.mail import Letter, send
from members.alert_letters import changed_letter, device_letter, passkey_letter, token_letter, two_steps_letter
from members.models import Member, Token
from members.queries.passkeys import names_of_passkeys
from members.queries.where import Where, where

Writer = Callable[[Member, Entry, Where], Awaitable[Letter]]


async def _changed(member: Member, entry: Entry, at: Where) -> Letter:
    by_letter = entry.data.get("by") == "letter"
    left = 0 if by_letter else await Token.filter(member_id=member.id, revoked_at=None).count()
    return changed_letter(
        member,
        at,
        key=f"changed:{entry.id}",
        by_letter=by_letter,
        passkeys=await names_of_passkeys(member.id),
        tokens=int(entry.data.get("tokens", 0)) if by_letter else left,
    )


async def _two_steps(member: Member, entry: Entry, at: Where) -> Letter:
    what, left = entry.kind.partition(".")[2], int(entry.data.get("left", 0))
    removed = int(entry.data.get("passkeys", 0))
    return two_steps_letter(member, at, what, left, key=f"two-steps:{entry.id}", passkeys=removed)


async def _device(member: Member, entry: Entry, at: Where) -> Letter:
    return device_letter(member, at, key=f"device:{entry.id}")


async def _passkey(member: Member, entry: Entry, at: Where) -> Letter:
    what = entry.kind.partition(".")[2]
    return passkey_letter(member, at, what, str(entry.data.get("name", "")), key=f"passkey:{entry.id}")


async def _token(member: Member, entry: Entry, at: Where) -> Letter:
    return token_letter(member, at, str(entry.data.get("name", "")), key=f"token:{entry.id}")


_WRITERS: Final[Mapping[str, Writer]] = {
    "password.changed": _changed,
    "two_factor.on": _two_steps,
    "two_factor.off": _two_steps,
    "two_factor.reset": _two_steps,
    "two_factor.codes_made": _two_steps,
    "two_factor.recovery_used": _two_steps,
    "session.new_device": _device,
    "passkey.added": _passkey,
    "passkey.removed": _passkey,
    "passkey.refused": _passkey,
    "token.made": _token,
}
KINDS: Final = tuple(_WRITERS)


async def write_alerts(entries: Sequence[Entry]) -> None:
    """Write the letter of each entry to whose account it is; nobody is written to who cannot sign in.

    Who is leaving can: somebody else who takes the account meanwhile must not do so unnoticed.
    """
    for entry in entries:
        whose = entry.actor_id if entry.subject_kind == "token" else entry.subject_id
        member = await Member.get_or_none(id=whose)
        if (
            member is None
            or not member.email
            or member.state not in ("active", "leaving")
            or entry.kind not in _WRITERS
        ):
            continue
        at = await where(entry.at, entry.data, member.timezone)
        await send(await _WRITERS[entry.kind](member, entry, at))
