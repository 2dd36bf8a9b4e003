"""JSON doors to one's own two steps, and to proving again who one is."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from base.web.endpoints import Endpoint, endpoint
from members.actions.confirm_again import Proof, confirm_again
from members.actions.set_up_two_steps import FirstCode, begin_two_steps, make_codes, switch_off, switch_on
from members.current import need_member
from members.queries.two_steps import TwoSteps, own_two_steps, setting_up

_HERE = "/api/v1/me/two-factor"


@dataclass(frozen=True, slots=True)
class AppSecret:
    """What an app needs, as text and as the address that a QR code holds; shown until the first code is given."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class RecoveryCodes:
    """Recovery codes just made; they are shown in this answer alone."""

    codes: list[str]


@endpoint("GET", _HERE, output=TwoSteps, summary="Whether I sign in with two steps", tag="me")
async def my_two_steps(request: Request, given: None) -> TwoSteps:
    """Return how it is, and until when the site asks for it."""
    return await own_two_steps(need_member(request))


@endpoint("POST", f"{_HERE}/begin", output=AppSecret, summary="Begin to set up two steps", tag="me")
async def begin_my_two_steps(request: Request, given: None) -> AppSecret:
    """Make a secret for an app."""
    viewer = need_member(request)
    await begin_two_steps(viewer)
    new = await setting_up(viewer)
    return AppSecret(new.secret.replace(" ", ""), new.address)


@endpoint("POST", _HERE, input=FirstCode, output=RecoveryCodes, summary="Switch two steps on with a code", tag="me")
async def switch_my_two_steps_on(request: Request, given: FirstCode) -> RecoveryCodes:
    """Switch on; the answer holds the recovery codes."""
    return RecoveryCodes(await switch_on(need_member(request), given))


@endpoint("POST", f"{_HERE}/codes", output=RecoveryCodes, summary="Get other recovery codes", tag="me")
async def make_my_codes(request: Request, given: None) -> RecoveryCodes:
    """Make other recovery codes; those of before are good no more."""
    return RecoveryCodes(await make_codes(need_member(request)))


@endpoint("DELETE", _HERE, output=None, summary="Switch two steps off", tag="me")
async def switch_my_two_steps_off(request: Request, given: None) -> None:
    """Switch off."""
    await switch_off(need_member(request))


@endpoint("POST", "/api/v1/me/confirmation", input=Proof, output=None, summary="Prove again that it is me", tag="me")
async def confirm_it_is_me(request: Request, given: Proof) -> None:
    """Note on this sign-in that its member proved who they are; sensitive acts ask for it after 15 minutes."""
    await confirm_again(need_member(request), given)


ENDPOINTS: list[Endpoint[Any]] = [
    my_two_steps,
    begin_my_two_steps,
    switch_my_two_steps_on,
    make_my_codes,
    switch_my_two_steps_off,
    confirm_it_is_me,
]
