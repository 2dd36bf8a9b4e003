"""Say that a mail domain is the organisation's, and take that back; a claim gives nothing until it is proven."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Invalid, Missing
from base.inputs import Input, Line
from base.limits import count_against
from members import rules
from members.actions.belong import as_now, held_organisation
from members.domains import mail_domain
from members.models import DomainClaim, OrganisationDomain
from members.queries.facts import facts_of_organisation
from members.secrets import new_secret
from members.viewer import Viewer

MOST: Final = 20
CLAIMS: Final = "20/day"


class Claim(Input):
    """A mail domain."""

    domain: Annotated[Line, Field(min_length=1, title="Mail domain"), AfterValidator(mail_domain)]


async def claim_domain(viewer: Viewer, organisation_id: int, given: Claim) -> int:
    """Keep the claim with a token that its owner can show in the DNS; return its number."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    await count_against("domain-claims", CLAIMS, str(organisation_id))
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        await _check_free(facts.id, given)
        return await write_claim(facts.id, given.domain, viewer.id)


async def write_claim(organisation_id: int, domain: str, by_id: int | None) -> int:
    """Let a domain wait to be proven, inside the caller's transaction; return the number of the claim."""
    made = await DomainClaim.create(
        organisation_id=organisation_id, domain=domain, token=new_secret()[:40], by_id=by_id, at=now()
    )
    told = {"before": "", "after": domain}
    await journal.record("console.domain_claimed", actor_id=by_id, subject_id=organisation_id, data=told)
    return int(made.id)


async def _check_free(organisation_id: int, given: Claim) -> None:
    known = await OrganisationDomain.get_or_none(domain=given.domain)
    if known is not None:
        whose: int = known.organisation_id  # type: ignore[attr-defined]
        what = "is confirmed already" if whose == organisation_id else "belongs to another organisation"
        raise Invalid({"domain": f"{given.domain} {what}."}, given.model_dump())
    own = DomainClaim.filter(organisation_id=organisation_id)
    if await own.filter(domain=given.domain).exists():
        raise Invalid({"domain": f"{given.domain} waits to be proven already."}, given.model_dump())
    if await own.count() >= MOST:
        raise Conflict(f"{MOST} domains wait to be proven. Please prove or drop some of them first.")


async def drop_claim(viewer: Viewer, organisation_id: int, claim_id: int) -> None:
    """Take a claim back."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        claim = await DomainClaim.get_or_none(id=claim_id, organisation_id=facts.id)
        if claim is None:
            raise Missing("This domain does not wait to be proven.")
        await DomainClaim.filter(id=claim.id).delete()
        told = {"before": claim.domain, "after": ""}
        await journal.record("console.claim_dropped", actor_id=viewer.id, subject_id=facts.id, data=told)
