"""An invitation as its link finds it: whether it still opens, and what its holder sees."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from base.clock import now
from base.errors import Missing, refusal
from members.links import invitation_of
from members.models import Invitation, Member, OrganisationDomain
from members.queries.facts import facts_of_row
from members.queries.legal import LegalVersion, in_force
from members.queries.org_admins import is_run
from members.queries.viewer import viewer_of_member
from members.rules import OPEN_STATES, WAITING, check_may_enter, check_may_invite_as
from members.viewer import Viewer


class Closed(Missing):
    """An invitation that opens no longer; `ask` is who can write another one, empty when that is not known."""

    def __init__(self, sentence: str, ask: str = "") -> None:
        super().__init__(sentence)
        self.ask = ask


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedPage:
    """What templates/members/invited.html shows.

    `standing` says who opens it: new (nobody known), known (an account at that address that is not signed in), own (it
    is), or other (somebody else is signed in).
    """

    token: str
    organisation: str
    organisation_slug: str
    inviter: str
    role: str
    welcome: str
    email: str
    name: str
    title: str
    expires: datetime
    standing: str
    documents: tuple[LegalVersion, ...] = ()


_USED: Final = "This invitation has been accepted already. If it was you, please sign in."


async def open_invitation(token: str) -> Invitation:
    """Return the invitation that a link names; raises Closed when it opens no longer."""
    try:
        invitation = await invitation_of(token)
    except Missing as missing:
        raise Closed(missing.sentence) from None
    await check_opens(invitation)
    return invitation


async def check_opens(invitation: Invitation) -> None:
    """Raise Closed unless the invitation can be accepted now, and who wrote it may still invite so.

    Its organisation and inviter must be loaded.
    """
    check_is_open(invitation)
    inviter, organisation = invitation.invited_by, invitation.organisation
    if inviter is not None and organisation is not None:
        now_as = await viewer_of_member(inviter.id)
        # Who leads the region invited an administrator where there was none, and there may be one by now.
        runs = invitation.role != "staff" and await is_run(organisation.id)
        facts = facts_of_row(organisation)
        if now_as is None or refusal(check_may_invite_as, now_as, facts, invitation.role, is_run=runs):
            raise Closed("This invitation is no longer valid.")


def check_is_open(invitation: Invitation) -> None:
    """Raise Closed unless the invitation can be accepted now; its organisation and inviter must be loaded."""
    inviter, organisation = invitation.invited_by, invitation.organisation
    ask = inviter.name if inviter is not None and inviter.state == "active" else ""
    if invitation.used >= invitation.most_uses:
        raise Closed(_USED if invitation.email else "This link has been used by as many people as it was for.", ask)
    held = invitation.email is not None and invitation.sent_at is None
    withdrawn = invitation.revoked_at is not None or (
        inviter is not None and inviter.state in ("suspended", "leaving", "gone")
    )
    if held or withdrawn or (organisation is not None and organisation.state not in OPEN_STATES):
        raise Closed("This invitation is no longer valid.", ask)
    if invitation.expires_at <= now():
        raise Closed("This invitation has expired.", ask)


async def invited_page(viewer: Viewer, token: str, invitation: Invitation) -> InvitedPage:
    """Return what the holder of the link to an invitation sees."""
    organisation, inviter = invitation.organisation, invitation.invited_by
    return InvitedPage(
        token=token,
        organisation=organisation.name if organisation else "",
        organisation_slug=organisation.slug if organisation else "",
        inviter=inviter.name if inviter else "",
        role=invitation.role,
        welcome=invitation.welcome,
        email=invitation.email or "",
        name=invitation.name,
        title=invitation.title,
        expires=invitation.expires_at,
        standing=await _standing(viewer, invitation),
        documents=await in_force(viewer),
    )


async def _standing(viewer: Viewer, invitation: Invitation) -> str:
    """Say who opens it. That an address has an account is told to who holds the letter that was sent there."""
    if viewer.id is not None:
        own = await Member.get(id=viewer.id).only("email")
        return "own" if invitation.email in (None, own.email) else "other"
    if invitation.email is None:
        return "new"
    known = await Member.get_or_none(email=invitation.email).only("state")
    if known is None or known.state in WAITING:
        return "new"
    check_may_enter(known.state)
    return "known"


async def proves(email: str, organisation_id: int) -> bool:
    """Say whether the address stands in a mail domain that is confirmed to be the organisation's."""
    return await OrganisationDomain.filter(
        organisation_id=organisation_id, domain=email.rpartition("@")[2], verified_at__not_isnull=True
    ).exists()
