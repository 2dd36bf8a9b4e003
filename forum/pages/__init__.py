"""The pages of forum/."""

from starlette.routing import BaseRoute

from forum.pages import bookmarks, logos, naming, watching
from forum.pages.asking import ASKING
from forum.pages.files import FILES
from forum.pages.looking_after import LOOKING_AFTER
from forum.pages.reading import READING
from forum.pages.region_desk import REGION_DESKS
from forum.where_it_went import leading_on

ROUTES: list[BaseRoute] = leading_on(
    [
        *READING,
        *ASKING,
        *FILES,
        *LOOKING_AFTER,
        *REGION_DESKS,
        *watching.ROUTES,
        *bookmarks.ROUTES,
        *naming.ROUTES,
        *logos.ROUTES,
    ]
)
