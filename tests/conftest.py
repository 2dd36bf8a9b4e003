"""What every test may ask for. Async tests and fixtures run in anyio's plugin, all in one event loop."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.wiring import wire
from base import db
from base.journal.subscribers import forget_all
from base.limit_numbers import NUMBERS, PAUSES
from base.log import configure
from base.settings import Settings
from forum.banners import forget_banners
from tests.databases import (
    Databases,
    PostgresDatabases,
    SqliteFiles,
    create_tables,
    fold_up,
    folder_in_memory,
    on_postgres,
)
from tests.speed import look_for_no_trio, ready_models_once

configure("error")
ready_models_once()
look_for_no_trio()
# Tests write faster than people. Those of the limits themselves (tests/forum/test_pace.py) give the usual numbers.
os.environ["COMMONPLACE_LIMIT_NUMBERS"] = json.dumps({name: 0 if name in PAUSES else 10**6 for name in NUMBERS})


# The tests in a browser take longest, then the hostile ones. A long file that began last would hold up the end.
LONGEST = ("tests/browser/", "tests/hostile/", "tests/app/", "tests/search_index/")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio only: so does the database layer."""
    return "asyncio"


@pytest.fixture(autouse=True)
def nobody_subscribed() -> None:
    """Owe entries of the journal to nobody, whatever ran before: a test that needs it wires them itself."""
    forget_all()


@pytest.fixture(autouse=True)
def nothing_above() -> None:
    """Let no announcement of another test stand above the pages of this one, at the same address of a database."""
    forget_banners()


@pytest.fixture
def wired(nobody_subscribed: None) -> None:
    """Let what happens be owed to its subscribers."""
    wire()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Make databases on the engine of this run."""
    if on_postgres():
        made = PostgresDatabases()
        yield made
        made.close()
    else:
        with folder_in_memory() as folder:
            yield SqliteFiles(folder or tmp_path_factory.mktemp("databases"))


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """Give the address of a database without any table."""
    url = databases.empty()
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def whole_schema_url(databases: Databases) -> Iterator[str]:
    """Build every table once; tests work on copies."""
    url = databases.empty()
    asyncio.run(_build(url))
    fold_up(url)
    yield url
    databases.drop(url)


async def _build(url: str) -> None:
    await db.connect(url)
    try:
        await create_tables()
    finally:
        await db.close()


@pytest.fixture
def database_url(databases: Databases, whole_schema_url: str) -> Iterator[str]:
    """Give the address of a database of the test's own, with every table and no row."""
    url = databases.copy(whole_schema_url)
    yield url
    databases.drop(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """Open a database of the test's own, with every table and no row."""
    await db.connect(database_url)
    yield database_url
    await db.close()


@pytest.fixture
def site(database: str, tmp_path: Path) -> Settings:
    """Put settings for a site with the test's own database and data folder in force."""
    from tests.site import settings_for  # not above: a fault on a high floor must not stop the tests of a low one

    return settings_for(tmp_path, database)


@pytest.fixture
async def client(site: Settings) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a visitor of the whole site; `deliver_all()` (base.journal.deliver) does the journal's work when asked."""
    from tests.site import open_client

    async with open_client() as opened:
        yield opened


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what takes long first. On PostgreSQL run what touches a database; the rest would only run again."""
    items.sort(key=lambda item: next((at for at, path in enumerate(LONGEST) if path in item.nodeid), len(LONGEST)))
    if not on_postgres():
        return
    kept = [item for item in items if "databases" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the browser tests as one piece, and every other file as one, in the order of above."""
    from tests.sharing import ByFile  # only where xdist is

    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None
