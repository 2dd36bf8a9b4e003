"""The pages of search."""

from starlette.routing import BaseRoute

from search_index.pages import gaps, help, search, suggest, synonyms  # noqa: A004 - the page's name

ROUTES: list[BaseRoute] = [*search.ROUTES, *suggest.ROUTES, *help.ROUTES, *gaps.ROUTES, *synonyms.ROUTES]
