"""Sign in with a passkey; settings: one's own passkeys."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.clock import now
from base.errors import Conflict, Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.add_passkey import NewPasskeyForm, add_passkey, remove_passkey
from members.actions.enter_by_passkey import enter_by_passkey
from members.actions.rename_passkey import PasskeyName, rename_passkey
from members.actions.take_passkey import PasskeyAnswer
from members.current import need_member, set_session, viewer_of
from members.device_cookie import device_of
from members.pages.confirm_again import confirming
from members.pages.sign_in import sign_in_again
from members.passkeys import usable_at
from members.queries.passkeys import PasskeyRow, own_passkey, own_passkeys
from members.queries.two_steps import TwoSteps, own_two_steps
from members.rules import ByProvider, check_may_act_now
from members.waiting_cookie import browser_of, forget_browser

WHERE: Final = "/settings/passkeys"


@dataclass(frozen=True, slots=True)
class PasskeysPage:
    """What templates/members/settings_passkeys.html shows; `origin` is empty where browsers would allow none."""

    passkeys: list[PasskeyRow]
    two: TwoSteps
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskeyPage:
    """What templates/members/settings_passkeys_new.html shows; `suggested` is what it may be called."""

    origin: str
    suggested: str


@dataclass(frozen=True, slots=True)
class PasskeyPage:
    """What templates/members/settings_passkey.html shows."""

    passkey: PasskeyRow


async def enter(request: Request) -> Response:
    """Sign in with what a passkey answered, and go on to where the reader was headed."""
    given = await read_input(request)
    after = safe_path(str(given.get("next") or "/"))
    try:
        browser, device = browser_of(request), device_of(request)
        secret = await enter_by_passkey(viewer_of(request), PasskeyAnswer.read(given), browser=browser, device=device)
    except (Invalid, ByProvider) as error:
        return await sign_in_again(request, after, error, {})
    response = redirect(after)
    set_session(request, response, secret)
    forget_browser(response)
    return response


async def passkeys(request: Request) -> Response:
    """Show one's passkeys, and what they are for."""
    viewer = need_member(request)
    data = PasskeysPage(await own_passkeys(viewer), await own_two_steps(viewer), usable_at())
    return page(request, "members/settings_passkeys.html", data)


@confirming
async def new_form(request: Request) -> Response:
    """Show the form for another one."""
    viewer = need_member(request)
    check_may_act_now(viewer, now())
    return _new_page(request)


def _new_page(request: Request, error: Invalid | None = None) -> Response:
    data = NewPasskeyPage(usable_at(), device_of(request).words)
    template, status = "members/settings_passkeys_new.html", 422 if error else 200
    errors, given = (error.errors, error.given) if error else ({}, {})
    return page(request, template, data, status=status, errors=errors, given=given)


@confirming
async def add(request: Request) -> Response:
    """Keep a passkey that the browser has just made."""
    try:
        await add_passkey(need_member(request), NewPasskeyForm.read(await read_input(request)))
    except Invalid as error:
        return _new_page(request, error)
    except Conflict as error:
        return redirect(WHERE, error.sentence, level="warning")
    return redirect(WHERE, "The passkey is added. You can sign in with it from now on.")


async def one(request: Request) -> Response:
    """Show one passkey, to be renamed or removed."""
    found = await own_passkey(need_member(request), request.path_params["id"])
    return page(request, "members/settings_passkey.html", PasskeyPage(found))


async def rename(request: Request) -> Response:
    """Call it something else."""
    viewer, id_, given = need_member(request), request.path_params["id"], await read_input(request)
    try:
        await rename_passkey(viewer, id_, PasskeyName.read(given))
    except Invalid as error:
        data = PasskeyPage(await own_passkey(viewer, id_))
        return page(request, "members/settings_passkey.html", data, status=422, errors=error.errors, given=given)
    return redirect(WHERE, "The passkey has its new name.")


@confirming
async def remove(request: Request) -> Response:
    """Take it out of use."""
    await remove_passkey(need_member(request), request.path_params["id"])
    return redirect(WHERE, "The passkey is removed. Please delete it on your device, too: it opens nothing any more.")


ROUTES: list[BaseRoute] = [
    Route("/sign-in/passkey", enter, methods=["POST"]),
    Route(WHERE, passkeys, methods=["GET"]),
    Route(f"{WHERE}/new", new_form, methods=["GET"]),
    Route(f"{WHERE}/new", add, methods=["POST"]),
    Route(f"{WHERE}/{{id:int}}", one, methods=["GET"]),
    Route(f"{WHERE}/{{id:int}}", rename, methods=["POST"]),
    Route(f"{WHERE}/{{id:int}}/remove", remove, methods=["POST"]),
]
