"""Tell those who decide of an organisation that asks to join; take it back once it is settled."""

from collections.abc import Sequence
from typing import Final

from base.journal.models import Entry
from members.actions.notify import notify, withdraw
from members.models import OrganisationRequest
from members.queries.deciders import deciders_for

KINDS: Final = (
    "organisation.asked",
    "organisation.answered",
    "organisation.approved",
    "organisation.declined",
    "organisation.withdrawn",
)


async def tell_deciders(entries: Sequence[Entry]) -> None:
    """Tell those who look after the region that a request waits or was answered; take it back once it is settled."""
    for entry in entries:
        request = await OrganisationRequest.get_or_none(id=entry.data.get("request_id", 0))
        if request is None:
            continue
        if request.state != "waiting":
            await withdraw(group=_group(request))
        elif entry.kind in ("organisation.asked", "organisation.answered"):
            await _tell(entry, request)


async def _tell(entry: Entry, request: OrganisationRequest) -> None:
    answered = entry.kind == "organisation.answered"
    await notify(
        await deciders_for(request.id) - {entry.actor_id or 0},
        key=f"joining:{entry.id}",
        kind="joining",
        group=_group(request),
        subject=f"{request.name} asks to join",
        text=request.answer if answered else request.why,
        url=f"/organisation-requests/{request.id}",
        reason="You look after its region, or the site.",
        because="deciding",
        actor_id=entry.actor_id,
    )


def _group(request: OrganisationRequest) -> str:
    return f"joining:{request.id}"
