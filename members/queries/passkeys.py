"""What members see of their own passkeys, and which ways of signing in somebody has."""

from dataclasses import dataclass
from datetime import datetime

from base.db import rows
from base.errors import Missing
from members.models import Passkey
from members.passkeys import Known
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey; a synced one is kept by a password manager, on all devices that this is on."""

    id: int
    name: str
    made: datetime
    used: datetime | None
    is_synced: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """With what somebody can prove who they are, beside the password."""

    app: bool
    passkeys: bool


async def own_passkeys(viewer: Viewer) -> list[PasskeyRow]:
    """Return the viewer's passkeys, the oldest first."""
    found = await Passkey.filter(member_id=viewer.member_id).order_by("id")
    return [PasskeyRow(one.id, one.name, one.made_at, one.used_at, one.is_synced) for one in found]


async def own_passkey(viewer: Viewer, passkey_id: int) -> PasskeyRow:
    """Return one of the viewer's passkeys; raises Missing."""
    found = next((one for one in await own_passkeys(viewer) if one.id == passkey_id), None)
    if found is None:
        raise Missing("There is no such passkey, or it was removed.")
    return found


async def names_of_passkeys(member_id: int) -> list[str]:
    """Return what a member calls their passkeys; for letters."""
    return [one.name for one in await Passkey.filter(member_id=member_id).order_by("id").only("name")]


async def known_passkeys(member_id: int) -> list[Known]:
    """Return a member's passkeys as browsers want them, who must know of whom they ask."""
    return [Known(one.credential, one.transports) for one in await Passkey.filter(member_id=member_id).order_by("id")]


async def ways_of(member_id: int) -> Ways:
    """Return with what a member can take the second step, who has given the password."""
    found = await rows(
        "SELECT EXISTS (SELECT 1 FROM two_factors f WHERE f.member_id = ? AND f.since IS NOT NULL) AS app, "
        "EXISTS (SELECT 1 FROM passkeys k WHERE k.member_id = ?) AS passkeys",
        member_id, member_id,
    )  # fmt: skip
    return Ways(bool(found[0]["app"]), bool(found[0]["passkeys"]))
