"""Who belongs to the industry: a member whose main organisation sells something says so wherever they are named."""

from collections.abc import Iterable
from typing import Final

from base.db import lookup, marks

VENDOR_OF: Final = """(SELECT vo.name FROM memberships vm JOIN organisations vo ON vo.id = vm.organisation_id
  WHERE vm.id = (SELECT MIN(vx.id) FROM memberships vx
    WHERE vx.member_id = {member} AND vx.state = 'active' AND vx.main) AND vo.kind = 'industry')"""
"""The name of the vendor that a member belongs to now; none for everybody else."""


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
