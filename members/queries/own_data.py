"""The page of one's own data: the copy, what one agreed to, and how to leave."""

from dataclasses import dataclass
from datetime import datetime

from base.clock import now
from base.errors import Missing
from members.models import DataExport
from members.queries.legal import Consents, LegalVersion, consents_of, in_force
from members.rules import check_may_act_now, check_may_copy
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was asked for: `state` is asked, making, ready or failed, `percent` how far it is."""

    state: str
    percent: int
    part: str
    size: int
    asked: datetime
    ready: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class OwnDataPage:
    """What templates/members/settings_data.html shows."""

    copy: Copy | None
    consents: Consents
    documents: tuple[LegalVersion, ...]


async def own_copy(viewer: Viewer) -> Copy | None:
    """Return the copy of the viewer's data that was asked for last, none when there is none."""
    found = await DataExport.get_or_none(member_id=viewer.member_id)
    if found is None:
        return None
    percent = 100 if found.state == "ready" else 100 * found.done // found.total if found.total else 0
    return Copy(found.state, percent, found.part, found.size, found.asked_at, found.ready_at, found.expires_at)


async def own_data_page(viewer: Viewer) -> OwnDataPage:
    """Return how it is with the viewer's data, in three statements."""
    return OwnDataPage(await own_copy(viewer), await consents_of(viewer), await in_force(viewer))


async def file_of_copy(viewer: Viewer, member_id: int) -> str:
    """Return the name of the file with a member's data, to that member alone who has just proved that it is them."""
    check_may_copy(viewer, member_id)
    check_may_act_now(viewer, now())
    found = await DataExport.get_or_none(member_id=member_id, state="ready", expires_at__gt=now())
    if found is None:
        raise Missing("There is no copy of your data, or its days are over. Please ask for another one.")
    return found.file
