"""How the database was when a request came: asked once for each request, before anything else is."""

from typing import Final

from starlette.types import Scope

from base.db import Version, version, version_at_once
from base.log import logger

_ASKED: Final = "commonplace.version"


async def version_of(scope: Scope) -> Version | None:
    """Return the version of the database; none when it cannot be asked, so that the page says so in its own words."""
    if _ASKED not in scope:
        try:
            scope[_ASKED] = await version()
        except Exception:
            logger("web").warning("the database does not tell its version", exc_info=True)
            scope[_ASKED] = None
    found: Version | None = scope[_ASKED]
    return found


def version_at_once_of(scope: Scope) -> Version | None:
    """Return the same when nobody has to wait for it, and else none."""
    found: Version | None = scope.get(_ASKED)
    if found is None and (found := version_at_once()) is not None:
        scope[_ASKED] = found
    return found
