"""Who may copy, erase and consent to what of people's own data; nothing else decides."""

from collections.abc import Sequence

from base.condition import Condition
from base.errors import Conflict, NotSignedIn, Refused
from members.rules.people import MemberFacts, check_may_administer
from members.viewer import Viewer


def check_may_copy(viewer: Viewer, member_id: int) -> None:
    """Raise unless the viewer may have a copy of the member's data: only one's own, administrators neither."""
    if viewer.id is None:
        raise NotSignedIn
    if viewer.id != member_id:
        raise Refused("Everybody gets a copy of their own data only.")


def check_may_leave(viewer: Viewer) -> None:
    """Raise unless the viewer may give up this account: who is signed in to it."""
    if viewer.id is None:
        raise NotSignedIn
    if viewer.session_id is None:
        raise Refused("A token cannot do this. Please sign in on the site.")


def check_may_erase(viewer: Viewer, member: MemberFacts) -> None:
    """Raise unless the viewer may erase somebody on request: an administrator, never themselves by accident.

    Nor another administrator as such: one alone could else be the only one left. Taking the role is told, and undone.
    """
    check_may_administer(viewer)
    if viewer.id == member.id:
        raise Refused("Your own account is erased under Settings, Your data.")
    if member.state in ("gone", "mask"):
        raise Refused("There is nobody to erase any more.")
    if member.is_admin:
        raise Refused("This is an administrator of the site. Take the role away first, and erase the account then.")


def check_handed_over(*, is_last_admin: bool, alone_for: Sequence[str]) -> None:
    """Raise Conflict when the site, or organisations with colleagues, would have nobody to run them."""
    if is_last_admin:
        raise Conflict("Nobody else runs this site. Make somebody else an administrator first.")
    if alone_for:
        places = ", ".join(alone_for)
        raise Conflict(f"Nobody else administers {places}, where colleagues stay. Let one of them do so first.")


def visible_legal_texts(viewer: Viewer, alias: str = "l") -> Condition:
    """Return which versions of legal documents the viewer may read: what is announced is read by all, old ones, too."""
    return Condition(f"{alias}.id > 0")


def check_may_write_legal_texts(viewer: Viewer) -> None:
    """Raise unless the viewer may put a new version of a legal document in force."""
    check_may_administer(viewer)
