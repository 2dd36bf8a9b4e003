"""Give the roles that a provider's groups stand for, and take back those it gave when the group is no longer named."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from base import journal
from base.clock import now
from members.actions.belong import held_organisation
from members.actions.grant import is_last_admin
from members.actions.reckon_trust import place_trust
from members.models import Membership, RoleGrant
from members.rules import ProviderFacts, roles_of


def read_map(text: str) -> list[tuple[str, str]]:
    """Return group and role of each line; a group may hold colons itself."""
    parts = (line.rpartition(":") for line in text.splitlines() if line.strip())
    return [(group.strip(), role.strip()) for group, _, role in parts]


def roles_in(facts: ProviderFacts, text: str, groups: Iterable[str]) -> list[str]:
    """Return the roles that groups stand for; only those that groups of this kind of provider may give."""
    named, may = set(groups), roles_of(facts)
    found = {role for group, role in read_map(text) if group in named}
    return [role for role in may if role in found]


async def give_roles(
    facts: ProviderFacts, member_id: int, wanted: Sequence[str], before: Sequence[str]
) -> list[str]:  # fmt: skip
    """Give and take roles inside the caller's transaction; return those that stand as given by the provider.

    What it gave before is not given again: somebody may have taken it back by hand.
    """
    kept = []
    for role in dict.fromkeys((*before, *wanted)):
        if role in before and role in wanted:
            kept.append(role)
        elif role in wanted:
            kept += [role] if await _give(facts, member_id, role) else []
        elif not await _take(facts, member_id, role):
            kept.append(role)
    return kept


async def hold_place_of(facts: ProviderFacts) -> None:
    """Hold the organisation of a provider, before any member: roles there are given and taken by one after another."""
    if facts.organisation_id is not None:
        await held_organisation(facts.organisation_id)


async def _give(facts: ProviderFacts, member_id: int, role: str) -> bool:
    if facts.organisation_id is not None:
        return role == "org_admin" and await _place(facts, member_id, role, "staff")
    at = now()
    if any(_is_held(one, at) for one in await RoleGrant.filter(member_id=member_id, role=role, scope="site")):
        return False
    made = await RoleGrant.create(member_id=member_id, role=role, since=at)
    await _record("role.granted", facts, made.id, {"role": role, "member_id": member_id, "scope_id": None})
    await place_trust(member_id)
    return True


async def _take(facts: ProviderFacts, member_id: int, role: str) -> bool:
    """Take a role back; return whether it is gone: the last administrator stays one, in an organisation, too."""
    if facts.organisation_id is not None:
        return await _unplace(facts, member_id)
    at = now()
    for one in await RoleGrant.filter(member_id=member_id, role=role, scope="site", granted_by_id=None):
        if not _is_held(one, at):
            continue
        if role == "admin" and await is_last_admin(one.id, at):
            return False
        await RoleGrant.filter(id=one.id).update(until=at)
        await _record("role.revoked", facts, one.id, {"role": role, "member_id": member_id, "scope_id": None})
    await place_trust(member_id)
    return True


async def _unplace(facts: ProviderFacts, member_id: int) -> bool:
    runs = Membership.filter(
        organisation_id=facts.organisation_id, role="org_admin", state="active", member__state="active"
    )
    if await runs.filter(member_id=member_id).exists() and not await runs.exclude(member_id=member_id).exists():
        return False
    await _place(facts, member_id, "staff", "org_admin")
    return True


async def _place(facts: ProviderFacts, member_id: int, role: str, before: str) -> bool:
    """Change the role of who belongs to the provider's organisation; nobody is placed there by this."""
    mine = Membership.filter(
        member_id=member_id, organisation_id=facts.organisation_id, state="active", role=before
    )  # fmt: skip
    if not await mine.update(role=role):
        return False
    await _record("member.placed", facts, member_id, {"organisation_id": facts.organisation_id, "role": role})
    told = {"member_id": member_id, "before": f"{before}, active", "after": f"{role}, active"}
    verb = "console.admin_made" if role == "org_admin" else "console.admin_unmade"
    await _record(verb, facts, facts.organisation_id or 0, told)
    return True


async def _record(kind: str, facts: ProviderFacts, subject_id: int, data: dict[str, object]) -> None:
    await journal.record(kind, actor_id=None, subject_id=subject_id, data={**data, "provider_id": facts.id})


def _is_held(one: RoleGrant, at: datetime) -> bool:
    return one.until is None or one.until > at
