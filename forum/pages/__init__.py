"""The pages of forum/."""

from starlette.routing import BaseRoute

from forum.pages.asking import ASKING
from forum.pages.files import FILES
from forum.pages.reading import READING

ROUTES: list[BaseRoute] = [*ASKING, *FILES, *READING]
