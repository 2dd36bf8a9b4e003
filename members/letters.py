"""The letters that members get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from base import settings
from base.mail import Letter, letter_from
from members.links import identity_link, invitation_link, join_link, reset_link, unsubscribe_link
from members.models import Invitation, Member
from members.queries.letter_form import Writer
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


def identity_letter(member: Member, what: str, provider: str, arrived: str, *, key: str) -> Letter:
    """Tell that a sign-in elsewhere was linked or taken off, or bring the link that links it (`asked`)."""
    data = {"name": member.name, "what": what, "provider": provider, "link": identity_link(member, arrived)}
    return letter_from("identity", data, key=key, to=_to(member), locale=member.locale)


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


def member_letter(member: Member, sender: Writer, subject: str, text: str, *, shows_address: bool, key: str) -> Letter:
    """Bring what a member writes to another one; an answer by mail reaches them only if they show their address."""
    site = settings.get().address
    data = {
        "name": member.name,
        "sender": sender.name,
        "organisation": sender.organisation,
        "is_vendor": sender.is_vendor,
        "about": subject,
        "text": text,
        "shows_address": shows_address,
        "link": f"{site}/people/{sender.handle}/write",
        "settings_link": f"{site}/settings/profile#f-accepts_letters",
    }
    reply_to = sender.email if shows_address else ""
    unsubscribe = unsubscribe_link(member.id)
    return letter_from(
        "member_letter", data, key=key, to=_to(member), locale=member.locale, unsubscribe=unsubscribe, reply_to=reply_to
    )


def joining_letter(member: Member, what: str, about: Mapping[str, str], *, key: str) -> Letter:
    """Tell what became of a request that an organisation joins: `what` is approved, declined or asked_back.

    `about` holds the name of the organisation, the words of who decided, and where to go on.
    """
    link = f"{settings.get().address}{about['path']}"
    data = {"name": member.name, "what": what, "link": link} | dict(about)
    return letter_from("joining", data, key=key, to=_to(member), locale=member.locale)


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


def bare_letter(member: Member, number: int, *, key: str) -> Letter:
    """Say that something waits in the inbox, and nothing of what it is: no title, name, text, or address with words.

    It hangs together with no other letter, which would tell what is about the same.
    """
    data = {"name": member.name, "number": number, "link": f"{settings.get().address}/inbox"}
    return letter_from(
        "bare", data, key=key, to=_to(member), locale=member.locale, unsubscribe=unsubscribe_link(member.id)
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
