"""Who is told of what is done in an organisation: who decides that somebody waits, and people what was decided."""

from collections.abc import Sequence
from typing import Final

from base.journal.models import Entry
from base.text.excerpt import excerpt
from members.actions.notify import notify, withdraw
from members.models import Member, Membership, Organisation, OrganisationProposal
from members.queries.org_admins import administrators_of, who_decides_for

_DECIDED: Final = {
    "console.let_in": "You belong to {name} now",
    "console.declined": "{name} has not let you in",
    "console.paused": "Your place in {name} is suspended",
    "console.resumed": "You are back in {name}",
    "console.member_removed": "You do not belong to {name} any more",
    "console.admin_made": "You administrate {name} now",
    "console.admin_unmade": "You do not administrate {name} any more",
    "console.role_transferred": "You administrate {name} now",
}
_ANSWERED: Final = {"console.proposal_accepted": "accepted", "console.proposal_declined": "declined"}
_OVER: Final = (
    "console.let_in", "console.declined", "console.asking_taken_back", "console.placed", "console.removed",
    "console.came",
)  # fmt: skip
KINDS: Final = (
    *_DECIDED, *_ANSWERED, "console.asked", "console.left", "console.proposed", *_OVER[2:],
    "console.proposal_withdrawn",
)  # fmt: skip


async def tell_of_places(entries: Sequence[Entry]) -> None:
    """Tell whom each entry concerns; a subscriber, so it reads everything again and may be repeated."""
    for entry in entries:
        found = await Organisation.get_or_none(id=entry.subject_id)
        if found is None:
            continue
        if entry.kind == "console.asked":
            await _asked(entry, found)
        elif entry.kind == "console.left":
            await _left(entry, found)
        elif entry.kind == "console.proposed":
            await _proposed(entry, found)
        elif entry.kind in _ANSWERED or entry.kind == "console.proposal_withdrawn":
            await _answered(entry, found)
        if entry.kind in _DECIDED:
            await _decided(entry, found)
        if entry.kind in _OVER:
            await withdraw(key=_asking(found, entry))


def _asking(organisation: Organisation, entry: Entry) -> str:
    return f"asked-to-belong:{organisation.id}:{entry.data.get('member_id', 0)}"


async def _asked(entry: Entry, organisation: Organisation) -> None:
    """Tell who decides, unless that was done meanwhile."""
    waits = Membership.filter(
        organisation_id=organisation.id, member_id=entry.data.get("member_id", 0), state="pending"
    )
    known = await waits.first()
    member = await Member.get_or_none(id=entry.data.get("member_id", 0), state="active")
    if known is None or member is None:
        return
    await notify(
        await who_decides_for(organisation.id),
        key=_asking(organisation, entry),
        kind="decide",
        group=f"waiting:{organisation.id}",
        subject=f"Somebody asks to belong to {excerpt(organisation.name, 80)}",
        text=f"{member.name}: {known.words}" if known.words else member.name,
        url=f"/organisations/{organisation.slug}/console",
        reason="You let people into the organisation.",
        because="deciding",
        actor_id=member.id,
    )


async def _left(entry: Entry, organisation: Organisation) -> None:
    """Tell who runs the organisation: what the leaver looked after has to be handed on."""
    member = await Member.get_or_none(id=entry.data.get("member_id", 0), state="active")
    if member is None:
        return
    await notify(
        await administrators_of(organisation.id),
        key=f"left:{entry.id}",
        kind="left",
        group=f"left:{organisation.id}",
        subject=f"Somebody has left {excerpt(organisation.name, 80)}",
        text=member.name,
        url=f"/organisations/{organisation.slug}/console/people/{member.id}",
        reason="You administrate the organisation.",
        because="deciding",
        actor_id=member.id,
    )


async def _decided(entry: Entry, organisation: Organisation) -> None:
    """Tell a member what was decided about their place; who has left by themselves was not here to decide it."""
    words = str(entry.data.get("words") or entry.data.get("reason") or "")
    await notify(
        [int(entry.data.get("member_id", 0))],
        key=f"place:{entry.id}",
        kind="role",
        group=f"place:{organisation.id}",
        subject=_DECIDED[entry.kind].format(name=excerpt(organisation.name, 80)),
        text=words if entry.kind == "console.declined" else "",
        url=f"/organisations/{organisation.slug}",
        reason="It concerns your account.",
        because="account",
        actor_id=entry.actor_id,
    )


async def _proposed(entry: Entry, organisation: Organisation) -> None:
    proposal = await OrganisationProposal.get_or_none(id=entry.data.get("proposal", 0), state="open")
    if proposal is None:
        return
    await notify(
        await who_decides_for(organisation.id),
        key=f"org-proposal:{proposal.id}",
        kind="decide",
        group=f"org-proposals:{organisation.id}",
        subject=f"A change is proposed to {excerpt(organisation.name, 80)}",
        text=excerpt(proposal.what, 240),
        url=f"/organisations/{organisation.slug}/console",
        reason="You administrate the organisation.",
        because="deciding",
        actor_id=entry.actor_id,
    )


async def _answered(entry: Entry, organisation: Organisation) -> None:
    proposal = await OrganisationProposal.get_or_none(id=entry.data.get("proposal", 0))
    if proposal is None:
        return
    await withdraw(key=f"org-proposal:{proposal.id}")
    by: int | None = proposal.by_id  # type: ignore[attr-defined]
    if entry.kind in _ANSWERED and by is not None:
        await notify(
            [by],
            key=f"org-proposal-answer:{proposal.id}",
            kind="decision",
            group=f"org-proposal:{proposal.id}",
            subject=f"Your proposal to {excerpt(organisation.name, 80)} is {_ANSWERED[entry.kind]}",
            text=proposal.note,
            url=f"/organisations/{organisation.slug}",
            reason="You proposed it.",
            because="account",
            actor_id=entry.actor_id,
        )
