"""Limits on how often something may be done, counted in this process."""

import time
from typing import Final

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from base import settings
from base.errors import TooMany

_storage: Final = MemoryStorage()
_counter: Final = SlidingWindowCounterRateLimiter(_storage)


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
    words = f"{wait} seconds" if wait < 90 else f"{-(-wait // 60)} minutes"
    return TooMany(
        f"That was very often in a short time. Please try again in {words}; nothing you typed is lost.", wait
    )
