"""Settings: profile, notices, password, sign-ins."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.change_password import PasswordChange, change_password
from members.actions.edit_profile import Profile, edit_profile
from members.actions.end_session import end_all_sessions, end_other_sessions, end_session
from members.actions.stop_mail import start_mail, stop_mail
from members.actions.switch_reason import Switches, set_switches
from members.current import drop_session, need_member
from members.pages.confirm_again import confirming
from members.queries.access import SignInRow, own_sessions
from members.queries.own_profile import OwnProfile, own_profile
from members.queries.switches import switched_off
from members.reasons import SETTINGS, SWITCHES


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """What templates/members/settings.html and settings_profile.html show."""

    own: OwnProfile


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """What templates/members/settings_notices.html shows: what can be switched, and what of it is off."""

    own: OwnProfile
    switches: tuple[str, ...]
    own_settings: tuple[str, ...]
    off: frozenset[str]


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """What templates/members/settings_sessions.html shows."""

    sessions: list[SignInRow]


async def overview(request: Request) -> Response:
    """Show what there is to set."""
    return page(request, "members/settings.html", ProfilePage(await own_profile(need_member(request))))


async def profile_form(request: Request) -> Response:
    """Show the profile to be edited."""
    return page(request, "members/settings_profile.html", ProfilePage(await own_profile(need_member(request))))


async def profile(request: Request) -> Response:
    """Keep the profile."""
    viewer, given = need_member(request), await read_input(request)
    try:
        await edit_profile(viewer, Profile.read(given))
    except Invalid as error:
        data = ProfilePage(await own_profile(viewer))
        return page(request, "members/settings_profile.html", data, status=422, errors=error.errors, given=given)
    return redirect(f"/people/{viewer.handle}", "Your profile is saved.")


async def notices_form(request: Request) -> Response:
    """Show whether notices come by mail, and what for."""
    viewer = need_member(request)
    data = NoticesPage(await own_profile(viewer), SWITCHES, SETTINGS, await switched_off(viewer))
    return page(request, "members/settings_notices.html", data)


async def reasons(request: Request) -> Response:
    """Keep what the viewer wants to be told for."""
    viewer, given = need_member(request), await read_input(request)
    chosen = [one for name in ("on", "more") for one in _several(given.get(name, []))]
    await set_switches(viewer, Switches.read({"on": chosen}))
    return redirect("/settings/notices", "Saved. You are told of what is ticked, and of work that is yours.")


def _several(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


async def notices(request: Request) -> Response:
    """Switch mail on or off."""
    viewer, given = need_member(request), await read_input(request)
    if given.get("mail_notices") == "yes":
        await start_mail(viewer)
        return redirect("/settings/notices", "Notices come by mail again.")
    await stop_mail(viewer.member_id)
    return redirect("/settings/notices", "Notices come no more by mail. They stay in your inbox here.")


async def password_form(request: Request) -> Response:
    """Show the form for another password."""
    need_member(request)
    return page(request, "members/settings_password.html")


@confirming
async def password(request: Request) -> Response:
    """Change the password; other devices are signed out."""
    viewer, given = need_member(request), await read_input(request)
    try:
        await change_password(viewer, PasswordChange.read(given))
    except Invalid as error:
        return page(request, "members/settings_password.html", status=422, errors=error.errors)
    return redirect("/settings", "Your password is changed. Other devices were signed out.")


async def sessions(request: Request) -> Response:
    """Show where the member is signed in."""
    return page(request, "members/settings_sessions.html", SessionsPage(await own_sessions(need_member(request))))


async def end_one(request: Request) -> Response:
    """End one sign-in; that of this browser ends by signing out."""
    await end_session(need_member(request), request.path_params["id"])
    return redirect("/settings/sessions", "That device is signed out.")


async def end_others(request: Request) -> Response:
    """End every other sign-in."""
    await end_other_sessions(need_member(request))
    return redirect("/settings/sessions", "All other devices are signed out.")


async def end_all(request: Request) -> Response:
    """End every sign-in, that of this browser, too."""
    await end_all_sessions(need_member(request))
    response = redirect("/sign-in", "You are signed out everywhere.")
    drop_session(response)
    return response


ROUTES: list[BaseRoute] = [
    Route("/settings", overview, methods=["GET"]),
    Route("/settings/profile", profile_form, methods=["GET"]),
    Route("/settings/profile", profile, methods=["POST"]),
    Route("/settings/notices", notices_form, methods=["GET"]),
    Route("/settings/notices", notices, methods=["POST"]),
    Route("/settings/notices/reasons", reasons, methods=["POST"]),
    Route("/settings/password", password_form, methods=["GET"]),
    Route("/settings/password", password, methods=["POST"]),
    Route("/settings/sessions", sessions, methods=["GET"]),
    Route("/settings/sessions/others/end", end_others, methods=["POST"]),
    Route("/settings/sessions/all/end", end_all, methods=["POST"]),
    Route("/settings/sessions/{id:int}/end", end_one, methods=["POST"]),
]
