"""Who is asked whether an organisation's platform ledger is still right: its administrators, by a letter each."""

from collections.abc import Sequence
from typing import Final

from base.journal.models import Entry
from base.mail import send
from members.letters import ledger_letter
from members.models import Member, Organisation
from members.queries.uses import UseRow, uses_of
from members.rules import OPEN_STATES

KINDS: Final = ("platform_use.asked",)


async def ask_for_checks(entries: Sequence[Entry]) -> None:
    """Write to the administrators of the organisation of each entry, unless it was confirmed meanwhile."""
    for entry in entries:
        found = await Organisation.get_or_none(id=entry.subject_id, state__in=OPEN_STATES)
        overdue = [use for use in await uses_of(entry.subject_id) if use.overdue]
        if found is not None and overdue:
            await _write(entry, found, overdue)


async def _write(entry: Entry, organisation: Organisation, overdue: Sequence[UseRow]) -> None:
    for member in await Member.filter(
        state="active", mail_notices=True, email__not_isnull=True, memberships__organisation_id=organisation.id,
        memberships__state="active", memberships__role="org_admin",
    ).order_by("id"):  # fmt: skip
        # The key lets a delivery that is repeated write nothing twice.
        key = f"ledger:{entry.id}:{member.id}"
        await send(ledger_letter(member, organisation.name, organisation.slug, overdue, key=key))
