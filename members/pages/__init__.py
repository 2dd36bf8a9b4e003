"""The pages of members/."""

from starlette.routing import BaseRoute

from members.pages import (
    admin,
    confirm_again,
    dev_mail,
    inbox,
    join,
    keeping,
    masks,
    organisations,
    people,
    platform_changes,
    regions,
    reset,
    second_step,
    settings,
    sign_in,
    tokens,
    two_steps,
    unsubscribe,
    uses,
)

ROUTES: list[BaseRoute] = [
    *sign_in.ROUTES,
    *second_step.ROUTES,
    *join.ROUTES,
    *reset.ROUTES,
    *people.ROUTES,
    *organisations.ROUTES,
    *regions.ROUTES,
    *inbox.ROUTES,
    *settings.ROUTES,
    *tokens.ROUTES,
    *two_steps.ROUTES,
    *confirm_again.ROUTES,
    *unsubscribe.ROUTES,
    *admin.ROUTES,
    *keeping.ROUTES,
    *platform_changes.ROUTES,
    *uses.ROUTES,
    *masks.ROUTES,
    *dev_mail.ROUTES,
]
