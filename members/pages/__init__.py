"""The pages of members/."""

from starlette.routing import BaseRoute

ROUTES: list[BaseRoute] = []
