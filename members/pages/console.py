"""The console of an organisation: its people, domains, policies, and what was done in it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Conflict, Invalid
from base.paging import page_number
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.actions.claim_domain import Claim, claim_domain, drop_claim
from members.actions.propose_change import Verdict, decide_proposal
from members.actions.prove_domain import check_claim, confirm_claim, give_up_domain
from members.actions.set_policies import Policies, set_policies
from members.actions.take_along import take_along
from members.current import need_member
from members.pages.confirm_again import confirming
from members.queries.console import ConsoleLink, console_of, console_page, own_consoles
from members.queries.console_domains import console_domains
from members.queries.console_settings import console_journal, console_settings
from members.viewer import Viewer

OnDomain = Callable[[Viewer, int, Request], Awaitable[tuple[str, str]]]

CONSOLE: Final = "/organisations/{slug}/console"
_FOUND: Final = {
    "proven": ("ok", "The domain is proven. Whoever confirms an address there belongs to the organisation."),
    "missing": ("warning", "There is no such text in the DNS yet. It can take some hours until it is seen."),
    "other": ("warning", "There are texts at this name in the DNS, but not this one. Please compare them."),
    "silent": ("warning", "The DNS did not answer in time. Please try again in a few minutes."),
}


@dataclass(frozen=True, slots=True)
class ConsolesPage:
    """What templates/members/consoles.html shows."""

    consoles: tuple[ConsoleLink, ...]


def home(request: Request, part: str = "") -> str:
    """Return the address of a part of the console."""
    return CONSOLE.format(slug=request.path_params["slug"]) + part


async def own_console(request: Request) -> Response:
    """Lead to the console of the only organisation whose administrator the viewer is, or show which there are."""
    found = await own_consoles(need_member(request))
    if len(found) == 1:
        return redirect(CONSOLE.format(slug=found[0].slug))
    return page(request, "members/consoles.html", ConsolesPage(found))


async def console(request: Request) -> Response:
    """Show what waits."""
    found = await console_page(need_member(request), request.path_params["slug"])
    return page(request, "members/console.html", found)


async def domains(request: Request) -> Response:
    """Show the mail domains."""
    found = await console_domains(need_member(request), request.path_params["slug"])
    return page(request, "members/console_domains.html", found)


async def claim(request: Request) -> Response:
    """Claim a mail domain."""
    viewer, given = need_member(request), await read_input(request)
    found = await console_domains(viewer, request.path_params["slug"])
    try:
        await claim_domain(viewer, found.head.id, Claim.read(given))
    except Invalid as error:
        return page(request, "members/console_domains.html", found, status=422, errors=error.errors, given=given)
    except Conflict as error:
        return redirect(home(request, "/domains"), error.sentence, level="warning")
    return redirect(home(request, "/domains"), "Now show the text below in the DNS of the domain.")


def on_domain(work: OnDomain) -> Callable[[Request], Awaitable[Response]]:
    """Make a page that does one thing about a domain and shows all of them again."""

    async def answer(request: Request) -> Response:
        viewer = need_member(request)
        head, _ = await console_of(viewer, request.path_params["slug"], runs=True)
        try:
            level, told = await work(viewer, head.id, request)
        except Conflict as error:
            level, told = "warning", error.sentence
        return redirect(home(request, "/domains"), told, level=level)

    return confirming(answer)


async def _check(viewer: Viewer, organisation_id: int, request: Request) -> tuple[str, str]:
    return _FOUND[await check_claim(viewer, organisation_id, request.path_params["id"])]


async def _confirm(viewer: Viewer, organisation_id: int, request: Request) -> tuple[str, str]:
    await confirm_claim(viewer, organisation_id, request.path_params["id"])
    return _FOUND["proven"]


async def _drop(viewer: Viewer, organisation_id: int, request: Request) -> tuple[str, str]:
    await drop_claim(viewer, organisation_id, request.path_params["id"])
    return "ok", "The domain waits no longer."


async def _give_up(viewer: Viewer, organisation_id: int, request: Request) -> tuple[str, str]:
    given = await read_input(request)
    await give_up_domain(viewer, organisation_id, str(given.get("domain") or "")[:120])
    return "ok", "The domain proves nothing any more. Who came by it stays."


async def settings(request: Request) -> Response:
    """Show the policies."""
    found = await console_settings(need_member(request), request.path_params["slug"])
    return page(request, "members/console_settings.html", found)


@confirming
async def keep_settings(request: Request) -> Response:
    """Keep the policies."""
    viewer, given = need_member(request), await read_input(request)
    found = await console_settings(viewer, request.path_params["slug"])
    try:
        await set_policies(viewer, found.head.id, Policies.read(given))
    except Invalid as error:
        return page(request, "members/console_settings.html", found, status=422, errors=error.errors, given=given)
    return redirect(home(request, "/settings"), "Saved.")


@confirming
async def everything(request: Request) -> Response:
    """Answer everything the organisation has as a file."""
    taken = await take_along(need_member(request), request.path_params["slug"])
    name = f"{request.path_params['slug'][:80]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(json.dumps(taken, default=str, indent=1), media_type="application/json", headers=headers)


async def journal(request: Request) -> Response:
    """Show what was done in the organisation."""
    number = page_number(request.query_params)
    found = await console_journal(need_member(request), request.path_params["slug"], number)
    return page(request, "members/console_journal.html", found)


async def decide(request: Request) -> Response:
    """Accept or decline a proposal; who accepts is led to where the change is made."""
    viewer, given = need_member(request), await read_input(request)
    head, _ = await console_of(viewer, request.path_params["slug"], runs=True)
    verdict = Verdict.read(given)
    try:
        about = await decide_proposal(viewer, head.id, request.path_params["id"], verdict)
    except Conflict as error:
        return redirect(home(request), error.sentence, level="warning")
    if verdict.verdict == "declined":
        return redirect(home(request), "The proposal is declined, and who made it is told.")
    place = "edit" if about == "profile" else "platforms"
    return redirect(f"/organisations/{head.slug}/{place}", "Accepted. Please make the change here.")


ROUTES: list[BaseRoute] = [
    Route("/console", own_console, methods=["GET"]),
    Route(CONSOLE, console, methods=["GET"]),
    Route(f"{CONSOLE}/domains", domains, methods=["GET"]),
    Route(f"{CONSOLE}/domains", claim, methods=["POST"]),
    Route(f"{CONSOLE}/domains/give-up", on_domain(_give_up), methods=["POST"]),
    Route(f"{CONSOLE}/domains/{{id:int}}/check", on_domain(_check), methods=["POST"]),
    Route(f"{CONSOLE}/domains/{{id:int}}/confirm", on_domain(_confirm), methods=["POST"]),
    Route(f"{CONSOLE}/domains/{{id:int}}/drop", on_domain(_drop), methods=["POST"]),
    Route(f"{CONSOLE}/settings", settings, methods=["GET"]),
    Route(f"{CONSOLE}/settings", keep_settings, methods=["POST"]),
    Route(f"{CONSOLE}/everything", everything, methods=["POST"]),
    Route(f"{CONSOLE}/journal", journal, methods=["GET"]),
    Route(f"{CONSOLE}/proposals/{{id:int}}", decide, methods=["POST"]),
]
