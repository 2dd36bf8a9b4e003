"""Who may invite whom into an organisation, and who learns who did."""

from typing import Final

from base.condition import ALWAYS, Condition, one_of
from base.errors import Missing, NotSignedIn, Refused, refusal
from members.rules.people import OPEN_STATES, OrganisationFacts
from members.viewer import Viewer

COLLEAGUES_TRUST: Final = 2
"""From which trust on staff may invite colleagues into their own organisation."""
MOST_USES: Final = {False: 10, True: 500}
"""How many people one link may let in: by colleagues, and by who decides who belongs to an organisation."""


def may_run_invitations(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer decides who belongs to the organisation, and so about every invitation into it."""
    leads = organisation.region_id is not None and organisation.region_id in viewer.region_ids
    return viewer.is_moderator or leads or organisation.id in viewer.org_admin_of


def check_may_invite_colleagues(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may invite people into the organisation: its experienced staff, and who decides."""
    if viewer.id is None:
        raise NotSignedIn
    if not may_run_invitations(viewer, organisation):
        if f"org:{organisation.id}" not in viewer.audiences:
            raise Refused("Only people of this organisation, and the staff of the network, invite into it.")
        if viewer.trust < COLLEAGUES_TRUST:
            raise Refused("Once you have taken part for some time, you can invite colleagues yourself.")
    if organisation.state not in OPEN_STATES:
        raise Refused("This organisation does not take part in the network at present.")


def may_invite_administrators(viewer: Viewer, organisation: OrganisationFacts, *, is_run: bool) -> bool:
    """Say whether the viewer may invite administrators: who runs the organisation, and the staff of the site.

    Leaders of its region help where nobody runs it (`is_run`); who does chooses their colleagues themselves.
    """
    runs = viewer.is_moderator or organisation.id in viewer.org_admin_of
    return runs or (not is_run and may_run_invitations(viewer, organisation))


def check_may_invite_as(viewer: Viewer, organisation: OrganisationFacts, role: str, *, is_run: bool = True) -> None:
    """Raise unless the viewer may invite somebody in this role; `is_run` when somebody administrates it already."""
    check_may_invite_colleagues(viewer, organisation)
    if role == "staff" or may_invite_administrators(viewer, organisation, is_run=is_run):
        return
    if may_run_invitations(viewer, organisation):
        raise Refused(
            "This organisation has an administrator, and only its own administrators and the people who run this site "
            "make others. You can invite staff, whom they can make one."
        )
    raise Refused("You can invite colleagues as staff only.")


def check_may_invite_list(viewer: Viewer, organisation: OrganisationFacts) -> None:
    """Raise unless the viewer may invite many at once, also outside of the organisation's confirmed domains."""
    check_may_invite_colleagues(viewer, organisation)
    if not may_run_invitations(viewer, organisation):
        raise Refused("Administrators of the organisation can do this.")


def may_invite_colleagues(viewer: Viewer, organisation: OrganisationFacts) -> bool:
    """Say whether the viewer may invite people into the organisation."""
    return refusal(check_may_invite_colleagues, viewer, organisation) == ""


def visible_invitations(viewer: Viewer, organisation: OrganisationFacts, alias: str = "i") -> Condition:
    """Return which invitations into an organisation the viewer sees: all, or those they made themselves."""
    if may_run_invitations(viewer, organisation):
        return ALWAYS
    return Condition(f"{alias}.invited_by_id = ?", (viewer.id or 0,))


def check_may_change_invitation(viewer: Viewer, organisation: OrganisationFacts, invited_by: int | None) -> None:
    """Raise unless the viewer may send an invitation again or take it back; one that they do not see is missing."""
    if viewer.id is None:
        raise NotSignedIn
    if not (may_run_invitations(viewer, organisation) or invited_by == viewer.id):
        raise Missing("There is no such invitation.")


def visible_inviters(viewer: Viewer, alias: str = "i") -> Condition:
    """Return of which invitations the viewer learns who wrote them: the staff of the site, and of the organisation."""
    return ALWAYS if viewer.is_moderator else one_of(f"{alias}.organisation_id", sorted(viewer.org_admin_of))


def may_learn_inviters(viewer: Viewer) -> bool:
    """Say whether there is any invitation of which the viewer learns who wrote it."""
    return viewer.is_moderator or bool(viewer.org_admin_of)
