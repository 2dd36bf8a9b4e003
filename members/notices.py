"""Who is told when something happens in members/: letters about accounts, and to those who are invited."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Final

from base.journal import Handler
from base.journal.models import Entry
from base.mail import Letter, send
from members import alert_notices, joining_notices, ledger_notices
from members.letters import (
    confirm_letter,
    identity_letter,
    invitation_letter,
    invite_letter,
    known_letter,
    own_data_letter,
    reset_letter,
)
from members.models import DataExport, Departure, Invitation, Member
from members.queries.invited import Closed, check_opens
from members.queries.mail_content import may_quote_to_address
from members.rules import WAITING, may_reset

Writer = Callable[[Member, Entry], Letter | None]


def _confirm(member: Member, entry: Entry) -> Letter | None:
    if member.state not in WAITING or not member.password_hash:
        return None
    return confirm_letter(member, key=f"confirm:{entry.id}", attempt=entry.data.get("attempt", ""))


def _known(member: Member, entry: Entry) -> Letter | None:
    return known_letter(member, key=f"known:{entry.id}") if member.state == "active" else None


def _reset(member: Member, entry: Entry) -> Letter | None:
    return reset_letter(member, key=f"reset:{entry.id}") if may_reset(member.state) else None


def _invited(member: Member, entry: Entry) -> Letter | None:
    return invite_letter(member, key=f"invite:{entry.id}") if member.state == "staged" else None


def _identity(member: Member, entry: Entry) -> Letter | None:
    what, data = entry.kind.partition(".")[2], entry.data
    if member.state != "active" or data.get("is_new"):
        return None
    provider, stamp = str(data.get("provider", "")), str(data.get("stamp", ""))
    return identity_letter(member, what, provider, stamp, key=f"identity:{entry.id}")


async def write_of_own_data(entries: Sequence[Entry]) -> None:
    """Tell that a copy is ready, that somebody leaves, or that they stay after all."""
    for entry in entries:
        member = await Member.get_or_none(id=entry.subject_id)
        if member is None or not member.email:
            continue
        what, key = entry.kind.partition(".")[2], f"own-data:{entry.id}"
        if what == "ready" and (copy := await DataExport.get_or_none(member_id=member.id, state="ready")):
            await send(own_data_letter(member, what, copy.expires_at or entry.at, key=key))
        elif what == "leaving" and (leaving := await Departure.get_or_none(member_id=member.id, state="waiting")):
            await send(own_data_letter(member, what, leaving.due_at, key=key))
        elif what == "stayed" and member.state == "active":
            await send(own_data_letter(member, what, entry.at, key=key))


_WRITERS: Final[Mapping[str, Writer]] = {
    "member.registered": _confirm,
    "member.registered_again": _known,
    "confirmation.asked": _confirm,
    "password.forgotten": _reset,
    "member.invited": _invited,
    "identity.asked": _identity,
    "identity.linked": _identity,
    "identity.unlinked": _identity,
}


async def write_letters(entries: Sequence[Entry]) -> None:
    """Write the letter each entry asks for; nobody is written to who has no account or address."""
    for entry in entries:
        writer = _WRITERS.get(entry.kind)
        member = await Member.get_or_none(id=entry.subject_id) if writer else None
        if writer is None or member is None or not member.email:
            continue
        letter = writer(member, entry)
        if letter is not None:
            await send(letter)


async def write_invitations(entries: Sequence[Entry]) -> None:
    """Write to those who are invited, unless they came or the invitation was closed meanwhile."""
    for entry in entries:
        ids = entry.data.get("ids", [entry.subject_id])
        found = Invitation.filter(id__in=ids, email__not_isnull=True).order_by("id")
        for invitation in await found.select_related("organisation", "invited_by"):
            with suppress(Closed):
                await check_opens(invitation)
                if not await may_quote_to_address(invitation.email or ""):
                    invitation.welcome = ""  # it stands on the page that the letter leads to
                await send(invitation_letter(invitation, is_reminder=entry.kind == "invitation.reminded"))


SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {
    "account_letters": (tuple(_WRITERS), write_letters),
    "account_alerts": (alert_notices.KINDS, alert_notices.write_alerts),
    "own_data_letters": (("data.ready", "member.leaving", "member.stayed"), write_of_own_data),
    "ledger_letters": (ledger_notices.KINDS, ledger_notices.ask_for_checks),
    "joining_letters": (joining_notices.LETTERS, joining_notices.write_letters),
    "invitation_letters": (("invitation.sent", "invitation.reminded"), write_invitations),
}
