"""Who reads which part of a profile, and who may write to whom."""

from collections.abc import Collection

from base.condition import ALWAYS, Condition, any_of, one_of
from base.errors import Missing, NotSignedIn, Refused, refusal
from members.rules.people import MemberFacts, may_see_network
from members.viewer import Viewer


def readable_part(viewer: Viewer, part: str, alias: str = "m") -> Condition:
    """Return whose part of a profile (members/visibility.py) the viewer may read: what each allows, and one's own."""
    if viewer.is_admin:
        return ALWAYS
    column, ours = f"{alias}.{part}_for", organisations_of(viewer)
    shown = [one_of(column, ("public", "members") if may_see_network(viewer) else ("public",))]
    if ours:
        at_ours = one_of("v.organisation_id", ours)
        shared = f"SELECT 1 FROM memberships v WHERE v.member_id = {alias}.id AND v.state = 'active' AND {at_ours.sql}"  # noqa: S608
        shown.append(Condition(f"{column} = 'organisation' AND EXISTS ({shared})", at_ours.values))
    found = Condition(f"{alias}.state = 'active'") & any_of(shown)
    return found if viewer.id is None else any_of([found, Condition(f"{alias}.id = ?", (viewer.id,))])


def summed_part(viewer: Viewer, part: str, alias: str = "m") -> Condition:
    """Return whose part the viewer may learn of as one among those of an organisation, who are not named."""
    return any_of([Condition(f"{alias}.{part}_for <> 'organisation'"), readable_part(viewer, part, alias)])


def may_read_part(viewer: Viewer, member: MemberFacts, readers: str, organisations: Collection[int]) -> bool:
    """Say whether the viewer may read a part that this member shows to `readers`; the same answer as readable_part."""
    if viewer.is_admin or viewer.id == member.id:
        return True
    shown = {
        "public": True,
        "members": may_see_network(viewer),
        "organisation": not organisations_of(viewer).isdisjoint(organisations),
    }
    return member.state == "active" and shown[readers]


def organisations_of(viewer: Viewer) -> set[int]:
    """Return the organisations that the viewer belongs to."""
    return {int(one.removeprefix("org:")) for one in viewer.audiences if one.startswith("org:")}


def check_may_write_to(viewer: Viewer, member: MemberFacts, *, accepts: bool) -> None:
    """Raise unless the viewer may write to this member by the site's mail: not guests, nor to who does not want it."""
    if viewer.id is None:
        raise NotSignedIn
    if not may_see_network(viewer) or (viewer.trust < 1 and not may_write_freely(viewer)):
        raise Refused("Members of the network write to each other. Your account does not belong to it yet.")
    if viewer.id == member.id:
        raise Refused("This is yourself.")
    if member.state != "active":
        raise Missing("Nobody can be written to here.")
    if not accepts:
        raise Refused("This member does not get letters of others.")


def may_write_to(viewer: Viewer, member: MemberFacts, *, accepts: bool) -> bool:
    """Say whether the viewer may write to this member; the same answer as check_may_write_to."""
    return not refusal(lambda: check_may_write_to(viewer, member, accepts=accepts))


def may_write_freely(viewer: Viewer) -> bool:
    """Say whether the viewer may write as many letters as they like: staff and community leaders."""
    return viewer.is_staff or bool(viewer.region_ids)
