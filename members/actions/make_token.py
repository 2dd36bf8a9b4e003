"""Make and revoke personal tokens."""

from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Missing, Refused
from base.inputs import BlankIsNone, Input, Line
from members import rules
from members.models import Token
from members.secrets import hash_secret, new_secret
from members.viewer import Viewer

PREFIX: Final = "cp_"
MOST: Final = 50


class NewToken(Input):
    """What a token is for, and for how many days it is good; without a number it does not end."""

    name: Line = Field(min_length=1, max_length=80, title="Name")
    days: Annotated[int | None, BlankIsNone] = Field(None, ge=1, le=3650, title="Days")


async def make_token(member_id: int, name: str, days: int | None = None, *, session_id: int | None = None) -> str:
    """Make a personal token with the member's own rights and return it; only its hash is kept."""
    at, secret = now(), new_secret(PREFIX)
    async with transaction():
        made = await Token.create(
            member_id=member_id,
            name=name[:80],
            hash=hash_secret(secret),
            created_at=at,
            expires_at=at + timedelta(days=days) if days else None,
        )
        data = {"name": name[:80], "session": session_id}
        await journal.record("token.made", actor_id=member_id, subject_id=made.id, data=data)
    return secret


async def make_own_token(viewer: Viewer, given: NewToken) -> str:
    """Make a personal token for the viewer and return it."""
    rules.check_may_make_token(viewer)
    rules.check_may_act_now(viewer, now())
    if await Token.filter(member_id=viewer.member_id, revoked_at=None).count() >= MOST:
        raise Refused(f"You have {MOST} tokens. Please revoke those you do not use.")
    return await make_token(viewer.member_id, given.name, given.days, session_id=viewer.session_id)


async def end_tokens(member_id: int) -> int:
    """End every token of a member, inside the caller's transaction; return how many."""
    ids = [token.id for token in await Token.filter(member_id=member_id, revoked_at=None).only("id")]
    await Token.filter(id__in=ids).update(revoked_at=now())
    for token_id in ids:
        await journal.record("token.revoked", actor_id=member_id, subject_id=token_id)
    return len(ids)


async def revoke_token(viewer: Viewer, token_id: int) -> None:
    """End one of the viewer's own tokens."""
    async with transaction():
        changed = await Token.filter(id=token_id, member_id=viewer.member_id, revoked_at=None).update(revoked_at=now())
        if not changed:
            raise Missing("There is no such token, or it was revoked.")
        await journal.record("token.revoked", actor_id=viewer.member_id, subject_id=token_id)
