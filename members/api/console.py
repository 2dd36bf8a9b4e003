"""JSON doors to the console of an organisation: its people, domains, policies, and what was done in it."""

import json
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request

from base.paging import page_number
from base.web.endpoints import Endpoint, endpoint
from members.actions.ask_to_belong import Asking, ask_to_belong, take_back_asking
from members.actions.claim_domain import Claim, claim_domain, drop_claim
from members.actions.propose_change import Proposal, Verdict, decide_proposal, propose_change, take_back_proposal
from members.actions.prove_domain import check_claim, confirm_claim, give_up_domain
from members.actions.set_policies import Policies, set_policies
from members.actions.take_along import take_along
from members.current import need_member
from members.queries.console import ConsolePage, console_of, console_page
from members.queries.console_domains import ClaimRow, ConsoleDomainsPage, DomainRow, console_domains
from members.queries.console_settings import ConsoleSettingsPage, DoneRow, console_journal, console_settings
from members.queries.facts import organisation_at

_PLACE: Final = "/api/v1/organisations/{slug}"
_CONSOLE: Final = f"{_PLACE}/console"
_PAGE: Final = {"page": "Page number, from 1."}


@dataclass(frozen=True, slots=True)
class Added:
    """What was added."""

    id: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What the DNS said: proven, missing, other or silent."""

    found: str


@dataclass(frozen=True, slots=True)
class DomainsOut:
    """Confirmed mail domains, and those that wait to be proven."""

    domains: tuple[DomainRow, ...]
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Everything an organisation has, and what was written in its name."""

    taken_at: str
    organisation: dict[str, Any]
    mail_domains: list[dict[str, Any]]
    people: list[dict[str, Any]]
    platforms: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    threads: list[dict[str, Any]]
    practices: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class DoneOut:
    """A page of what was done, the newest first."""

    total: int
    page: int
    pages: int
    entries: tuple[DoneRow, ...]


def _slug(request: Request) -> str:
    return str(request.path_params["slug"])


async def _run(request: Request) -> int:
    """Return the organisation in which the member decides."""
    return (await console_of(need_member(request), _slug(request), runs=True))[0].id


@endpoint("GET", _CONSOLE, output=ConsolePage, summary="What waits for its administrators", tag="organisations")
async def read_console(request: Request, given: None) -> ConsolePage:
    """Return what waits."""
    return await console_page(need_member(request), _slug(request))


@endpoint("GET", f"{_CONSOLE}/journal", output=DoneOut, query=_PAGE, summary="What was done in it",
          tag="organisations")  # fmt: skip
async def read_done(request: Request, given: None) -> DoneOut:
    """Return a page of what was done."""
    found = await console_journal(need_member(request), _slug(request), page_number(request.query_params))
    return DoneOut(found.page.total, found.page.number, found.page.pages, found.entries)


@endpoint("POST", f"{_CONSOLE}/everything", output=Taken, summary="Take along everything it has", tag="organisations")
async def take_everything(request: Request, given: None) -> Taken:
    """Return everything the organisation has."""
    taken = await take_along(need_member(request), _slug(request))
    return Taken(**json.loads(json.dumps(taken, default=str)))


@endpoint("GET", f"{_CONSOLE}/policies", output=ConsoleSettingsPage, summary="Its policies", tag="organisations")
async def read_policies(request: Request, given: None) -> ConsoleSettingsPage:
    """Return the policies."""
    return await console_settings(need_member(request), _slug(request))


@endpoint("PUT", f"{_CONSOLE}/policies", input=Policies, output=None, summary="Keep its policies",
          tag="organisations")  # fmt: skip
async def keep_policies(request: Request, given: Policies) -> None:
    """Keep the policies."""
    await set_policies(need_member(request), await _run(request), given)


@endpoint("GET", f"{_CONSOLE}/domains", output=DomainsOut, summary="Its mail domains", tag="organisations")
async def read_domains(request: Request, given: None) -> DomainsOut:
    """Return the mail domains."""
    found: ConsoleDomainsPage = await console_domains(need_member(request), _slug(request))
    return DomainsOut(found.domains, found.claims)


@endpoint("POST", f"{_CONSOLE}/domains", input=Claim, output=Added, status=201, summary="Claim a mail domain",
          tag="organisations")  # fmt: skip
async def new_claim(request: Request, given: Claim) -> Added:
    """Claim a mail domain."""
    return Added(await claim_domain(need_member(request), await _run(request), given))


@endpoint("POST", f"{_CONSOLE}/domains/{{id:int}}/check", output=Looked, summary="Look whether a domain is proven",
          tag="organisations")  # fmt: skip
async def look_at_claim(request: Request, given: None) -> Looked:
    """Look in the DNS now."""
    return Looked(await check_claim(need_member(request), await _run(request), request.path_params["id"]))


@endpoint("POST", f"{_CONSOLE}/domains/{{id:int}}/confirm", output=None, tag="organisations",
          summary="Confirm a domain without the DNS, as who runs the site")  # fmt: skip
async def confirm_domain(request: Request, given: None) -> None:
    """Confirm a claimed domain."""
    await confirm_claim(need_member(request), await _run(request), request.path_params["id"])


@endpoint("DELETE", f"{_CONSOLE}/claims/{{id:int}}", output=None, summary="Drop a claimed domain", tag="organisations")
async def no_claim(request: Request, given: None) -> None:
    """Drop a claim."""
    await drop_claim(need_member(request), await _run(request), request.path_params["id"])


@endpoint("DELETE", f"{_CONSOLE}/domains/{{domain}}", output=None, summary="Give a domain up", tag="organisations")
async def no_domain(request: Request, given: None) -> None:
    """Give a confirmed domain up."""
    await give_up_domain(need_member(request), await _run(request), str(request.path_params["domain"])[:120])


@endpoint("POST", f"{_PLACE}/asking", input=Asking, output=None, summary="Ask to belong", tag="organisations")
async def new_asking(request: Request, given: Asking) -> None:
    """Ask to belong to an organisation."""
    viewer = need_member(request)
    await ask_to_belong(viewer, (await organisation_at(viewer, _slug(request))).facts.id, given)


@endpoint("DELETE", f"{_PLACE}/asking", output=None, summary="Ask no longer", tag="organisations")
async def no_asking(request: Request, given: None) -> None:
    """Take the question back."""
    viewer = need_member(request)
    await take_back_asking(viewer, (await organisation_at(viewer, _slug(request))).facts.id)


@endpoint("POST", f"{_PLACE}/proposals", input=Proposal, output=Added, status=201, summary="Propose a change",
          tag="organisations")  # fmt: skip
async def new_proposal(request: Request, given: Proposal) -> Added:
    """Propose a change to the page or the ledger."""
    viewer = need_member(request)
    return Added(await propose_change(viewer, (await organisation_at(viewer, _slug(request))).facts.id, given))


@endpoint("DELETE", f"{_PLACE}/proposals/{{id:int}}", output=None, summary="Take a proposal back", tag="organisations")
async def no_proposal(request: Request, given: None) -> None:
    """Take an own proposal back."""
    viewer = need_member(request)
    found = await organisation_at(viewer, _slug(request))
    await take_back_proposal(viewer, found.facts.id, request.path_params["id"])


@endpoint("POST", f"{_CONSOLE}/proposals/{{id:int}}", input=Verdict, output=None, summary="Decide about a proposal",
          tag="organisations")  # fmt: skip
async def verdict_on_proposal(request: Request, given: Verdict) -> None:
    """Accept or decline a proposal."""
    await decide_proposal(need_member(request), await _run(request), request.path_params["id"], given)


ENDPOINTS: list[Endpoint[Any]] = [
    read_console, read_done, take_everything, read_policies, keep_policies, read_domains, new_claim, look_at_claim,
    confirm_domain, no_claim, no_domain, new_asking, no_asking, new_proposal, no_proposal, verdict_on_proposal,
]  # fmt: skip
