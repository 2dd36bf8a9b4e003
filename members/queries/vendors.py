"""Who belongs to the industry: a member of an organisation that sells something says so wherever they are named."""

from collections.abc import Iterable
from typing import Final

from base.db import lookup, marks

VENDOR_OF: Final = """(SELECT vo.name FROM memberships vm JOIN organisations vo ON vo.id = vm.organisation_id
  WHERE vm.member_id = {member} AND vm.state IN ('active', 'paused') AND vo.kind = 'industry'
  ORDER BY vm.state, vm.main DESC, vm.id LIMIT 1)"""
"""The name of the vendor that a member belongs to now, also while their place there is paused; else none."""


def signed(name: str, vendor: str | None) -> str:
    """Return a name as it stands where there is room for words alone: in feeds, quotes and letters."""
    return f"{name} (Industry: {vendor})" if vendor and name else name


async def vendors_of(member_ids: Iterable[int]) -> dict[int, str]:
    """Return the vendors that some of the members belong to now."""
    ids = sorted(set(member_ids))
    if not ids:
        return {}
    found = await lookup(
        f"SELECT m.id, {VENDOR_OF.format(member='m.id')} AS vendor FROM members m WHERE m.id IN ({marks(ids)})",  # noqa: S608
        *ids,
    )
    return {row["id"]: row["vendor"] for row in found if row["vendor"]}
