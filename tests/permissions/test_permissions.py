"""The table of permissions (cells.py), cell by cell: asked of a page with a sign-in, and of the API with a token."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.wiring import SOURCES
from search_index.engine import running
from search_index.engines.whoosh.engine import WhooshEngine
from search_index.keep_up import rebuild
from tests.databases import Databases, fold_up
from tests.hostile.conftest import Filled, Site
from tests.permissions.cells import ACTIONS, NOT_BUILT
from tests.permissions.people import WHO, Cast, build
from tests.permissions.rows import Action, Ask
from tests.site import settings_for

pytestmark = pytest.mark.anyio
GUESTS_ARE_TOLD = "as soon as your organisation has confirmed you"
"""At the field of a form, which comes back with what was typed."""


@pytest.fixture(scope="module")
def peopled(databases: Databases, whole_schema_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Fill a database once."""
    url, folder = databases.copy(whole_schema_url), tmp_path_factory.mktemp("permissions")
    settings_for(folder, url)
    cast = build(url)
    fold_up(url)
    yield Filled(url, folder, cast)
    databases.drop(url)


@pytest.fixture
async def site_of_table(databases: Databases, peopled: Filled) -> AsyncIterator[Site]:
    """Open the site on a copy of it."""
    settings_for(peopled.folder, peopled.url)
    opened = Site(databases, peopled)
    await opened.begin()
    yield opened
    await opened.end()


def allowed(ask: Ask, shown: str, answer: httpx2.Response) -> bool:
    """Say whether an answer is that of somebody who may; anything but a yes or a no is a fault of the table."""
    away = answer.headers.get("location", "")
    if answer.status_code in (401, 403, 404) or (answer.status_code == 422 and GUESTS_ARE_TOLD in answer.text):
        return False
    if answer.status_code == 303 and away.startswith(("/sign-in?next=", "/waiting")):
        return False
    assert answer.status_code in (200, 201, 202, 204, 303), f"{answer.status_code}: {_why(answer)}"
    return not shown or shown in answer.text


def _why(answer: httpx2.Response) -> str:
    return re.sub(r"<[^>]*>|\s+", " ", answer.text)[:1500] if "json" not in str(answer.headers) else answer.text[:600]


def filled_in(value: Any, cast: Cast) -> Any:
    """Put the numbers of things into what is sent."""
    if isinstance(value, dict):
        return {name: filled_in(one, cast) for name, one in value.items()}
    return cast.path(value) if isinstance(value, str) else value


async def asked(site: Site, who: str, ask: Ask, *, api: bool) -> bool:
    """Send a request as somebody, and undo what it did."""
    cast = site.world
    assert isinstance(cast, Cast)
    sent: dict[str, Any] = {}
    if ask.body is not None:
        sent["json" if api else "data"] = filled_in(ask.body, cast)
    site.client.cookies.clear()
    if not api or ask.by == "session":
        for name, value in cast.cookie(who).items():
            site.client.cookies.set(name, value)
    else:
        sent["headers"] = cast.token(who)
    answer = await site.client.request(ask.method, cast.path(ask.path), **sent)
    may = allowed(ask, cast.path(ask.shows), answer)
    if may and ask.method != "GET":
        await site.begin()
    return may


async def faults(site: Site, action: Action) -> list[str]:
    """Return which cells of an action are not as the table says."""
    found = []
    for who, letter in zip(WHO, action.may.split(), strict=True):
        for door, ask in (("page", action.page), ("api", action.api)):
            if isinstance(ask, str):
                continue
            expected = (letter == "+") != bool({who, f"{who}/{door}"} & action.differs.keys())
            if action.settings:
                site.use(**action.settings)
            try:
                may = await asked(site, who, ask, api=door == "api")
            except AssertionError as wrong:
                found.append(f"{action.name}, {who}, {door}: {wrong}")
                continue
            if may is not expected:
                found.append(f"{action.name}, {who}, {door}: {'may' if may else 'may not'}, against the table")
    return found


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name.replace(" ", "_"))
async def test_the_site_decides_as_the_table_says(site_of_table: Site, tmp_path: Path, action: Action) -> None:
    found = []
    if isinstance(action.page, Ask) and "/search" in action.page.path:
        async with running(WhooshEngine(tmp_path / "index", memory_mb=32)):
            await rebuild(SOURCES)
            found = await faults(site_of_table, action)
    else:
        found = await faults(site_of_table, action)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("cell", NOT_BUILT)
def test_what_is_not_built_is_named(cell: str) -> None:
    pytest.skip(f"{cell}: {NOT_BUILT[cell]}")


def test_every_row_is_whole_and_every_difference_is_explained() -> None:
    assert len({action.name for action in ACTIONS}) == len(ACTIONS)
    for action in ACTIONS:
        letters = action.may.split()
        assert len(letters) == len(WHO), action.name
        assert set(letters) <= {"+", "."}, action.name
        assert {one.removesuffix("/page").removesuffix("/api") for one in action.differs} <= set(WHO), action.name
        assert all(len(reason) > 20 for reason in action.differs.values()), action.name
        assert isinstance(action.page, Ask) or isinstance(action.api, Ask), action.name
