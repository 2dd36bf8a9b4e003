"""The address at which a site without an administrator is set up: whoever has it may become the administrator."""

from typing import Final

from base import settings
from base.errors import Invalid
from base.signing import sign, unsign
from members.queries.staff import holders

_PURPOSE: Final = "setup"
SECONDS: Final = 7 * 86400


async def setup_address() -> str:
    """Return the address with a signed token, or nothing when somebody runs the site already."""
    if await holders("admin"):
        return ""
    return f"{settings.get().address}/setup?token={sign(_PURPOSE, 1)}"


def is_good(token: str) -> bool:
    """Say whether a token is ours and fresh."""
    try:
        unsign(_PURPOSE, token, seconds=SECONDS)
    except Invalid:
        return False
    return True
