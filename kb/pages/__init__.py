"""The pages of kb/."""

from starlette.routing import BaseRoute

ROUTES: list[BaseRoute] = []
