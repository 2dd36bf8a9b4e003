"""Set up a new site in four steps: its name, its administrator, its mail, its samples."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.actions.change_settings import Changes, change_settings
from app.actions.set_up import NAMES, FirstAdmin, make_first_admin, name_site, want_samples
from app.actions.try_mail import Trial, try_typed_settings
from app.changeable import CONNECTION, is_firm
from app.queries.next_steps import NextStep, next_steps
from app.queries.settings import SettingRow, rows_named
from app.rules import check_may_set_up
from app.samples import Samples, how_samples_are
from base import settings
from base.errors import Conflict, Invalid
from base.mail.attempt import MailAnswer
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member, set_session, viewer_of
from members.device_cookie import device_of
from members.rules import check_may_administer

MAIL: Final = (*CONNECTION, "mail_password", "mail_from")
_PRIVATE: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What templates/app/setup.html shows."""

    token: str
    rows: tuple[SettingRow, ...]
    address: str
    step: int = 1


@dataclass(frozen=True, slots=True)
class AdminStep:
    """What templates/app/setup_admin.html shows."""

    token: str
    step: int = 2


@dataclass(frozen=True, slots=True)
class MailStep:
    """What templates/app/setup_mail.html shows."""

    rows: tuple[SettingRow, ...]
    folder: str
    answer: MailAnswer | None = None
    step: int = 3


@dataclass(frozen=True, slots=True)
class SampleStep:
    """What templates/app/setup_samples.html shows."""

    samples: Samples
    step: int = 4


@dataclass(frozen=True, slots=True)
class DonePage:
    """What templates/app/setup_done.html shows."""

    samples: Samples
    steps: tuple[NextStep, ...]
    step: int = 5


async def first_form(request: Request) -> Response:
    """Ask for name, address, language, and whether the site is for members only."""
    token = request.query_params.get("token", "")
    await check_may_set_up(token)
    return page(request, "app/setup.html", await _first(token), headers=_PRIVATE)


async def _first(token: str) -> FirstStep:
    return FirstStep(token, await rows_named(NAMES), settings.get().address)


async def first(request: Request) -> Response:
    """Keep name, address, language and for whom the site is."""
    given = await read_input(request)
    token = str(given.get("token", ""))
    await check_may_set_up(token)
    try:
        await name_site(token, _changes(given, NAMES))
    except Invalid as error:
        data = await _first(token)
        return page(request, "app/setup.html", data, status=422, errors=error.errors, given=given, headers=_PRIVATE)
    return redirect(f"/setup/administrator?token={token}")


def _changes(given: dict[str, object], names: tuple[str, ...]) -> Changes:
    names = tuple(name for name in names if name in given and not is_firm(name))
    before = {name: str(given.get(f"was.{name}", "")) for name in names if f"was.{name}" in given}
    return Changes.read({"values": {name: str(given[name]) for name in names}, "before": before})


async def admin_form(request: Request) -> Response:
    """Ask who is to run the site."""
    token = request.query_params.get("token", "")
    await check_may_set_up(token)
    return page(request, "app/setup_admin.html", AdminStep(token), headers=_PRIVATE)


async def admin(request: Request) -> Response:
    """Make the first administrator, who is signed in and goes on without the token."""
    given, viewer = await read_input(request), viewer_of(request)
    token = str(given.get("token", ""))
    await check_may_set_up(token)
    try:
        secret = await make_first_admin(viewer, token, FirstAdmin.read(given), device=device_of(request))
    except Invalid as error:
        data = AdminStep(token)
        kept = {name: value for name, value in given.items() if name != "password"}
        headers = _PRIVATE
        return page(request, "app/setup_admin.html", data, status=422, errors=error.errors, given=kept, headers=headers)
    response = redirect("/setup/mail", "You run this site now, and are signed in.")
    set_session(request, response, secret)
    return response


async def mail_form(request: Request) -> Response:
    """Ask how letters leave."""
    check_may_administer(need_member(request))
    return page(request, "app/setup_mail.html", await _mail())


async def _mail(answer: MailAnswer | None = None) -> MailStep:
    return MailStep(await rows_named(MAIL), str((settings.get().data_dir / "mail").resolve()), answer)


async def mail(request: Request) -> Response:
    """Try the settings as they were typed, or keep them and go on."""
    viewer, given = need_member(request), await read_input(request)
    check_may_administer(viewer)
    try:
        if given.get("do") != "try":
            await change_settings(viewer, _changes(given, MAIL))
            return redirect("/setup/samples")
        answer = await try_typed_settings(viewer, _changes(given, MAIL), Trial.read(given))
    except Invalid as error:
        return page(request, "app/setup_mail.html", await _mail(), status=422, errors=error.errors, given=given)
    return page(request, "app/setup_mail.html", await _mail(answer), given=given)


async def samples_form(request: Request) -> Response:
    """Ask whether there are to be samples."""
    check_may_administer(need_member(request))
    return page(request, "app/setup_samples.html", SampleStep(await how_samples_are()))


async def samples(request: Request) -> Response:
    """Let samples be made, if wanted, and go to the end."""
    viewer, given = need_member(request), await read_input(request)
    check_may_administer(viewer)
    if given.get("samples") not in ("yes", "no"):
        data, errors = SampleStep(await how_samples_are()), {"samples": "Please choose one."}
        return page(request, "app/setup_samples.html", data, status=422, errors=errors, given=given)
    if given["samples"] == "yes":
        try:
            await want_samples(viewer)
        except Conflict as there:
            return redirect("/setup/done", there.sentence, level="note")
    return redirect("/setup/done")


async def done(request: Request) -> Response:
    """Show how far the samples are, and what to do next."""
    viewer = need_member(request)
    check_may_administer(viewer)
    return page(request, "app/setup_done.html", DonePage(await how_samples_are(), await next_steps(viewer)))


ROUTES: list[BaseRoute] = [
    Route("/setup", first_form, methods=["GET"]),
    Route("/setup", first, methods=["POST"]),
    Route("/setup/administrator", admin_form, methods=["GET"]),
    Route("/setup/administrator", admin, methods=["POST"]),
    Route("/setup/mail", mail_form, methods=["GET"]),
    Route("/setup/mail", mail, methods=["POST"]),
    Route("/setup/samples", samples_form, methods=["GET"]),
    Route("/setup/samples", samples, methods=["POST"]),
    Route("/setup/done", done, methods=["GET"]),
]
