"""A filled site for each test: the work of filling is done once, and copied."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from base import db
from base.limits import forget_limits
from tests.databases import Databases, fold_up
from tests.hostile.cast import World, build
from tests.site import open_client, settings_for


@dataclass(frozen=True)
class Filled:
    """A database with the whole cast in it, that nobody has open, and where its site keeps its files."""

    url: str
    folder: Path
    world: World


@pytest.fixture(scope="session")
def filled(databases: Databases, whole_schema_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Fill a database once."""
    url, folder = databases.copy(whole_schema_url), tmp_path_factory.mktemp("hostile")
    settings_for(folder, url)
    world = build(url)
    fold_up(url)
    yield Filled(url, folder, world)
    databases.drop(url)


class Site:
    """The site on a copy of the filled database, and the way back to how it was."""

    def __init__(self, databases: Databases, filled: Filled) -> None:
        self._databases, self._filled = databases, filled
        self._url, self.world = "", filled.world
        self.client: httpx2.AsyncClient = open_client()

    async def begin(self) -> None:
        """Open a fresh copy, as if nothing had ever been done."""
        if self._url:
            await db.close()
            self._databases.drop(self._url)
        self._url = self._databases.copy(self._filled.url)
        settings_for(self._filled.folder, self._url)
        await db.connect(self._url)
        forget_limits()

    def use(self, **more: object) -> None:
        """Let other settings be in force, until it is opened anew."""
        settings_for(self._filled.folder, self._url, **more)

    async def ask(self, who: str, method: str, path: str, **more: object) -> httpx2.Response:
        """Send a request as one of the cast."""
        self.client.cookies.clear()
        for name, value in self.world.cookie(who).items():
            self.client.cookies.set(name, value)
        return await self.client.request(method, path, **more)  # type: ignore[arg-type]

    async def end(self) -> None:
        """Close and remove the copy."""
        await self.client.aclose()
        await db.close()
        self._databases.drop(self._url)


@pytest.fixture
async def site_of_cast(databases: Databases, filled: Filled) -> AsyncIterator[Site]:
    """Open the site on a copy of the filled database."""
    settings_for(filled.folder, filled.url)
    opened = Site(databases, filled)
    await opened.begin()
    yield opened
    await opened.end()
