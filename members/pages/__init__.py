"""The pages of members/."""

from starlette.routing import BaseRoute

from members.pages import (
    admin,
    dev_mail,
    inbox,
    invitations,
    invited,
    join,
    keeping,
    masks,
    organisations,
    people,
    platform_changes,
    regions,
    reset,
    settings,
    sign_in,
    tokens,
    unsubscribe,
)

ROUTES: list[BaseRoute] = [
    *sign_in.ROUTES,
    *join.ROUTES,
    *reset.ROUTES,
    *people.ROUTES,
    *organisations.ROUTES,
    *invitations.ROUTES,
    *invited.ROUTES,
    *regions.ROUTES,
    *inbox.ROUTES,
    *settings.ROUTES,
    *tokens.ROUTES,
    *unsubscribe.ROUTES,
    *admin.ROUTES,
    *keeping.ROUTES,
    *platform_changes.ROUTES,
    *masks.ROUTES,
    *dev_mail.ROUTES,
]
