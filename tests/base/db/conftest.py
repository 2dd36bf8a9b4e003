"""Three counters at nought in a database of the test's own."""

from collections.abc import AsyncIterator

import pytest

from base import db
from tests.base.db.models import Counter
from tests.databases import create_tables


@pytest.fixture
async def counters(empty_database_url: str) -> AsyncIterator[str]:
    await db.connect(empty_database_url, ["tests.base.db.models"])
    await create_tables()
    await Counter.bulk_create([Counter(id=number, n=0) for number in (1, 2, 3)])
    yield empty_database_url
    await db.close()
