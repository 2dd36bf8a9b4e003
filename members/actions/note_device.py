"""Know the browsers in which a member signs in, so that they are told of a new one; forget those they throw out."""

from datetime import timedelta
from typing import Any, Final

from base import journal
from base.clock import now
from base.db import execute
from base.signing import blurred
from members.devices import Device
from members.models import KnownDevice, Session

_KEPT: Final = timedelta(days=400)


async def note_device(member_id: int, session: Session, device: Device) -> None:
    """Note where a sign-in began, inside the caller's transaction; a new browser is told of, but not the very first."""
    at = now()
    # Keyed, and with the member: nobody can tell from the table who shares a computer with whom.
    known_as = blurred("device", f"{member_id}:{device.secret}") if device.secret else ""
    if known_as and await KnownDevice.filter(hash=known_as).update(seen_at=at, session_id=session.id):
        return
    is_first = not await Session.filter(member_id=member_id, id__not=session.id).exists()
    if known_as:
        await KnownDevice.filter(member_id=member_id, seen_at__lt=at - _KEPT).delete()
        await execute(
            "INSERT INTO known_devices (member_id, hash, session_id, seen_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            member_id, known_as, session.id, at,
        )  # fmt: skip
    if not is_first:
        data = {"session": session.id}
        await journal.record("session.new_device", actor_id=member_id, subject_id=member_id, data=data)


async def forget_devices(member_id: int, **which: Any) -> None:
    """Forget browsers of a member, inside the caller's transaction: the next sign-in there is told of as a new one."""
    await KnownDevice.filter(member_id=member_id, **which).delete()
