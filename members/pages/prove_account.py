"""Who came from a provider, and whose address has an account already: prove that it is theirs."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.enter_by_link import Place
from members.actions.link_identity import Arrived, unpacked
from members.actions.prove_account import (
    OwnPassword,
    ask_for_letter,
    prove_by_letter,
    prove_by_password,
    prove_signed_in,
)
from members.actions.wait_for_code import Waiting
from members.current import viewer_of
from members.device_cookie import device_of
from members.pages.away import KEPT_TO_ONESELF
from members.pages.confirm_again import confirming
from members.pages.providers import ARRIVED_COOKIE, go_on
from members.queries.providers import name_of_provider

WHERE = "/sign-in/link"


@dataclass(frozen=True, slots=True)
class ProvePage:
    """What templates/members/prove_account.html shows; `is_mine` when that account is signed in here."""

    email: str
    provider: str
    is_mine: bool
    is_other: bool
    next: str
    token: str = ""


async def prove_form(request: Request) -> Response:
    """Show the ways to prove it; the link of a letter shows a button, for programs follow links."""
    try:
        arrived = unpacked(request.cookies.get(ARRIVED_COOKIE, ""))
    except Invalid as error:
        return redirect("/sign-in", error.sentence, level="note")
    return await _shown(request, arrived, request.query_params.get("next"), request.query_params.get("token", ""))


async def _shown(
    request: Request, arrived: Arrived, after: str | None, token: str = "", error: Invalid | None = None
) -> Response:
    viewer = viewer_of(request)
    data = ProvePage(
        arrived.person.email, await name_of_provider(arrived.provider_id), viewer.id == arrived.member_id,
        viewer.is_member and viewer.id != arrived.member_id, safe_path(after), token,
    )  # fmt: skip
    errors, status = error.errors if error else {}, 422 if error else 200
    return page(request, "members/prove_account.html", data, status=status, errors=errors, headers=KEPT_TO_ONESELF)


@confirming
async def prove(request: Request) -> Response:
    """Link the sign-in to the account: by its password, by the letter, or because it is signed in."""
    given, viewer = await read_input(request), viewer_of(request)
    after, token = safe_path(str(given.get("next") or "/")), str(given.get("token") or "")
    try:
        arrived = unpacked(request.cookies.get(ARRIVED_COOKIE, ""))
    except Invalid as error:
        return redirect("/sign-in", error.sentence, level="note")
    place = Place(viewer, device_of(request))
    try:
        if viewer.id == arrived.member_id:
            await prove_signed_in(viewer, arrived)
            return _forgetting(redirect(after, "Linked. From now on this sign-in opens your account, too."))
        by_letter = prove_by_letter(place, arrived, token) if token else None
        came = await (by_letter or prove_by_password(place, arrived, OwnPassword.read(given)))
    except Invalid as error:
        return await _shown(request, arrived, after, token, error)
    return (
        go_on(request, came, f"{WHERE}?{urlencode({'next': after})}")
        if isinstance(came, Waiting)
        else _forgetting(go_on(request, came, after))
    )


async def letter(request: Request) -> Response:
    """Send a letter to the address, with a link that is good in this browser."""
    try:
        arrived = unpacked(request.cookies.get(ARRIVED_COOKIE, ""))
    except Invalid as error:
        return redirect("/sign-in", error.sentence, level="note")
    await ask_for_letter(viewer_of(request), arrived)
    sentence = "A letter is on its way. Please open its link in this browser, within half an hour."
    return redirect(WHERE, sentence)


def _forgetting(response: Response) -> Response:
    response.delete_cookie(ARRIVED_COOKIE, path="/sign-in")
    return response


ROUTES: list[BaseRoute] = [
    Route(WHERE, prove_form, methods=["GET"]),
    Route(WHERE, prove, methods=["POST"]),
    Route(f"{WHERE}/letter", letter, methods=["POST"]),
]
