"""Who may see and do what among people and organisations; nothing else decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from base.condition import ALWAYS, Condition, one_of
from base.errors import Invalid, Missing, NotSignedIn, Refused
from base.web.own import NOBODY
from members.viewer import NETWORK, Viewer

SCOPED_ROLES: Final = frozenset({"community_leader"})
_KNOWN_STATES: Final = ("active", "gone", "leaving", "staged", "suspended")
WAITING: Final = ("unverified", "staged")
"""States of an account whose address nobody has confirmed."""
LOOK_FOR: Final = timedelta(hours=24)
"""How long the two who agreed to look behind a mask may do so."""
CONFIRMED_FOR: Final = timedelta(minutes=15)
"""How long after proving who one is sensitive acts do not ask again."""
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


class Unconfirmed(Refused):
    """The password is right, but the address has not been confirmed."""


def check_may_enter(state: str) -> None:
    """Raise unless who knows the password of an account in this state may sign in."""
    if state in WAITING:
        raise Unconfirmed("Your address is not confirmed yet. Please use the link in our letter, or ask for another.")
    if state not in ("active", "leaving"):  # who comes back before they are gone stays
        raise Refused("This account is suspended. The people who run this site can tell you more.")


def check_may_confirm(state: str) -> None:
    """Raise Invalid unless an account in this state waits for a link that proves its address."""
    if state not in WAITING:
        raise Invalid({"link": "This address is confirmed already. Please sign in."})


def may_reset(state: str) -> bool:
    """Say whether an account in this state can be opened with a new password."""
    return state in ("active", "leaving") or state in WAITING


def check_may_reset(state: str) -> None:
    """Raise Invalid unless an account in this state can be opened with a new password."""
    if not may_reset(state):
        raise Invalid({"link": "This account cannot be opened. The people who run this site can tell you more."})


def check_may_edit_profile(viewer: Viewer, member_id: int) -> None:
    """Raise unless the viewer may edit the profile: only one's own."""
    if viewer.member_id != member_id:
        raise Refused("People edit their own profile only.")


def check_may_make_token(viewer: Viewer) -> None:
    """Raise unless the viewer may make a personal token: signed in, for a leaked token must not make another."""
    if viewer.id is None:
        raise NotSignedIn
    if viewer.session_id is None:
        raise Refused("A token cannot make another token. Please sign in on the site.")


class ConfirmFirst(Refused):
    """The act asks for the password, or a code, again: the last time is too long ago."""

    title = "Please confirm that it is you"


def check_may_act_now(viewer: Viewer, at: datetime) -> None:
    """Raise unless who is signed in proved lately who they are; the command line need not, a token never can."""
    if viewer.id is None:
        return
    if viewer.session_id is None:
        raise Refused("A token cannot do this. Please sign in on the site.")
    # A moment to come is none: a clock ran ahead when it was noted.
    if viewer.confirmed_at is None or not at - CONFIRMED_FOR < viewer.confirmed_at <= at + timedelta(minutes=1):
        if viewer.has_two_steps:
            what = "give a code of your app"
        else:
            what = "use your passkey" if viewer.has_passkeys else "give your password, or sign in,"
        raise ConfirmFirst(f"Please confirm that it is you: {what} once more.")


def is_asked_two_steps(viewer: Viewer, whom: str) -> bool:
    """Say whether the site asks the viewer for two steps, now or after the days of grace."""
    return whom == "everybody" or (whom == "staff" and viewer.is_staff)


def takes_two_steps(viewer: Viewer, whom: str) -> bool:
    """Say whether the password alone does not let the viewer in: who has an app, or passkeys where two are asked.

    Passkeys alone change nothing for who is not asked: they come beside the password, and can be lost.
    """
    return viewer.has_two_steps or (viewer.has_passkeys and is_asked_two_steps(viewer, whom))


def two_steps_due(viewer: Viewer, whom: str, grace: timedelta, at: datetime) -> datetime | None:
    """Return until when the viewer should have set up two steps, none when the site does not ask it of them.

    Who has not been told yet, in the first minute of the rule, is asked now. A passkey is two steps in one, and
    somebody may have done both at a provider.
    """
    is_asked = is_asked_two_steps(viewer, whom)
    # A page that is shared is drawn for nobody in particular, and only shown to people who are not asked.
    if (
        viewer.id in (None, NOBODY)
        or viewer.has_two_steps
        or viewer.has_passkeys
        or viewer.did_two_steps
        or not is_asked
    ):
        return None
    return (viewer.two_steps_asked_at or at) + grace


def check_may_reset_two_steps(viewer: Viewer, member_id: int) -> None:
    """Raise unless the viewer may turn off two steps for somebody who cannot give a code any more: not for oneself."""
    check_may_administer(viewer)
    if viewer.id == member_id:
        raise Refused("Turn off your own two steps under Settings, with a code. Or ask another administrator.")


def check_may_administer(viewer: Viewer) -> None:
    """Raise unless the viewer may see the pages about all people."""
    if viewer.is_admin:
        return
    if viewer.id is None:
        raise NotSignedIn
    raise Refused("Only administrators can do this.")


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
