"""What the tests of search share."""

from collections.abc import Iterator

import pytest

from tests.search_index.documents import opened


@pytest.fixture(autouse=True, scope="module")
def _closed() -> Iterator[None]:
    """Close the shelves that the tests of a module have opened."""
    yield
    while opened:
        opened.pop().close()
