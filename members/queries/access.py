"""A member's own sign-ins and tokens."""

from dataclasses import dataclass
from datetime import datetime

from base.clock import now
from members.models import Session, Token
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One open sign-in."""

    id: int
    device: str
    address: str
    since: datetime
    seen: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token that has not been revoked."""

    id: int
    name: str
    made: datetime
    used: datetime | None
    expires: datetime | None
    is_expired: bool


async def own_sessions(viewer: Viewer) -> list[SignInRow]:
    """Return the viewer's open sign-ins: this one, then the last seen first."""
    found = await Session.filter(member_id=viewer.member_id, revoked_at=None, expires_at__gt=now()).order_by("-seen_at")
    listed = [
        SignInRow(
            one.id, one.device or "Unknown device", one.address, one.created_at, one.seen_at,
            one.id == viewer.session_id,
        )
        for one in found
    ]  # fmt: skip
    return sorted(listed, key=lambda one: not one.is_this)


async def own_tokens(viewer: Viewer) -> list[TokenRow]:
    """Return the viewer's tokens, the newest first."""
    found = await Token.filter(member_id=viewer.member_id, revoked_at=None).order_by("-id")
    at = now()
    return [
        TokenRow(
            one.id, one.name, one.created_at, one.used_at, one.expires_at,
            one.expires_at is not None and one.expires_at <= at,
        )
        for one in found
    ]  # fmt: skip
