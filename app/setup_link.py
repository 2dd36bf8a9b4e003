"""The address at which a site without an administrator is set up: whoever has it may become the administrator."""

from typing import Final

from base import settings
from base.errors import Invalid, Missing
from base.signing import sign, unsign
from members.queries.staff import holders

_PURPOSE: Final = "setup"
SECONDS: Final = 7 * 86400


async def setup_address() -> str:
    """Return the address with a signed token, or nothing when somebody runs the site already."""
    if await holders("admin"):
        return ""
    return f"{settings.get().address}/setup?token={sign(_PURPOSE, 1)}"


async def check_may_set_up(token: str) -> None:
    """Raise Missing unless the token is ours and fresh, and nobody runs the site yet."""
    try:
        unsign(_PURPOSE, token, seconds=SECONDS)
    except Invalid:
        raise Missing from None
    if await holders("admin"):
        raise Missing
