"""What rules need to know of members and organisations."""

from dataclasses import dataclass

from base.clock import now
from base.db import rows
from base.errors import Missing
from members.models import Organisation
from members.queries.by_slug import by_slug
from members.rules import MemberFacts, OrganisationFacts, may_see_organisation
from members.viewer import Viewer


async def facts_of_member(member_id: int) -> MemberFacts:
    """Return the facts of a member, or raise Missing."""
    at = now()
    found = await rows(
        "SELECT m.id, m.state, "
        "(SELECT COUNT(*) FROM role_grants g WHERE g.member_id = m.id AND g.since <= ? "
        " AND (g.until IS NULL OR g.until > ?)) AS roles, "
        "(SELECT COUNT(*) FROM role_grants g WHERE g.member_id = m.id AND g.role = 'admin' AND g.since <= ? "
        " AND (g.until IS NULL OR g.until > ?)) AS admin_roles FROM members m WHERE m.id = ?",
        at, at, at, at, member_id,
    )  # fmt: skip
    if not found:
        raise Missing("There is no such member.")
    row = found[0]
    return MemberFacts(id=row["id"], state=row["state"], is_staff=row["roles"] > 0, is_admin=row["admin_roles"] > 0)


async def facts_of_organisation(organisation_id: int) -> OrganisationFacts:
    """Return the facts of an organisation, or raise Missing."""
    found = await Organisation.get_or_none(id=organisation_id)
    if found is None:
        raise Missing("There is no such organisation.")
    return facts_of_row(found)


def facts_of_row(found: Organisation) -> OrganisationFacts:
    """Return the facts of an organisation that is loaded already."""
    region_id: int | None = found.region_id  # type: ignore[attr-defined]
    return OrganisationFacts(id=found.id, state=found.state, region_id=region_id)


@dataclass(frozen=True, slots=True)
class OrganisationAt:
    """An organisation at its address, with what rules need to know of it."""

    slug: str
    name: str
    facts: OrganisationFacts


async def organisation_at(viewer: Viewer, slug: str) -> OrganisationAt:
    """Return the organisation with this slug, or raise Missing; one that the viewer may not see is missing, too."""
    found = await by_slug(Organisation, slug)
    if found is not None:
        region_id: int | None = found.region_id  # type: ignore[attr-defined]
        facts = OrganisationFacts(id=found.id, state=found.state, region_id=region_id)
        if may_see_organisation(viewer, facts):
            return OrganisationAt(found.slug, found.name, facts)
    raise Missing("There is no such organisation, or you may not see it.")
