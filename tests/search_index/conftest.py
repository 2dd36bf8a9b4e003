"""What the tests of search share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from base.journal import subscribe
from base.journal.subscribers import forget_all
from search_index import keep_up
from search_index.engine import Engine, running
from tests.databases import Databases, apart, on_postgres
from tests.search_index.documents import opened
from tests.search_index.engines import EMBEDDED, POSTGRES, Place, at_server
from tests.search_index.tables import Table


@pytest.fixture(autouse=True, scope="module")
def _closed() -> Iterator[None]:
    """Close the shelves that the tests of a module have opened."""
    yield
    while opened:
        opened.pop().close()


@pytest.fixture(params=[EMBEDDED, POSTGRES])
def place(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Place:
    """Give a place for an index on each engine; the one in PostgreSQL only when the tests run on PostgreSQL."""
    if request.param == EMBEDDED:
        return Place(EMBEDDED, tmp_path / "index")
    if not on_postgres():
        pytest.skip("the engine in PostgreSQL is tested with COMMONPLACE_TEST_DATABASE=postgres")
    url = request.getfixturevalue("database_url")
    apart(at_server(url, "DROP SCHEMA IF EXISTS search CASCADE"))
    return Place(POSTGRES, tmp_path, url)


@pytest.fixture
async def opened_engine(place: Place) -> AsyncIterator[Engine]:
    """Open an engine that has no index yet."""
    async with running(place.engine()) as made:
        yield made


@pytest.fixture
def table() -> Iterator[Table]:
    """Give tables whose changes reach the index."""
    made = Table()
    forget_all()
    subscribe(keep_up.NAME, keep_up.prefixes(made.sources), keep_up.handler(made.sources))
    yield made
    forget_all()
