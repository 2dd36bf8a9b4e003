"""JSON doors to one's own account."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.inputs import Input
from base.web.endpoints import Endpoint, endpoint
from members.actions.change_password import PasswordChange, change_password
from members.actions.edit_profile import Profile, edit_part
from members.actions.end_session import end_all_sessions, end_other_sessions, end_session
from members.actions.leave_organisation import leave_organisation
from members.actions.make_token import NewToken, make_own_token, revoke_token
from members.actions.stop_mail import start_mail, stop_mail
from members.current import need_member
from members.queries.access import SignInRow, TokenRow, own_sessions, own_tokens
from members.queries.own_places import OwnPlace, own_places
from members.queries.own_profile import own_profile
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class RoleOut:
    """A role the member holds."""

    role: str
    scope: str
    scope_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The member whose session or token this is."""

    id: int
    handle: str
    name: str
    email: str
    title: str
    bio: str
    languages: str
    organisation: str
    platforms: tuple[str, ...]
    topics: tuple[str, ...]
    readers: Mapping[str, str]
    accepts_letters: bool
    roles: tuple[RoleOut, ...]
    audiences: tuple[str, ...]
    mail_notices: bool
    unread: int


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token just made; its secret is shown in this answer alone."""

    token: str


class MailSwitch(Input):
    """Whether notices come by mail."""

    mail_notices: bool


async def _me(viewer: Viewer) -> Me:
    own = await own_profile(viewer)
    return Me(
        id=viewer.member_id,
        handle=own.handle,
        name=own.name,
        email=own.email,
        title=own.title,
        bio=own.bio,
        languages=own.languages,
        organisation=viewer.organisation_name,
        platforms=own.platforms,
        topics=own.topics,
        readers=own.readers,
        accepts_letters=own.accepts_letters,
        roles=tuple(RoleOut(one.role, one.scope, one.scope_id) for one in viewer.grants),
        audiences=tuple(sorted(viewer.audiences)),
        mail_notices=own.mail_notices,
        unread=viewer.unread,
    )


@endpoint("GET", "/api/v1/me", output=Me, summary="Who am I", tag="me")
async def me(request: Request, given: None) -> Me:
    """Return the member whose session or token this is."""
    return await _me(need_member(request))


@endpoint("PATCH", "/api/v1/me", input=Profile, output=Me, summary="Edit my profile", tag="me")
async def edit_me(request: Request, given: Profile) -> Me:
    """Keep what the member says about themselves; what is not named stays as it is."""
    viewer = need_member(request)
    await edit_part(viewer, given)
    return await _me(viewer)


@endpoint("PUT", "/api/v1/me/mail", input=MailSwitch, output=None, summary="Switch mail about notices", tag="me")
async def switch_mail(request: Request, given: MailSwitch) -> None:
    """Switch mail about notices on or off."""
    viewer = need_member(request)
    await (start_mail(viewer) if given.mail_notices else stop_mail(viewer.member_id))


@endpoint("POST", "/api/v1/me/password", input=PasswordChange, output=None, summary="Change my password", tag="me")
async def change_my_password(request: Request, given: PasswordChange) -> None:
    """Change the password; every other sign-in ends."""
    await change_password(need_member(request), given)


@endpoint("GET", "/api/v1/me/sessions", output=list[SignInRow], summary="Where I am signed in", tag="me")
async def my_sessions(request: Request, given: None) -> list[SignInRow]:
    """List open sign-ins."""
    return await own_sessions(need_member(request))


@endpoint("DELETE", "/api/v1/me/sessions", output=None, summary="End my other sign-ins", tag="me")
async def end_my_other_sessions(request: Request, given: None) -> None:
    """End every sign-in but the one that asks."""
    await end_other_sessions(need_member(request))


@endpoint("DELETE", "/api/v1/me/sessions/all", output=None, summary="End all my sign-ins, this one, too", tag="me")
async def end_all_my_sessions(request: Request, given: None) -> None:
    """End every sign-in."""
    await end_all_sessions(need_member(request))


@endpoint("DELETE", "/api/v1/me/sessions/{id:int}", output=None, summary="End one of my sign-ins", tag="me")
async def end_my_session(request: Request, given: None) -> None:
    """End one sign-in."""
    await end_session(need_member(request), request.path_params["id"])


@endpoint("GET", "/api/v1/me/tokens", output=list[TokenRow], summary="My tokens", tag="me")
async def my_tokens(request: Request, given: None) -> list[TokenRow]:
    """List tokens, never their secrets."""
    return await own_tokens(need_member(request))


@endpoint("POST", "/api/v1/me/tokens", input=NewToken, output=FreshToken, status=201, summary="Make a token", tag="me")
async def make_my_token(request: Request, given: NewToken) -> FreshToken:
    """Make a token; only for somebody signed in, since a token cannot make another."""
    return FreshToken(await make_own_token(need_member(request), given))


@endpoint("DELETE", "/api/v1/me/tokens/{id:int}", output=None, summary="Revoke a token", tag="me")
async def revoke_my_token(request: Request, given: None) -> None:
    """Revoke a token."""
    await revoke_token(need_member(request), request.path_params["id"])


@endpoint("GET", "/api/v1/me/organisations", output=list[OwnPlace], summary="Where I belong, or ask to", tag="me")
async def my_organisations(request: Request, given: None) -> list[OwnPlace]:
    """List the member's places in organisations, and whether each can be left."""
    return await own_places(need_member(request))


@endpoint("DELETE", "/api/v1/me/organisations/{id:int}", output=None, summary="Leave an organisation", tag="me")
async def leave_my_organisation(request: Request, given: None) -> None:
    """Leave an organisation; coming back takes its people. Its last administrator hands the role over first."""
    await leave_organisation(need_member(request), request.path_params["id"])


ENDPOINTS: list[Endpoint[Any]] = [
    me,
    edit_me,
    switch_mail,
    change_my_password,
    my_sessions,
    end_my_other_sessions,
    end_all_my_sessions,
    end_my_session,
    my_tokens,
    make_my_token,
    revoke_my_token,
    my_organisations,
    leave_my_organisation,
]
