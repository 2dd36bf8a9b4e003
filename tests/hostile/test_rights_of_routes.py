"""Who may do what, at every address: a table of routes and people that a new route has to join."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import pytest
from starlette.routing import Match, Route

from app.create import create_app
from app.wiring import SOURCES
from base.db import rows
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests.hostile.cast import MARKERS, PEOPLE, World
from tests.hostile.conftest import Filled, Site

_TABLES: Final = ("rights_of_pages.txt", "rights_of_doors.txt", "rights_to_read.txt")
_ALLOWED, _WRONG, _SIGN_IN, _REFUSED, _UNSEEN = "+", "v", "s", "r", "-"


@dataclass(frozen=True)
class Row:
    """A request, and what each of the cast is answered: allowed, wrong, sign in first, refused, nothing there."""

    expected: str
    method: str
    path: str
    body: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def table(name: str) -> Iterator[Row]:
    """Read a table: nine letters, one for each of the cast; a request; perhaps what is sent."""
    for line in (Path(__file__).parent / name).read_text().splitlines():
        if line and not line.startswith("#"):
            expected, method, path, *body = line.split(" ", 3)
            yield Row(expected, method, path, json.loads(body[0]) if body else None)


def told(response: httpx2.Response) -> str:
    """Return the letter of an answer."""
    status, away = response.status_code, response.headers.get("location", "")
    if status == 401 or (status == 303 and away.startswith("/sign-in?next=")):
        return _SIGN_IN
    letters = {403: _REFUSED, 404: _UNSEEN, 405: "?", 422: _WRONG}
    return letters.get(status, _ALLOWED if status < 500 else "!")


def filled_in(body: Any, world: World) -> Any:
    """Put the numbers of things into what is sent."""
    if isinstance(body, dict):
        return {name: filled_in(value, world) for name, value in body.items()}
    if isinstance(body, list):
        return [filled_in(value, world) for value in body]
    return world.path(body) if isinstance(body, str) and re.search(r"{\w+}", body) else body


def leaks(row: Row, who: str, response: httpx2.Response) -> list[str]:
    """Return what somebody was told who may not know it; what the request itself says is no news."""
    said = response.text + str(response.headers)
    return [
        f"{row} tells {who} of {marker}"
        for marker, may_know in MARKERS.items()
        if who not in may_know and marker in said and marker not in row.path
    ]


async def _written() -> list[dict[str, Any]]:
    return await rows("SELECT COUNT(*) AS n, MAX(id) AS last FROM journal_entries")


async def _faults(site: Site, row: Row) -> list[str]:
    path, body = site.world.path(row.path), filled_in(row.body, site.world)
    sent = {} if body is None else {"json": body} if path.startswith("/api/") else {"data": body}
    found, answers = [], ""
    for who in PEOPLE:
        before = await _written()
        response = await site.ask(who, row.method, path, **sent)
        letter = told(response)
        answers += letter
        found += leaks(row, who, response)
        if row.method == "GET":
            continue
        if letter in (_ALLOWED, _WRONG):
            await site.begin()
        elif await _written() != before:
            found.append(f"{row} was not allowed to {who}, and was done")
    return found if answers == row.expected else [*found, f"{row}: {answers} instead of {row.expected}"]


@pytest.mark.parametrize("name", _TABLES)
async def test_everybody_gets_what_the_table_says(site_of_cast: Site, tmp_path: Path, name: str) -> None:
    async with running(WhooshEngine(tmp_path / "index", memory_mb=32)):
        await rebuild(SOURCES)
        found = [fault for row in table(name) for fault in await _faults(site_of_cast, row)]
    assert not found, "\n".join(found)


def test_every_route_is_in_the_tables(filled: Filled) -> None:
    routes = [route for route in create_app().routes if isinstance(route, Route)]
    there = {f"{method} {route.path}" for route in routes for method in (route.methods or ()) if method != "HEAD"}
    tried = set()
    for row in (row for name in _TABLES for row in table(name)):
        scope = {"type": "http", "method": row.method, "path": filled.world.path(row.path).partition("?")[0]}
        match = next(one for one in routes if one.matches(scope)[0] is Match.FULL)
        tried.add(f"{row.method} {match.path}")
    assert sorted(there - tried) == []
