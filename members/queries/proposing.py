"""What somebody has proposed to their organisation."""

from dataclasses import dataclass
from datetime import datetime

from base.db import as_datetime, rows
from members.queries.facts import organisation_at
from members.rules import check_may_propose
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProposal:
    """A proposal of one's own; `state` is open, accepted or declined, `note` what was said to that."""

    id: int
    about: str
    what: str
    state: str
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposingPage:
    """What templates/members/organisation_propose.html shows."""

    id: int
    slug: str
    name: str
    own: tuple[OwnProposal, ...]


async def proposing_page(viewer: Viewer, slug: str) -> ProposingPage:
    """Return what somebody who proposes a change needs, in two statements."""
    found = await organisation_at(viewer, slug)
    check_may_propose(viewer, found.facts)
    own = await rows(
        "SELECT p.id, p.about, p.what, p.state, p.note, p.at FROM organisation_proposals p "
        "WHERE p.organisation_id = ? AND p.by_id = ? AND p.state <> 'withdrawn' ORDER BY p.id DESC LIMIT 20",
        found.facts.id, viewer.member_id,
    )  # fmt: skip
    return ProposingPage(
        id=found.facts.id,
        slug=found.slug,
        name=found.name,
        own=tuple(
            OwnProposal(
                id=row["id"], about=row["about"], what=row["what"], state=row["state"], note=row["note"],
                at=as_datetime(row["at"]),
            )
            for row in own
        ),
    )  # fmt: skip
