"""The pages of search."""

from starlette.routing import BaseRoute

from search_index.pages import help, search, suggest  # noqa: A004 - the page's name

ROUTES: list[BaseRoute] = [*search.ROUTES, *suggest.ROUTES, *help.ROUTES]
