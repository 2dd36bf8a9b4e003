"""Who runs an organisation: its people, domains and policies, in the console of its administrators."""

from base.condition import Condition, one_of
from base.errors import Conflict, Missing, NotSignedIn, Refused
from members.rules.invitations import may_run_invitations
from members.rules.people import OPEN_STATES, OrganisationFacts, may_see_organisation
from members.viewer import Viewer

_UNSEEN = "There is no such organisation, or you may not see it."
_NOT_YOURS = "Only administrators of the organisation, and the staff of the network, can do this."


def may_open_console(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer sees the console: who runs the organisation, and leaders of its region, who help."""
    return may_run_invitations(viewer, organisation)


def check_has_console(viewer: Viewer) -> None:
    """Raise unless the viewer is administrator of an organisation."""
    if viewer.id is None:
        raise NotSignedIn
    if not viewer.org_admin_of:
        raise Refused("Only administrators of an organisation have a console.")


def visible_consoles(viewer: Viewer, alias: str = "o") -> Condition:
    """Return the organisations whose administrator the viewer is."""
    return one_of(f"{alias}.id", sorted(viewer.org_admin_of))


def check_may_open_console(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may see the console, and let people into the organisation."""
    if not may_see_organisation(viewer, organisation):
        raise Missing(_UNSEEN)
    if viewer.id is None:
        raise NotSignedIn
    if not may_open_console(viewer, organisation):
        raise Refused(_NOT_YOURS)


def may_run_organisation(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer decides about people, domains and policies of the organisation."""
    return viewer.is_moderator or organisation.id in viewer.org_admin_of


def check_may_run_organisation(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer decides about people, domains and policies of the organisation."""
    check_may_open_console(viewer, organisation)
    if not may_run_organisation(viewer, organisation):
        raise Refused(_NOT_YOURS)


def may_learn_addresses(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer learns the organisation's own addresses of its people: its administrators, the site's."""
    return viewer.is_admin or organisation.id in viewer.org_admin_of


def check_may_take_along(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may take along everything the organisation has, the addresses of its people, too."""
    check_may_run_organisation(viewer, organisation)
    if not may_learn_addresses(viewer, organisation):
        raise Refused("Only administrators of the organisation, and of the site, take along what it has.")


def may_leave_it_without(viewer: Viewer, others: int) -> bool:
    """Say whether an organisation keeps an administrator: only the staff of the site may leave it without one."""
    return others > 0 or viewer.is_moderator


def check_may_leave_it_without(viewer: Viewer, others: int) -> None:
    """Raise unless an organisation keeps an administrator, or the viewer may leave it without one."""
    if not may_leave_it_without(viewer, others):
        if viewer.id is None:
            raise NotSignedIn
        raise Refused("This is the last administrator. Please make somebody else one first, or hand the role over.")


def check_may_end_place(viewer: Viewer, member_id: int) -> None:
    """Raise unless the viewer may remove or pause this member: nobody does so to themselves."""
    if viewer.id == member_id:
        raise Refused("You cannot do this to yourself. Hand the role over first; another administrator can do it then.")


def check_may_transfer(viewer: Viewer, organisation: OrganisationFacts, member_id: int) -> None:
    """Raise unless the viewer holds the role that they would hand over."""
    check_may_run_organisation(viewer, organisation)
    if organisation.id not in viewer.org_admin_of:
        raise Refused("Only an administrator of the organisation can hand their own role over.")
    if viewer.id == member_id:
        raise Refused("You hold the role already.")


def may_transfer_role(viewer: Viewer, organisation_id: int, member_id: int) -> bool:
    """Say whether the viewer holds the role in the organisation, and the member is somebody else."""
    return organisation_id in viewer.org_admin_of and viewer.id != member_id


def may_ask_to_belong(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer can ask to belong to an organisation: whoever is signed in and does not yet."""
    return (
        viewer.id is not None and organisation.state in OPEN_STATES and f"org:{organisation.id}" not in viewer.audiences
    )


def check_may_ask_to_belong(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer can ask to belong to the organisation."""
    if not may_see_organisation(viewer, organisation):
        raise Missing(_UNSEEN)
    if viewer.id is None:
        raise NotSignedIn
    if organisation.state not in OPEN_STATES:
        raise Refused("This organisation does not take part in the network at present.")
    if f"org:{organisation.id}" in viewer.audiences:
        raise Conflict("You belong to this organisation already.")


def may_propose(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer can propose what its administrators could do: staff of the organisation."""
    return f"org:{organisation.id}" in viewer.audiences and not may_run_organisation(viewer, organisation)


def check_may_propose(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer can propose a change to the profile or the ledger of the organisation."""
    if not may_see_organisation(viewer, organisation):
        raise Missing(_UNSEEN)
    if viewer.id is None:
        raise NotSignedIn
    if may_run_organisation(viewer, organisation):
        raise Refused("You can make the change yourself.")
    if not may_propose(viewer, organisation):
        raise Refused("Only people of this organisation propose changes to what it says about itself.")


def check_may_place_anybody(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may say that somebody belongs who never said so themselves: the staff of the network."""
    leads = organisation.region_id is not None and organisation.region_id in viewer.region_ids
    if not (viewer.is_moderator or leads):
        if viewer.id is None:
            raise NotSignedIn
        raise Refused("Please invite this person: nobody belongs to an organisation who never asked or accepted.")


def check_may_seat(viewer: Viewer, organisation: OrganisationFacts, member_id: int, role: str, held: str) -> None:
    """Raise unless the viewer may give somebody this role in the organisation, none to take them out.

    `held` is what they are there, or wait to be. Leaders of its region let others in as staff, and decline who waits;
    to run it, or to take somebody's place away, is not theirs.
    """
    if may_run_organisation(viewer, organisation):
        return
    if viewer.id is None:
        raise NotSignedIn
    if viewer.id == member_id:
        raise Refused("You cannot place yourself in an organisation that you do not belong to. Please ask to belong.")
    is_plain = role == "staff" and held in ("", "pending", "staff")
    if not (is_plain or (not role and held == "pending")):
        raise Refused(_NOT_YOURS)
