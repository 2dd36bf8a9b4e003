"""Who is told by letter what became of a request that an organisation joins: who asked."""

from collections.abc import Sequence
from typing import Final

from base.journal.models import Entry
from base.mail import send
from members.letters import joining_letter
from members.models import OrganisationRequest
from members.queries.mail_content import may_quote_to

LETTERS: Final = ("organisation.approved", "organisation.declined", "organisation.asked_back")


async def write_letters(entries: Sequence[Entry]) -> None:
    """Write to who asked what was decided, or what is asked back; each once."""
    for entry in entries:
        found = OrganisationRequest.filter(id=entry.data.get("request_id", 0)).select_related(
            "asked_by", "organisation"
        )
        request = await found.first()
        if request is None or request.asked_by is None or not request.asked_by.email:
            continue
        what = entry.kind.partition(".")[2]
        if what not in ("asked_back", request.state):
            continue
        about = _about(request, what)
        if not await may_quote_to(request.asked_by.id):
            about["words"] = ""  # they stand on the page that the letter leads to
        await send(joining_letter(request.asked_by, what, about, key=f"joining:{entry.id}"))


def _about(request: OrganisationRequest, what: str) -> dict[str, str]:
    path = f"/organisation-requests/{request.id}"
    if what == "approved" and request.organisation is not None:
        path = f"/organisations/{request.organisation.slug}"
    return {
        "organisation": request.name,
        "words": request.note if what == "asked_back" else request.words,
        "path": path,
    }
