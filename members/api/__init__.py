"""The JSON doors of members/."""

from typing import Any

from base.web.endpoints import Endpoint
from members.api import (
    accounts,
    administration,
    directory,
    inbox,
    invitations,
    keeping,
    masks,
    own,
    own_data,
    platform_changes,
    two_steps,
    uses,
)

ENDPOINTS: list[Endpoint[Any]] = [
    *own.ENDPOINTS,
    *two_steps.ENDPOINTS,
    *own_data.ENDPOINTS,
    *directory.ENDPOINTS,
    *inbox.ENDPOINTS,
    *accounts.ENDPOINTS,
    *administration.ENDPOINTS,
    *keeping.ENDPOINTS,
    *invitations.ENDPOINTS,
    *platform_changes.ENDPOINTS,
    *uses.ENDPOINTS,
    *masks.ENDPOINTS,
]
