"""Signed links in letters: to confirm an address, to choose a new password, to stop notices, to come by invitation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from base import settings
from base.errors import Invalid, Missing
from base.signing import sign, unsign
from members.models import Invitation, Member

JOIN_SECONDS: Final = 48 * 3600
RESET_SECONDS: Final = 2 * 3600
USED: Final = "This link has been used or replaced by a newer one."


@dataclass(frozen=True, slots=True)
class Proof:
    """What a link proves: who could read the mail, and what had to be true of the member when it was written."""

    member_id: int
    stamp: int
    attempt: str = ""


def stamp_of(member: Member) -> int:
    """Return a number that changes with the password and the address, so that older links end with it."""
    at = member.password_changed_at
    return int(at.timestamp() * 1_000_000) if at else 0


def join_link(member: Member, attempt: str) -> str:
    """Return the link that confirms the address; `attempt` is the hash of what the asking browser holds."""
    return _link("/join/confirm", "join", [member.id, stamp_of(member), member.email, attempt])


def reset_link(member: Member) -> str:
    """Return the link at which a new password may be chosen, once."""
    return _link("/reset", "reset", [member.id, stamp_of(member), member.email])


def identity_link(member: Member, arrived: str) -> str:
    """Return the link that proves the mailbox of who came from a provider, in the browser that came."""
    return _link("/sign-in/link", "identity-link", link_stamp(member, arrived))


def link_stamp(member: Member, arrived: str) -> list[object]:
    """Return what such a link says: whose account, how it was, and who came."""
    return [member.id, stamp_of(member), member.email, arrived]


def unsubscribe_link(member_id: int) -> str:
    """Return the link that stops mail about notices; it does not expire, for old mail must keep its promise."""
    return _link("/unsubscribe", "unsubscribe", member_id)


def _link(path: str, purpose: str, value: object) -> str:
    return f"{settings.get().address}{path}?token={sign(purpose, value)}"


async def member_of_join(token: str) -> tuple[Member, Proof]:
    """Return the member a confirming link was written for; raises Invalid when it no longer counts."""
    member_id, stamp, email, attempt = unsign("join", token, seconds=JOIN_SECONDS)
    return await _still(member_id, stamp, email), Proof(member_id, stamp, attempt)


async def member_of_reset(token: str) -> tuple[Member, Proof]:
    """Return the member a password link was written for; raises Invalid when it no longer counts."""
    member_id, stamp, email = unsign("reset", token, seconds=RESET_SECONDS)
    return await _still(member_id, stamp, email), Proof(member_id, stamp)


async def _still(member_id: int, stamp: int, email: str) -> Member:
    member = await Member.get_or_none(id=member_id)
    if member is None or stamp_of(member) != stamp or member.email != email:
        raise Invalid({"link": USED})
    return member


def member_of_unsubscribe(token: str) -> int:
    """Return the id of the member whose mail a link stops."""
    return int(unsign("unsubscribe", token))


def invitation_token(invitation_id: int, created_at: datetime) -> str:
    """Return the signed name of an invitation; the moment keeps it from naming a later one with the same number."""
    return sign("invitation", [invitation_id, _moment(created_at)])


def invitation_link(invitation_id: int, created_at: datetime) -> str:
    """Return the link at which an invitation is accepted; how long it is good for stands in its row."""
    return f"{settings.get().address}/invitation/{invitation_token(invitation_id, created_at)}"


async def invitation_of(token: str) -> Invitation:
    """Return the invitation that a link names, in whatever state it is; raises Missing when it was altered."""
    try:
        id_, moment = unsign("invitation", token)
    except Invalid:
        raise Missing("This invitation is not valid. Please copy the whole address from the letter.") from None
    found = await Invitation.filter(id=id_).select_related("organisation", "invited_by").first()
    if found is None or _moment(found.created_at) != moment:
        raise Missing("This invitation is no longer valid.")
    return found


def _moment(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)
