"""People as administrators see them, and in part moderators: roles, places, trust, suspension."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.paging import page_number, whole_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.grant import Grant, grant, revoke
from members.actions.hold_trust import HeldTrust, hold_trust, release_trust
from members.actions.invite import Invitation, invite
from members.actions.leave import Erasure, erase_member
from members.actions.place import Placing, place, remove
from members.actions.reset_two_steps import TwoStepsReset, reset_two_steps
from members.actions.suspend import Suspension, restore, suspend
from members.current import need_member
from members.pages.confirm_again import confirming
from members.queries.administration import admin_people_page, admin_person_page
from members.rules import check_may_look_after
from members.viewer import Viewer

Act = Callable[[Viewer, int, dict[str, object]], Awaitable[object]]


async def people(request: Request) -> Response:
    """Show all people, narrowed as asked."""
    viewer, given = need_member(request), request.query_params
    found = await admin_people_page(viewer, dict(given), page_number(given))
    return page(request, "members/admin_people.html", found)


async def person(request: Request) -> Response:
    """Show one person with everything that can be changed."""
    viewer = need_member(request)
    found = await admin_person_page(viewer, request.path_params["id"])
    return page(request, "members/admin_person.html", found)


def act(work: Act, done: str) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that does one thing to one person and shows that person again."""

    async def answer(request: Request) -> Response:
        viewer, member_id, given = need_member(request), request.path_params["id"], await read_input(request)
        check_may_look_after(viewer)
        try:
            await work(viewer, member_id, given)
        except Invalid as error:
            found = await admin_person_page(viewer, member_id)
            return page(request, "members/admin_person.html", found, status=422, errors=error.errors, given=given)
        except Conflict as error:
            return redirect(f"/admin/people/{member_id}", error.sentence, level="warning")
        return redirect(f"/admin/people/{member_id}", done)

    return confirming(answer)


async def _grant(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await grant(viewer, member_id, Grant.read(given))


async def _revoke(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await revoke(viewer, _number(given, "grant"))


async def _suspend(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await suspend(viewer, member_id, Suspension.read(given))


async def _restore(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await restore(viewer, member_id)


async def _place(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await place(viewer, member_id, Placing.read({"organisation": given.get("organisation"), "role": given.get("at")}))


async def _remove(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await remove(viewer, member_id, _number(given, "organisation"))


async def _invite(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await invite(viewer, member_id, Invitation.read(given))


async def _reset_two_steps(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    try:
        await reset_two_steps(viewer, member_id, TwoStepsReset.read({"reason": given.get("why")}))
    except Invalid as error:  # two forms of the page ask for a reason
        raise Invalid({"why": error.sentence}, given) from None


async def _hold_trust(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    try:
        await hold_trust(
            viewer, member_id, HeldTrust.read({"level": given.get("level"), "reason": given.get("because")})
        )
    except Invalid as error:  # two forms of the page ask for a reason
        told = {"because" if name == "reason" else name: words for name, words in error.errors.items()}
        raise Invalid(told, given) from None


async def _release_trust(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    await release_trust(viewer, member_id)


async def _erase(viewer: Viewer, member_id: int, given: dict[str, object]) -> None:
    try:
        await erase_member(viewer, member_id, Erasure.read({"kind": given.get("kind"), "reason": given.get("asked")}))
    except Invalid as error:  # several forms of the page ask for a reason
        names = {"reason": "asked"}
        raise Invalid({names.get(name, name): words for name, words in error.errors.items()}, given) from None


def _number(given: dict[str, object], name: str) -> int:
    number = whole_number(given.get(name))
    if number is None:
        raise Invalid({name: "Please choose one."}, given)
    return number


_ACTS: dict[str, tuple[Act, str]] = {
    "grant": (_grant, "The role is given."),
    "revoke": (_revoke, "The role is taken back."),
    "suspend": (_suspend, "The account is suspended."),
    "restore": (_restore, "The account is open again."),
    "place": (_place, "The organisation is set."),
    "remove": (_remove, "The person belongs to it no longer."),
    "reset-two-steps": (_reset_two_steps, "Two steps are off for this person, who was signed out and gets a letter."),
    "hold-trust": (_hold_trust, "The person is trusted so far from now on."),
    "release-trust": (_release_trust, "Trust follows what the person does again."),
    "erase": (_erase, "The account is closed, and is being erased."),
    "invite": (_invite, "A letter with a link is on its way."),
}

ROUTES: list[BaseRoute] = [
    Route("/admin/people", people, methods=["GET"]),
    Route("/admin/people/{id:int}", person, methods=["GET"]),
    *(Route(f"/admin/people/{{id:int}}/{name}", act(*one), methods=["POST"]) for name, one in _ACTS.items()),
]
