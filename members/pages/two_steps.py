"""Settings: sign in with two steps."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.errors import Conflict, Invalid, Missing
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.set_up_two_steps import (
    FirstCode,
    are_own_codes,
    begin_two_steps,
    make_codes,
    switch_off,
    switch_on,
)
from members.current import need_member
from members.pages.confirm_again import confirming
from members.queries.two_steps import SettingUp, TwoSteps, own_two_steps, setting_up

WHERE: Final = "/settings/two-steps"
_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class TwoStepsPage:
    """What templates/members/settings_two_steps.html shows."""

    two: TwoSteps


@dataclass(frozen=True, slots=True)
class SetUpPage:
    """What templates/members/settings_two_steps_new.html shows."""

    new: SettingUp


@dataclass(frozen=True, slots=True)
class CodesPage:
    """What templates/members/settings_two_steps_codes.html shows, once; `is_first` when two steps were just set up."""

    codes: list[str]
    is_first: bool


async def two_steps(request: Request) -> Response:
    """Show how it is, and what can be done."""
    return page(request, "members/settings_two_steps.html", TwoStepsPage(await own_two_steps(need_member(request))))


@confirming
async def begin(request: Request) -> Response:
    """Make a secret for the app."""
    try:
        await begin_two_steps(need_member(request))
    except Conflict as error:
        return redirect(WHERE, error.sentence, level="note")
    return redirect(f"{WHERE}/new")


@confirming
async def new_form(request: Request) -> Response:
    """Show the secret, to the sign-in that began, until the first code is given."""
    return await _new_page(request)


async def _new_page(request: Request, error: Invalid | None = None) -> Response:
    try:
        data = SetUpPage(await setting_up(need_member(request)))
    except Conflict as conflict:
        return redirect(WHERE, conflict.sentence, level="note")
    template, mine, errors = "members/settings_two_steps_new.html", _KEPT_TO_ONESELF, error.errors if error else {}
    given = error.given if error else {}
    return page(request, template, data, status=422 if error else 200, errors=errors, given=given, headers=mine)


@confirming
async def switch(request: Request) -> Response:
    """Switch on with the first code, and show the recovery codes in this answer alone."""
    viewer = need_member(request)
    try:
        codes = await switch_on(viewer, FirstCode.read(await read_input(request)))
    except Invalid as error:
        return await _new_page(request, error)
    except Conflict as error:
        return redirect(WHERE, error.sentence, level="note")
    return _codes_page(request, codes, is_first=True)


@confirming
async def other_codes(request: Request) -> Response:
    """Make other recovery codes, and show them in this answer alone."""
    try:
        codes = await make_codes(need_member(request))
    except Conflict as error:
        return redirect(WHERE, error.sentence, level="note")
    return _codes_page(request, codes, is_first=False)


def _codes_page(request: Request, codes: list[str], *, is_first: bool) -> Response:
    data = CodesPage(codes, is_first)
    return page(request, "members/settings_two_steps_codes.html", data, headers=_KEPT_TO_ONESELF)


async def download(request: Request) -> Response:
    """Give back as a file the codes that the page shows: nobody else could, for only their hashes are kept."""
    viewer, given = need_member(request), await read_input(request)
    codes = str(given.get("codes", "")).split()[:20]
    if not await are_own_codes(viewer, codes):
        raise Missing("These are not your recovery codes, or other ones have been made since.")
    name = settings.get().site_name
    text = f"{name}: {settings.get().address}\nRecovery codes, each good once:\n\n" + "\n".join(codes) + "\n"
    headers = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"', **_KEPT_TO_ONESELF}
    return PlainTextResponse(text, headers=headers)


@confirming
async def off(request: Request) -> Response:
    """Sign in with the password alone again."""
    try:
        await switch_off(need_member(request))
    except Conflict as error:
        return redirect(WHERE, error.sentence, level="note")
    return redirect(WHERE, "Two steps are off. Your password alone signs you in.")


ROUTES: list[BaseRoute] = [
    Route(WHERE, two_steps, methods=["GET"]),
    Route(f"{WHERE}/begin", begin, methods=["POST"]),
    Route(f"{WHERE}/new", new_form, methods=["GET"]),
    Route(f"{WHERE}/new", switch, methods=["POST"]),
    Route(f"{WHERE}/codes", other_codes, methods=["POST"]),
    Route(f"{WHERE}/codes.txt", download, methods=["POST"]),
    Route(f"{WHERE}/off", off, methods=["POST"]),
]
