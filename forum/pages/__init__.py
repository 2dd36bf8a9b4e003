"""The pages of forum/."""

from starlette.routing import BaseRoute

ROUTES: list[BaseRoute] = []
