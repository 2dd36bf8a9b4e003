"""Ask for the password, or a code, once more before sensitive acts; what was typed goes through that page."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.clock import now
from base.errors import Failure, Invalid, TooMany
from base.web.inputs import read_input
from base.web.redirect import redirect, safe_path
from base.web.render import page
from members.actions.confirm_again import Proof, confirm_again
from members.current import need_member
from members.passkeys import usable_at
from members.queries.links import Proofs, proofs_of
from members.queries.two_steps import takes_two
from members.rules import ConfirmFirst, check_may_act_now
from members.viewer import Viewer

Page = Callable[[Request], Awaitable[Response]]

_ASKED: Final = "confirm_"
_PROOFS: Final = ("password", "code", "passkey", "challenge")
_NEVER_CARRIED: Final = frozenset({"current", "password", "mail_password", "metrics_token", "secret"})
"""Secrets are typed anew: they do not stand in a page."""
_KEPT_TO_ONESELF: Final = {"Cache-Control": "private, no-store"}


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """What templates/members/confirm_again.html shows; `carried` are the fields of the form that waits.

    `origin` is where passkeys can be used, empty for who has none.
    """

    action: str
    wants_code: bool
    has_app: bool
    origin: str
    proofs: Proofs
    carried: tuple[tuple[str, str], ...] = ()


async def _page_for(viewer: Viewer, action: str, carried: Iterable[tuple[str, str]]) -> ConfirmPage:
    origin = usable_at() if viewer.has_passkeys else ""
    proofs = await proofs_of(viewer)
    return ConfirmPage(action, takes_two(viewer), viewer.has_two_steps, origin, proofs, tuple(carried))


def confirming(work: Page) -> Page:
    """Make a page ask first when its act wants the member to prove again who they are, and then go on with it."""

    @wraps(work)
    async def answer(request: Request) -> Response:
        given = await read_input(request) if request.method == "POST" else {}
        try:
            if any(name.startswith(_ASKED) for name in given):
                await _prove(request, given)
            return await work(request)
        except ConfirmFirst:
            return await _ask(request, given)
        except _NotProven as error:
            return await _ask(request, given, error.why)

    return answer


class _NotProven(Exception):
    def __init__(self, why: Failure) -> None:
        self.why = why


async def _prove(request: Request, given: Mapping[str, object]) -> None:
    viewer = need_member(request)
    try:
        await confirm_again(viewer, Proof.read({name: given.get(_ASKED + name, "") for name in _PROOFS}))
    except (Invalid, TooMany) as error:
        raise _NotProven(error) from None
    request.state.viewer = replace(viewer, confirmed_at=now())


async def _ask(request: Request, given: Mapping[str, object], why: Failure | None = None) -> Response:
    path, is_read = request.url.path, request.method != "POST"
    action = "/settings/confirm" if is_read else path
    fields = [("next", path)] if is_read else _carried(given)
    data = await _page_for(need_member(request), action, fields)
    errors = {_ASKED + name: told for name, told in why.errors.items()} if isinstance(why, Invalid) else {}
    if why is not None and not errors:
        errors = {"": why.sentence}
    status = why.status if why else 200 if is_read else ConfirmFirst.status
    return page(request, "members/confirm_again.html", data, status=status, errors=errors, headers=_KEPT_TO_ONESELF)


def _carried(given: Mapping[str, object]) -> list[tuple[str, str]]:
    kept = (
        (name, value) for name, value in given.items() if not name.startswith(_ASKED) and name not in _NEVER_CARRIED
    )
    return [
        (name, str(one)) for name, value in kept for one in (value if isinstance(value, list | tuple) else (value,))
    ]


async def confirm_form(request: Request) -> Response:
    """Ask once more, and lead on."""
    after = safe_path(request.query_params.get("next"), "/settings")
    data = await _page_for(need_member(request), "/settings/confirm", [("next", after)])
    return page(request, "members/confirm_again.html", data, headers=_KEPT_TO_ONESELF)


@confirming
async def confirm(request: Request) -> Response:
    """Go on to where the member was headed: what was typed has been looked at."""
    check_may_act_now(need_member(request), now())  # proven just now, here or at a provider in another window
    given = await read_input(request)
    return redirect(safe_path(str(given.get("next") or ""), "/settings"))


ROUTES: list[BaseRoute] = [
    Route("/settings/confirm", confirm_form, methods=["GET"]),
    Route("/settings/confirm", confirm, methods=["POST"]),
]
