"""Look in the DNS whether a claimed mail domain is the organisation's; let the staff say so; give a domain up."""

import hmac
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from tortoise.exceptions import IntegrityError

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Conflict, Missing
from base.limits import count_against
from base.name_texts import NoAnswer, texts_at
from members import rules
from members.actions.belong import as_now, held_organisation
from members.actions.welcome_domain import welcome_domain
from members.domains import proof_of, record_of
from members.models import DomainClaim, OrganisationDomain
from members.queries.facts import facts_of_organisation
from members.rules import OPEN_STATES
from members.viewer import Viewer

LOOKS: Final = "30/hour"
_PAUSE: Final = timedelta(hours=1)
_PATIENCE: Final = timedelta(days=30)
"""So long after it was made a claim is looked for without being asked."""
_AT_ONCE: Final = 20
_TAKEN: Final = "This domain has become another organisation's. Please tell the people who run this site."


async def check_claim(viewer: Viewer, organisation_id: int, claim_id: int) -> str:
    """Look now; return proven, missing (no text there), other (texts, not this one) or silent (no answer)."""
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    await count_against("domain-looks", LOOKS, str(organisation_id))
    claim = await _claim(organisation_id, claim_id)
    found = await _look(claim)
    await _keep(organisation_id, claim_id, found, viewer)
    return found


async def confirm_claim(viewer: Viewer, organisation_id: int, claim_id: int) -> None:
    """Say, as who runs the site, that the domain is the organisation's."""
    rules.check_may_keep_organisations(viewer)
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, now())
    await _claim(organisation_id, claim_id)
    await _keep(organisation_id, claim_id, "proven", viewer, by="staff")


async def give_up_domain(viewer: Viewer, organisation_id: int, domain: str) -> None:
    """Say that a confirmed domain is the organisation's no longer; who came by it stays.

    It also opens what a compulsory provider closes: passwords are good again for addresses there.
    """
    rules.check_may_run_organisation(viewer, await facts_of_organisation(organisation_id))
    if viewer.session_id is not None:  # programs with a token go on: making it asked for the proof
        rules.check_may_act_now(viewer, now())
    async with transaction():
        facts = await held_organisation(organisation_id)
        rules.check_may_run_organisation(await as_now(viewer), facts)
        if not await OrganisationDomain.filter(organisation_id=facts.id, domain=domain).delete():
            raise Missing("This is not a domain of the organisation.")
        told = {"before": domain, "after": ""}
        await journal.record("console.domain_given_up", actor_id=viewer.id, subject_id=facts.id, data=told)


async def look_for_domains() -> int:
    """Look for the claims that nobody looked at lately; return how many are proven now. A chore."""
    at, proven = now(), 0
    for claim in await _due(at - _PAUSE, at - _PATIENCE):
        found = await _look(claim)
        organisation_id: int = claim.organisation_id  # type: ignore[attr-defined]
        try:
            await _keep(organisation_id, claim.id, found, None)
        except (Conflict, Missing):
            continue  # another organisation's by now, or taken back while the DNS was asked
        proven += found == "proven"
    return proven


async def _due(before: object, since: object) -> Iterable[DomainClaim]:
    fresh = DomainClaim.filter(at__gte=since)
    never = await fresh.filter(looked_at=None).order_by("id").limit(_AT_ONCE)
    again = await fresh.filter(looked_at__lt=before).order_by("looked_at", "id").limit(_AT_ONCE - len(never))
    return [*never, *again]


async def _claim(organisation_id: int, claim_id: int) -> DomainClaim:
    found = await DomainClaim.get_or_none(id=claim_id, organisation_id=organisation_id)
    if found is None:
        raise Missing("This domain does not wait to be proven.")
    return found


async def _look(claim: DomainClaim) -> str:
    try:
        texts = await texts_at(record_of(claim.domain))
    except NoAnswer:
        return "silent"
    wanted = proof_of(claim.token).encode()
    if any(hmac.compare_digest(text.encode(), wanted) for text in texts):
        return "proven"
    return "other" if texts else "missing"


async def _keep(organisation_id: int, claim_id: int, found: str, viewer: Viewer | None, by: str = "dns") -> None:
    """Write down what was found; what is proven becomes the organisation's, unless it is another's already."""
    try:
        async with transaction():
            facts = await held_organisation(organisation_id)
            claim = await _claim(organisation_id, claim_id)
            if found != "proven":
                await DomainClaim.filter(id=claim.id).update(looked_at=now(), found=found)
                return
            await OrganisationDomain.create(organisation_id=facts.id, domain=claim.domain, verified_at=now())
            await DomainClaim.filter(id=claim.id).delete()
            actor = viewer.id if viewer else None
            told = {"before": "", "after": claim.domain, "by": by}
            await journal.record("console.domain_proven", actor_id=actor, subject_id=facts.id, data=told)
            if facts.state in OPEN_STATES:
                await welcome_domain(facts.id, [claim.domain])
    except IntegrityError:
        await DomainClaim.filter(id=claim_id).update(looked_at=now(), found="taken")
        raise Conflict(_TAKEN) from None
