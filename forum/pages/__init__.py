"""The pages of forum/."""

from starlette.routing import BaseRoute

from forum.pages import bookmarks, naming, watching
from forum.pages.asking import ASKING
from forum.pages.reading import READING

ROUTES: list[BaseRoute] = [*ASKING, *READING, *watching.ROUTES, *bookmarks.ROUTES, *naming.ROUTES]
