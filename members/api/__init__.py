"""The JSON doors of members/."""

from typing import Any

from base.web.endpoints import Endpoint
from members.api import (
    accounts,
    administration,
    console,
    console_people,
    directory,
    inbox,
    invitations,
    keeping,
    masks,
    own,
    own_data,
    passkeys,
    platform_changes,
    providers,
    requests,
    trust,
    two_steps,
    uses,
)

ENDPOINTS: list[Endpoint[Any]] = [
    *own.ENDPOINTS,
    *two_steps.ENDPOINTS,
    *passkeys.ENDPOINTS,
    *providers.ENDPOINTS,
    *own_data.ENDPOINTS,
    *directory.ENDPOINTS,
    *inbox.ENDPOINTS,
    *accounts.ENDPOINTS,
    *administration.ENDPOINTS,
    *keeping.ENDPOINTS,
    *console.ENDPOINTS,
    *console_people.ENDPOINTS,
    *invitations.ENDPOINTS,
    *platform_changes.ENDPOINTS,
    *uses.ENDPOINTS,
    *trust.ENDPOINTS,
    *requests.ENDPOINTS,
    *masks.ENDPOINTS,
]
