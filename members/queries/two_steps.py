"""What members see of their own two steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from base import settings
from base.clock import now
from base.errors import Conflict
from base.sealing import Unreadable
from members.models import Member, Passkey, RecoveryCode, TwoFactor
from members.rules import check_may_act_now, takes_two_steps, two_steps_due
from members.two_steps import app_address, in_groups, picture, unsealed
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class TwoSteps:
    """Whether an app shows a member codes, how many recovery codes are left, and until when the site asks two steps.

    With passkeys it is content. `takes_two` says whether the password alone does not let them in.
    """

    is_on: bool
    since: datetime | None
    codes_left: int
    due: datetime | None
    is_overdue: bool
    passkeys: int
    takes_two: bool


@dataclass(frozen=True, slots=True)
class SettingUp:
    """What an app needs: the secret in groups, the address that opens apps, and that as a picture for a camera."""

    secret: str
    address: str
    account: str
    squares: int
    path: str


async def own_two_steps(viewer: Viewer) -> TwoSteps:
    """Return how it is with the viewer's two steps."""
    found = await TwoFactor.get_or_none(member_id=viewer.member_id, since__not_isnull=True)
    left = await RecoveryCode.filter(member_id=viewer.member_id).count()
    due = due_for(viewer)
    is_overdue = due is not None and due <= now()
    passkeys = await Passkey.filter(member_id=viewer.member_id).count()
    since = found.since if found else None
    return TwoSteps(found is not None, since, left, due, is_overdue, passkeys, takes_two(viewer))


def takes_two(viewer: Viewer) -> bool:
    """Say whether the viewer's password alone does not let them in, as the site is set."""
    return takes_two_steps(viewer, settings.get().two_factor_for)


def due_for(viewer: Viewer) -> datetime | None:
    """Return until when the viewer should have set up two steps, none when the site does not ask it of them."""
    site = settings.get()
    if site.two_factor_for == "nobody":
        return None
    return two_steps_due(viewer, site.two_factor_for, timedelta(days=site.two_factor_grace_days), now())


async def setting_up(viewer: Viewer) -> SettingUp:
    """Return what an app needs, to the sign-in that began to set it up and to no other; raises Conflict else."""
    check_may_act_now(viewer, now())
    found = await TwoFactor.get_or_none(member_id=viewer.member_id, since=None, session_id=viewer.session_id)
    try:
        key = unsealed(found.secret) if found else ""
    except Unreadable:
        key = ""
    if not key:
        raise Conflict("Please begin again to set up two steps.")
    account = (await Member.get(id=viewer.member_id)).email or viewer.handle
    address = app_address(key, account, settings.get().site_name)
    return SettingUp(in_groups(key), address, account, *picture(address))
