"""Limits on how often something may be done, counted in this process."""

import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from base import settings
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


def check_limit(name: str, limit: str, *who: str) -> None:
    """Raise TooMany if `who` has used up `limit` (such as "6/minute"); counts nothing."""
    item = parse(limit)
    if settings.get().limits and not _counter.test(item, name, *who):
        raise _too_many(item, name, *who)


def count_against(name: str, limit: str, *who: str) -> None:
    """Count one use of `limit` by `who`; raise TooMany when it is over."""
    item = parse(limit)
    if settings.get().limits and not _counter.hit(item, name, *who):
        raise _too_many(item, name, *who)


def forget_limits() -> None:
    """Start counting anew; for tests."""
    _storage.reset()


def _too_many(item: RateLimitItem, name: str, *who: str) -> TooMany:
    wait = max(1, round(_counter.get_window_stats(item, name, *who).reset_time - time.time()))
    return TooMany(
        f"That was very often in a short time. Please try again in {wait_words(wait)}; nothing you typed is lost.", wait
    )
