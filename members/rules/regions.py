"""Who leads a region, sees its desk, and decides whether an organisation may join."""

from dataclasses import dataclass

from base.condition import ALWAYS, Condition, any_of, one_of
from base.errors import Conflict, Missing, NotSignedIn, Refused
from members.viewer import Viewer

_NO_REQUEST = "There is no such request."


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFacts:
    """What rules need to know of an organisation's request to join; `region_id` is that of its country."""

    id: int
    asked_by: int | None
    region_id: int | None = None
    state: str = "waiting"


def looks_after(viewer: Viewer, region_id: int | None) -> bool:
    """Say whether the viewer looks after a region: its community leaders, and moderators after each and after none."""
    return viewer.is_moderator or (region_id is not None and region_id in viewer.region_ids)


def has_desk(viewer: Viewer) -> bool:
    """Say whether there is any regional desk for the viewer."""
    return viewer.is_moderator or bool(viewer.region_ids)


def visible_desks(viewer: Viewer, alias: str = "r") -> Condition:
    """Return which regions have a desk for the viewer; the same answer as looks_after."""
    return ALWAYS if viewer.is_moderator else one_of(f"{alias}.id", sorted(viewer.region_ids))


def check_has_desk(viewer: Viewer) -> None:
    """Raise unless there is any regional desk for the viewer."""
    if viewer.id is None:
        raise NotSignedIn
    if not has_desk(viewer):
        raise Refused("Only community leaders, moderators and administrators have a desk of a region.")


def check_may_see_desk(viewer: Viewer, region_id: int) -> None:
    """Raise unless the viewer may see the desk of this region."""
    if viewer.id is None:
        raise NotSignedIn
    if not looks_after(viewer, region_id):
        raise Refused("Only the community leaders of this region, moderators and administrators see its desk.")


def check_may_ask_to_join(viewer: Viewer) -> None:
    """Raise unless the viewer may ask that their organisation joins: whoever is signed in, so their address is good."""
    if viewer.id is None:
        raise NotSignedIn("Please join or sign in first, so that we can answer you.")


def visible_requests(viewer: Viewer, request: str = "q", organisation: str = "o") -> Condition:
    """Return which requests the viewer may see: their own, those of regions they lead, and moderators all."""
    if viewer.is_moderator:
        return ALWAYS
    region = f"CASE WHEN {organisation}.id IS NULL THEN {request}.region_id ELSE {organisation}.region_id END"
    led = one_of(region, sorted(viewer.region_ids))
    return any_of([led, Condition(f"{request}.asked_by_id = ?", (viewer.id or 0,))])


def may_see_request(viewer: Viewer, request: RequestFacts) -> bool:
    """Say whether the viewer may see the request; the same answer as visible_requests."""
    return looks_after(viewer, request.region_id) or (viewer.id is not None and viewer.id == request.asked_by)


def may_decide_request(viewer: Viewer, request: RequestFacts) -> bool:
    """Say whether the viewer decides on the request: who looks after its region, and is not the one who asks."""
    return looks_after(viewer, request.region_id) and viewer.id != request.asked_by


def check_may_decide_request(viewer: Viewer, request: RequestFacts) -> None:
    """Raise unless the viewer may approve or decline the request, or ask back."""
    if viewer.id is None:
        raise NotSignedIn
    if not may_see_request(viewer, request):
        raise Missing(_NO_REQUEST)
    if viewer.id == request.asked_by:
        raise Refused("You asked for this yourself: somebody else has to decide.")
    check_waits(request)


def check_own_request(viewer: Viewer, request: RequestFacts) -> None:
    """Raise unless the viewer asked for this, and may still answer or withdraw."""
    if viewer.id is None:
        raise NotSignedIn
    if not may_see_request(viewer, request):
        raise Missing(_NO_REQUEST)
    if viewer.id != request.asked_by:
        raise Refused("Only who asked can do this.")
    check_waits(request)


def check_waits(request: RequestFacts) -> None:
    """Raise Conflict where the request was settled meanwhile."""
    if request.state != "waiting":
        raise Conflict("This request is settled already.")
