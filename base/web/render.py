"""Pages from page data."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from base import settings
from base.files import shipped
from base.settings import VERSION
from base.web.compiled import compiled_in
from base.web.filters import FILTERS
from base.web.holes import FILLERS, hole
from base.web.inline import icon, theme_script
from base.web.own import NOBODY, own_words
from base.web.parts import kept, remembered
from base.web.redirect import NOTE_COOKIE, take_messages
from base.web.words import page_word, page_words, plain_word, plain_words, reading

# What stands above every page comes from a higher floor; app/wiring.py says here how it is found, without waiting.
ABOVE: Final[list[Callable[[Request], Sequence[Any]]]] = []

_environment: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(shipped("templates")),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    auto_reload=False,  # else each page looks at the times of twenty files
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
)
_environment.filters.update(FILTERS)


@lru_cache(maxsize=256)
def _fingerprint(path: str) -> str:
    file = shipped("static") / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


def static_url(path: str) -> str:
    """Return the address of a static file; it changes with the file, so that browsers may keep it for ever."""
    return f"/static/{path}?v={_fingerprint(path)}"


@dataclass(frozen=True, slots=True)
class Site:
    """What every template knows of the site."""

    name: str
    tagline: str
    address: str
    version: str
    dev_mail: bool
    demo: bool
    by_invitation: bool

    @property
    def icon(self) -> str:
        """Return the address of the site's icon."""
        return icon()

    @property
    def theme_script(self) -> Markup:
        """Return the script that runs before the first paint."""
        return theme_script()

    def static(self, path: str) -> str:
        """Return the address of a static file."""
        return static_url(path)


def site() -> Site:
    """Return what templates know of the site."""
    now = settings.get()
    demo = now.demo and now.host in settings.LOOPBACK
    dev_mail, invited = demo and not now.mail_server, now.joining == "invitation"
    return Site(now.site_name, now.tagline, now.address, VERSION, dev_mail, demo, invited)


def render(template: str, context: Mapping[str, Any], locale: str = "en") -> str:
    """Render a template with words of `locale`; letters are plain text and nothing in them is escaped."""
    environment = _environment if template.endswith(".html") else _plain
    with reading(locale):
        return environment.get_template(template).render(context)


def part(template: str, macro: str, *given: object, locale: str) -> Markup:
    """Return a part of a page, drawn by a macro that needs nothing but what it is given."""
    with reading(locale):
        drawn: Markup = getattr(_environment.get_template(template).module, macro)(*given)
    return drawn


def account(viewer: Any) -> Markup | str:
    """Return the viewer's own corner of every page: a hole, when the page is drawn for nobody in particular."""
    if viewer.id is None:
        return ""
    if viewer.id == NOBODY:
        return hole(_ACCOUNT)
    return _account((viewer.name, viewer.handle, viewer.unread), viewer.locale, viewer.desks, viewer.waiting)


_ACCOUNT: Final = "account"
FILLERS[_ACCOUNT] = account


@lru_cache(maxsize=1024)
def _account(who: tuple[str, str, int], locale: str, desks: tuple[str, ...], waiting: int) -> Markup:
    return part("account.html", "account", own_words(*who), desks, waiting, locale=locale)


# Imported macros see globals only, so the words and the static addresses are globals.
_environment.globals |= {"static": static_url, "remembered": remembered, "kept": kept}
_plain: Final = _environment.overlay(autoescape=False)
_plain.globals = {**_environment.globals, "_": plain_word, "gettext": plain_word, "ngettext": plain_words}
_environment.globals |= {"_": page_word, "gettext": page_word, "ngettext": page_words}


def keep_compiled(data_dir: Path) -> None:
    """Keep compiled templates in the data folder from now on."""
    for environment in (_environment, _plain):
        environment.bytecode_cache = compiled_in(data_dir)


def page(
    request: Request,
    template: str,
    data: object = None,
    *,
    status: int = 200,
    errors: Mapping[str, str] | None = None,
    given: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render `template` with the fields of the page data `data` (a dataclass instance)."""
    context: dict[str, Any] = {}
    if is_dataclass(data):
        context = {field.name: getattr(data, field.name) for field in fields(data)}
    messages = take_messages(request)
    viewer = request.state.viewer
    context |= {
        "viewer": viewer,
        "account": account(viewer),
        "site": site(),
        "path": request.url.path,
        "shut_out": getattr(request.state, "is_shut_out", False),
        "query": dict(request.query_params),
        "errors": errors or {},
        "given": given or {},
        "messages": messages,
        "above": [one for find in ABOVE for one in find(request)],
    }
    response = HTMLResponse(render(template, context, viewer.locale), status_code=status, headers=dict(headers or {}))
    if messages:
        response.delete_cookie(NOTE_COOKIE)
    if viewer.id is not None or messages:
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response
