"""A handle for everybody: made from the name, free, and fit for a mention."""

import secrets
from typing import Final

from base.text.slug import slugify
from members.leaving import handle_key
from members.models import Member, RetiredHandle

LONGEST: Final = 32
# Words that look like the site itself speaking, or stand in addresses below /people.
_RESERVED: Final = frozenset({"admin", "administrator", "all", "everyone", "help", "me", "moderator", "new", "system"})


async def free_handle(name: str, *, crowded: bool = False) -> str:
    """Return an unused handle for a name: mara-visser, mara-visser-2, …; the unique column has the last word.

    `crowded` says that others are taking handles at this moment: a chance number then keeps them apart.
    """
    base = slugify(name, LONGEST, empty="member")
    if base in _RESERVED:
        base = f"{base}-member"
    taken = {member.handle for member in await Member.filter(handle__startswith=base).only("handle")}
    if base not in taken and not await _is_retired(base):
        return base
    if crowded:
        return f"{base}-{1000 + secrets.randbelow(9000)}"
    number = 2
    while (handle := f"{base}-{number}") in taken or await _is_retired(handle):
        number += 1
    return handle


async def _is_retired(handle: str) -> bool:
    """Say whether somebody had it who is erased: their name in old texts must not lead to somebody else."""
    return await RetiredHandle.filter(hash=handle_key(handle)).exists()
