"""Limits: counted in this process with SQLite, in the database with PostgreSQL, and in the table alike on both."""

from datetime import UTC, datetime, timedelta

import pytest
from limits import parse

from base import clock, limit_counts
from base.errors import TooMany
from base.limits import check_limit, count_against, forget_limits
from base.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Give a clock that stands still until it is set."""
    moment = [datetime(2026, 5, 1, 12, tzinfo=UTC)]
    monkeypatch.setattr(limit_counts, "now", lambda: moment[0])
    assert clock.now() != moment[0]
    return moment


async def test_what_is_over_the_limit_is_refused_for_that_person_alone(site: Settings) -> None:
    forget_limits()
    for _ in range(3):
        await check_limit("try", "3/hour", "mara")
        await count_against("try", "3/hour", "mara")
    with pytest.raises(TooMany) as refused:
        await count_against("try", "3/hour", "mara")
    assert 0 < refused.value.retry_after <= 2 * 3600
    with pytest.raises(TooMany):
        await check_limit("try", "3/hour", "mara")
    await count_against("try", "3/hour", "omar")
    await count_against("other", "3/hour", "mara")


async def test_the_table_counts_and_fades(site: Settings, at: list[datetime]) -> None:
    item = parse("4/minute")
    assert [await limit_counts.hit(item, "try", "mara") for _ in range(6)] == [True] * 4 + [False] * 2
    assert not await limit_counts.has_room(item, "try", "mara")
    assert await limit_counts.has_room(item, "try", "omar")
    wait = await limit_counts.seconds_until_room(item, "try", "mara")
    at[0] += timedelta(seconds=wait - 1)
    assert not await limit_counts.has_room(item, "try", "mara")
    at[0] += timedelta(seconds=2)
    assert [await limit_counts.hit(item, "try", "mara") for _ in range(2)] == [True, False]
    at[0] += timedelta(minutes=3)
    assert [await limit_counts.hit(item, "try", "mara") for _ in range(5)] == [True] * 4 + [False]


async def test_a_clock_that_jumps_back_locks_nobody_out(site: Settings, at: list[datetime]) -> None:
    item = parse("2/minute")
    assert [await limit_counts.hit(item, "try", "mara") for _ in range(3)] == [True, True, False]
    at[0] -= timedelta(hours=5)
    assert await limit_counts.hit(item, "try", "mara")


async def test_old_counts_are_forgotten(site: Settings, at: list[datetime]) -> None:
    await limit_counts.hit(parse("2/minute"), "try", "mara")
    assert await limit_counts.forget_counts() == 1
    assert await limit_counts.forget_counts() == 0
