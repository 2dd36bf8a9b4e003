"""Build the whole site as one ASGI application."""

import gzip
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from app.chores import CHORES, write_down
from app.kept_settings import look_at_settings
from app.migration_line import refuse_newer
from app.pages import admin, home, machines, setup, system, words
from app.pages import settings as settings_pages
from app.search import engine_of
from app.whose import known, whose
from app.wiring import SOURCES, routes, wire
from base import settings
from base.db import close, connect, dialect
from base.errors import Failure
from base.files import shipped
from base.journal.worker import working
from base.mail import take_back_letters
from base.settings import Settings
from base.web.answers import takes_gzip
from base.web.failures import on_failure, on_http
from base.web.guards import Calm, ReadableAddress, SameSite, SizeLimit, StrictHeaders
from base.web.kept_answers import KeptAnswers
from base.web.render import keep_compiled
from forum.banners import look_again
from forum.pages.file_fields import most_bytes
from members.current import WhoIsLooking
from members.inbox_bell import INBOX
from members.live import end_all, hear
from members.private import MembersOnly
from search_index.keep_up import tended

_TEXT: Final = frozenset({".css", ".js", ".svg", ".webmanifest"})


class Files(StaticFiles):
    """Static files, packed once; an address with the file's fingerprint may be kept for a year."""

    async def get_response(self, path: str, scope: object) -> Response:
        """Answer one file."""
        response = await super().get_response(path, scope)  # type: ignore[arg-type]
        if isinstance(response, FileResponse) and Path(path).suffix in _TEXT and takes_gzip(scope):  # type: ignore[arg-type]
            status = response.stat_result or os.stat(response.path)
            packed = _packed(str(response.path), status.st_mtime_ns)
            kept = {name: response.headers[name] for name in ("content-type", "etag", "last-modified")}
            response = Response(packed, headers=kept | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})
        fingerprinted = b"v=" in scope["query_string"]  # type: ignore[index]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if fingerprinted else "no-cache"
        return response


@lru_cache(maxsize=64)
def _packed(path: str, _changed: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


class Folder(Mount):
    """A folder of files, which is no page itself: else the router would lead from /static to /static/, to nothing."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match what is inside."""
        return (Match.NONE, {}) if scope["path"].endswith(f"{self.path}/") else super().matches(scope)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """Connect, wire and work for as long as the site serves."""
    wire()
    await connect(settings.get().database)
    try:
        await refuse_newer()
        await look_at_settings()
        now = settings.get()
        if dialect() == "sqlite":  # one process serves it: who had claimed letters has died
            await take_back_letters()
        await look_again()
        keep_compiled(now.data_dir)
        async with engine_of(now), tended(SOURCES), INBOX.hearing(now.database, hear), working(CHORES):
            yield
            end_all()
        await write_down()
    finally:
        await close()


class _Site(Starlette):
    """The site, behind the answers that are kept."""

    _kept: KeptAnswers | None = None

    def build_middleware_stack(self) -> ASGIApp:
        """Return what answers: what is kept comes before everything."""
        self._kept = KeptAnswers(super().build_middleware_stack(), whose, known)
        return self._kept

    def at_once(self, scope: Scope, first: list[tuple[bytes, bytes]]) -> bytes | None:
        """Return what is kept for a request when nobody has to wait for it; the connection asks before anything."""
        return None if self._kept is None else self._kept.at_once(scope, first)


def create_app(now: Settings | None = None) -> Starlette:
    """Build the site from `now`, or from the settings in force."""
    if now is not None:
        settings.use(now)
    return _Site(
        routes=[
            *home.ROUTES,
            *machines.ROUTES,
            *words.ROUTES,
            *admin.ROUTES,
            *settings_pages.ROUTES,
            *setup.ROUTES,
            *system.ROUTES,
            *routes(),
            Folder("/static", Files(directory=shipped("static")), name="static"),
        ],
        middleware=[
            Middleware(StrictHeaders),
            # Pages hold no token beside what people write (writes are guarded by their origin): safe to pack.
            Middleware(GZipMiddleware, minimum_size=1024, compresslevel=4),
            Middleware(Calm),
            Middleware(ReadableAddress),
            Middleware(SizeLimit, wider=most_bytes),
            Middleware(SameSite),
            Middleware(WhoIsLooking),
            Middleware(MembersOnly),
        ],
        exception_handlers={Failure: on_failure, HTTPException: on_http},
        lifespan=lifespan,
    )
