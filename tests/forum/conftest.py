"""What tests of forum/ may ask for."""

from collections.abc import Iterator

import pytest

from app.wiring import wire
from base.journal.subscribers import forget_all


@pytest.fixture
def wired() -> Iterator[None]:
    """Let what happens be owed to its subscribers."""
    forget_all()
    wire()
    yield
    forget_all()
