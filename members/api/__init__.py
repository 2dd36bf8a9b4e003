"""The JSON doors of members/."""

from typing import Any

from base.web.endpoints import Endpoint
from members.api import accounts, administration, directory, inbox, invitations, keeping, masks, own, platform_changes

ENDPOINTS: list[Endpoint[Any]] = [
    *own.ENDPOINTS,
    *directory.ENDPOINTS,
    *inbox.ENDPOINTS,
    *accounts.ENDPOINTS,
    *administration.ENDPOINTS,
    *keeping.ENDPOINTS,
    *invitations.ENDPOINTS,
    *platform_changes.ENDPOINTS,
    *masks.ENDPOINTS,
]
