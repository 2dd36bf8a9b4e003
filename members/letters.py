"""The letters that members get."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from base import settings
from base.mail import Letter, letter_from
from members.links import invitation_link, join_link, reset_link, unsubscribe_link
from members.models import Invitation, Member
from members.queries.uses import UseRow


def _to(member: Member) -> str:
    if not member.email:
        raise ValueError(f"member {member.id} has no address")
    return member.email


def confirm_letter(member: Member, *, key: str, attempt: str) -> Letter:
    """Ask for the proof that the address belongs to who registered."""
    data = {"name": member.name, "link": join_link(member, attempt), "is_known": member.state == "staged"}
    return letter_from("confirm", data, key=key, to=_to(member), locale=member.locale)


def known_letter(member: Member, *, key: str) -> Letter:
    """Tell that somebody registered with an address that has an account."""
    data = {"name": member.name, "link": reset_link(member)}
    return letter_from("known", data, key=key, to=_to(member), locale=member.locale)


def reset_letter(member: Member, *, key: str) -> Letter:
    """Bring the link at which a new password may be chosen."""
    data = {"name": member.name, "link": reset_link(member)}
    return letter_from("reset", data, key=key, to=_to(member), locale=member.locale)


def changed_letter(member: Member, *, key: str) -> Letter:
    """Tell that the password was changed."""
    return letter_from("changed", {"name": member.name}, key=key, to=_to(member), locale=member.locale)


def two_steps_letter(member: Member, what: str, left: int, *, key: str) -> Letter:
    """Tell what was done about signing in with two steps; `left` is how many recovery codes there are still."""
    data = {"name": member.name, "what": what, "left": left}
    return letter_from("two_steps", data, key=key, to=_to(member), locale=member.locale)


def own_data_letter(member: Member, what: str, at: datetime, *, key: str) -> Letter:
    """Tell that the copy of their data is ready, that they are leaving until a day, or that they stay."""
    data = {"name": member.name, "what": what, "at": at}
    return letter_from("own_data", data, key=key, to=_to(member), locale=member.locale)


def invite_letter(member: Member, *, key: str) -> Letter:
    """Offer the account of somebody whose contributions were imported."""
    data = {"name": member.name, "link": reset_link(member)}
    return letter_from("invite", data, key=key, to=_to(member), locale=member.locale)


def ledger_letter(member: Member, organisation: str, slug: str, uses: Sequence[UseRow], *, key: str) -> Letter:
    """Ask whether what stands in an organisation's platform ledger is still right."""
    link = f"{settings.get().address}/organisations/{slug}/platforms"
    data = {"name": member.name, "organisation": organisation, "uses": uses, "link": link}
    return letter_from(
        "ledger", data, key=key, to=_to(member), locale=member.locale, unsubscribe=unsubscribe_link(member.id)
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One notice in a letter."""

    kind: str
    actor: str
    text: str
    url: str
    reason: str


def notices_letter(member: Member, subject: str, told: Sequence[Told], *, key: str, about: str) -> Letter:
    """Gather the notices about one thing into one letter."""
    kinds = {one.kind for one in told}
    data = {
        "name": member.name,
        "title": subject,
        "notices": told,
        "kind": kinds.pop() if len(kinds) == 1 else "",
        "reasons": list(dict.fromkeys(one.reason for one in told if one.reason)),
    }
    return letter_from(
        "notices",
        data,
        key=key,
        to=_to(member),
        locale=member.locale,
        about=f"{about}:{member.id}",
        unsubscribe=unsubscribe_link(member.id),
    )


def invitation_letter(invitation: Invitation, *, is_reminder: bool = False) -> Letter:
    """Bring the link at which an invitation is accepted; each letter once, and the reminder once."""
    organisation, inviter = invitation.organisation, invitation.invited_by
    data = {
        "name": invitation.name,
        "inviter": inviter.name if inviter else "",
        "organisation": organisation.name if organisation else "",
        "role": invitation.role,
        "welcome": invitation.welcome,
        "link": invitation_link(invitation.id, invitation.created_at),
        "expires": invitation.expires_at,
        "is_reminder": is_reminder,
    }
    key = f"invitation:{invitation.id}:{'reminder' if is_reminder else invitation.letters}"
    locale = inviter.locale if inviter else "en"
    # Only an invitation that has an address is sent.
    return letter_from("invitation", data, key=key, to=str(invitation.email), locale=locale)
