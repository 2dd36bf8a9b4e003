"""Pages of plain words: about, guidelines, accessibility, writing help, the API."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.wiring import ENDPOINTS
from base import settings
from base.files import shipped
from base.text.markdown import to_html
from base.web.render import page


@dataclass(frozen=True, slots=True)
class WordsPage:
    """What templates/app/words.html shows."""

    heading: str
    words: Markup


@dataclass(frozen=True, slots=True)
class Door:
    """One line of the API page."""

    method: str
    path: str
    summary: str


@dataclass(frozen=True, slots=True)
class ApiPage:
    """What templates/app/api.html shows."""

    address: str
    groups: list[tuple[str, list[Door]]]


def _words(heading: str, file: str) -> Route:
    async def show(request: Request) -> Response:
        source = (shipped("templates") / "words" / file).read_text().replace("{site}", settings.get().site_name)
        return page(request, "app/words.html", WordsPage(heading, to_html(source)))

    return Route(f"/{file.removesuffix('.md')}", show, name=f"words.{file.removesuffix('.md')}")


async def api(request: Request) -> Response:
    """Show every door of the API, grouped."""
    groups: dict[str, list[Door]] = {}
    for one in ENDPOINTS:
        groups.setdefault(one.tag, []).append(Door(one.method, one.path, one.summary))
    return page(request, "app/api.html", ApiPage(settings.get().address, sorted(groups.items())))


ROUTES: list[BaseRoute] = [
    _words("About this network", "about.md"),
    _words("Guidelines", "guidelines.md"),
    _words("Accessibility", "accessibility.md"),
    _words("Writing help", "writing-help.md"),
    Route("/api", api, name="api"),
]
