"""Who is behind a mask: sealed with the site's secret, so that neither the tables nor a copy of them say it."""

from typing import Final

from base import sealing
from base.signing import blurred

_PURPOSE: Final = "masks"


def owner_key(member_id: int) -> str:
    """Return the keyed hash under which a member's masks are found."""
    return blurred("mask-owner", str(member_id))


def seal(member_id: int) -> str:
    """Return who is behind a mask, encrypted."""
    return sealing.seal(_PURPOSE, str(member_id))


def unseal(sealed: str) -> int:
    """Return the member behind a mask; raises base.sealing.Unreadable when the secret is another one."""
    return int(sealing.unseal(_PURPOSE, sealed))
