"""Who may come in, and what has to be proven first: addresses, passwords, two steps."""

from datetime import datetime, timedelta
from typing import Final

from base.errors import Invalid, NotSignedIn, Refused
from base.web.own import NOBODY
from members.rules.people import check_may_administer
from members.viewer import Viewer

WAITING: Final = ("unverified", "staged")
"""States of an account whose address nobody has confirmed."""
CONFIRMED_FOR: Final = timedelta(minutes=15)
"""How long after proving who one is sensitive acts do not ask again."""


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
