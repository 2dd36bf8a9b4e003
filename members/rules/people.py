"""Who may see and do what among people and organisations; nothing else decides."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from base.condition import ALWAYS, Condition, one_of
from base.errors import Missing, NotSignedIn, Refused
from members.viewer import NETWORK, Viewer

SCOPED_ROLES: Final = frozenset({"community_leader"})
_KNOWN_STATES: Final = ("active", "gone", "leaving", "staged", "suspended")
LOOK_FOR: Final = timedelta(hours=24)
"""How long the two who agreed to look behind a mask may do so."""
OPEN_STATES: Final = ("active", "grace")
"""States of an organisation that takes part in the network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """What rules need to know of a member."""

    id: int
    state: str = "active"
    is_admin: bool = False
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """What rules need to know of an organisation."""

    id: int
    state: str = "active"
    region_id: int | None = None


def may_see_network(viewer: Viewer) -> bool:
    """Say whether the viewer belongs to the network, and so may see who else does."""
    return NETWORK in viewer.audiences


def visible_members(viewer: Viewer, alias: str = "m") -> Condition:
    """Return whose page the viewer may open: everybody who could have written something, since names stand there.

    A mask has no page, for administrators neither.
    """
    if viewer.is_admin:
        return Condition(f"{alias}.state <> 'mask'")
    known = one_of(f"{alias}.state", _KNOWN_STATES)
    if viewer.id is None:
        return known
    return Condition(f"{known.sql} OR {alias}.id = ?", (*known.values, viewer.id))


def may_see_member(viewer: Viewer, member: MemberFacts) -> bool:
    """Say whether the viewer may open this member's page; the same answer as visible_members."""
    shown = member.state != "mask" if viewer.is_admin else member.state in _KNOWN_STATES
    return shown or (viewer.id == member.id and not viewer.is_admin)


def listed_members(viewer: Viewer, alias: str = "m") -> Condition:
    """Return who stands in the directory for this viewer: active people, for those who belong to the network."""
    return Condition(f"{alias}.state = 'active'") if may_see_network(viewer) else Condition("1 = 0")


def may_see_details(viewer: Viewer, member: MemberFacts) -> bool:
    """Say whether the viewer may see more of a member than name, title and organisation."""
    return viewer.is_admin or viewer.id == member.id or (may_see_network(viewer) and member.state == "active")


def visible_organisations(viewer: Viewer, alias: str = "o") -> Condition:
    """Return which organisations the viewer may see: those in the network, and their own."""
    if viewer.is_moderator:
        return ALWAYS
    is_open = one_of(f"{alias}.state", OPEN_STATES)
    if viewer.organisation_id is None:
        return is_open
    return Condition(f"{is_open.sql} OR {alias}.id = ?", (*is_open.values, viewer.organisation_id))


def may_see_organisation(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer may see this organisation; the same answer as visible_organisations."""
    own = viewer.organisation_id is not None and viewer.organisation_id == organisation.id
    return viewer.is_moderator or own or organisation.state in OPEN_STATES


def check_may_administer(viewer: Viewer) -> None:
    """Raise unless the viewer may see the pages about all people."""
    if viewer.is_admin:
        return
    if viewer.id is None:
        raise NotSignedIn
    raise Refused("Only administrators can do this.")


def check_may_look_after(viewer: Viewer) -> None:
    """Raise unless the viewer may see what is decided about one person: where they belong, trust, suspension."""
    if viewer.is_moderator:
        return
    if viewer.id is None:
        raise NotSignedIn
    raise Refused("Only moderators and administrators can do this.")


def check_may_grant(viewer: Viewer) -> None:
    """Raise unless the viewer may give and take roles."""
    check_may_administer(viewer)


def check_may_suspend(viewer: Viewer, member: MemberFacts) -> None:
    """Raise unless the viewer may suspend the member, or let them back: moderators, but not each other."""
    if not viewer.is_moderator:
        raise NotSignedIn if viewer.id is None else Refused("Only moderators and administrators can do this.")
    if viewer.id == member.id:
        raise Refused("You cannot suspend yourself.")
    if member.is_staff and not viewer.is_admin:
        raise Refused("Only administrators can suspend somebody who holds a role.")
    if member.state not in ("active", "suspended"):
        raise Refused("Only somebody who has joined can be suspended.")


def check_may_place(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may say who belongs to the organisation."""
    if viewer.id is None:
        raise NotSignedIn
    leads = organisation.region_id is not None and organisation.region_id in viewer.region_ids
    if not (viewer.is_moderator or leads or organisation.id in viewer.org_admin_of):
        raise Refused("Only administrators of the organisation, and the staff of the network, can do this.")
    if organisation.state == "pending" and not viewer.is_moderator:
        raise Refused("This organisation is not in the network yet: let it in first.")


def listed_uses(alias: str = "o") -> Condition:
    """Return whose platform ledger stands in the public list: of organisations that take part, whoever looks."""
    return one_of(f"{alias}.state", OPEN_STATES)


def may_keep_uses(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer may keep the organisation's platform ledger; community leaders help in their region."""
    leads = organisation.region_id is not None and organisation.region_id in viewer.region_ids
    return viewer.is_moderator or leads or organisation.id in viewer.org_admin_of


def check_may_keep_uses(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may keep the platform ledger of the organisation."""
    if not may_see_organisation(viewer, organisation):
        raise Missing("There is no such organisation, or you may not see it.")
    if viewer.id is None:
        raise NotSignedIn
    if not may_keep_uses(viewer, organisation):
        raise Refused("Only administrators of the organisation, and the staff of the network, can do this.")


def may_describe(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer may edit what the organisation says about itself; community leaders help in theirs."""
    return may_keep_uses(viewer, organisation)


def check_may_describe(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may edit what the organisation says about itself."""
    if viewer.id is None:
        raise NotSignedIn
    if not may_describe(viewer, organisation):
        raise Refused("Only administrators of the organisation, and the staff of the network, can do this.")


def may_keep_organisations(viewer: Viewer) -> bool:
    """Say whether the viewer may add organisations and confirm their mail domains."""
    return viewer.is_admin


def check_may_keep_organisations(viewer: Viewer) -> None:
    """Raise unless the viewer may add organisations and confirm their mail domains."""
    check_may_administer(viewer)


def may_record_changes(viewer: Viewer) -> bool:
    """Say whether the viewer writes down what changes on platforms: who keeps practices or threads."""
    return viewer.is_staff


def check_may_record_changes(viewer: Viewer) -> None:
    """Raise unless the viewer may write down what changes on platforms."""
    if viewer.id is None:
        raise NotSignedIn
    if not may_record_changes(viewer):
        raise Refused("Only editors, moderators and administrators write down what changes on a platform.")


def check_may_invite(viewer: Viewer, member: MemberFacts) -> None:
    """Raise unless the viewer may hand somebody known from an import their account."""
    check_may_administer(viewer)
    if member.state != "staged":
        raise Refused("Only somebody who is known from an import and has never signed in can be invited.")


def check_may_ask_to_unmask(viewer: Viewer) -> None:
    """Raise unless the viewer may ask who is behind a mask, and see such requests: the site's moderators."""
    if viewer.id is None:
        raise NotSignedIn
    if not viewer.is_moderator:
        raise Refused("Only moderators can ask who wrote something without their name.")


def check_may_decide_unmasking(viewer: Viewer, *, asked_by: int, is_own: bool) -> None:
    """Raise unless the viewer may decide whether somebody's name is looked up: another administrator than who asked."""
    check_may_ask_to_unmask(viewer)
    if not viewer.is_admin:
        raise Refused("An administrator has to decide this.")
    if viewer.id == asked_by:
        raise Refused("It takes two people: somebody else has to decide on your request.")
    if is_own:
        raise Refused("You cannot decide this one. Please let another administrator do it.")
