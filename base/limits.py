"""Limits on how often something may be done: counted in this process, or in the database where several serve."""

import time
from collections.abc import Iterable
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from base import limit_counts, settings
from base.db import dialect
from base.errors import TooMany
from base.limit_numbers import number_of

_storage: Final = MemoryStorage()
_counter: Final = SlidingWindowCounterRateLimiter(_storage)


def limit_of(name: str) -> int:
    """Return one of the numbers in base/limit_numbers.py, as it is on this site."""
    return number_of(name, settings.get().limit_numbers)


def wait_words(seconds: int) -> str:
    """Return how long that is, in words."""
    if seconds < 90:
        return f"{seconds} seconds" if seconds != 1 else "1 second"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 90 else f"{-(-minutes // 60)} hours"


def _is_shared() -> bool:
    """Say whether other processes may serve the same site: never with SQLite."""
    return dialect() == "postgres"


async def check_limit(name: str, limit: str, *who: str) -> None:
    """Raise TooMany if `who` has used up `limit` (such as "6/minute"); counts nothing."""
    if not settings.get().limits:
        return
    item = parse(limit)
    has_room = await limit_counts.has_room(item, name, *who) if _is_shared() else _counter.test(item, name, *who)
    if not has_room:
        raise await _too_many(item, name, *who)


async def count_against(name: str, limit: str, *who: str) -> None:
    """Count one use of `limit` by `who`; raise TooMany when it is over. Not for inside a transaction."""
    if not settings.get().limits:
        return
    item = parse(limit)
    counted = await limit_counts.hit(item, name, *who) if _is_shared() else _counter.hit(item, name, *who)
    if not counted:
        raise await _too_many(item, name, *who)


async def check_limits(name: str, limits: Iterable[str], *who: str) -> None:
    """Raise TooMany if `who` has used up one of the limits; counts nothing."""
    for limit in limits:
        await check_limit(name, limit, *who)


async def count_against_each(name: str, limits: Iterable[str], *who: str) -> None:
    """Count one use of each limit by `who`; raise TooMany at the first that is over."""
    for limit in limits:
        await count_against(name, limit, *who)


def forget_limits() -> None:
    """Start counting anew what is counted in this process; for tests."""
    _storage.reset()


async def _too_many(item: RateLimitItem, name: str, *who: str) -> TooMany:
    if _is_shared():
        seconds = await limit_counts.seconds_until_room(item, name, *who)
    else:
        seconds = _counter.get_window_stats(item, name, *who).reset_time - time.time()
    wait = max(1, round(seconds))
    return TooMany(
        f"That was very often in a short time. Please try again in {wait_words(wait)}; nothing you typed is lost.", wait
    )
