"""A cache bounded in bytes: what was not used for longest goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, TypeVar

T = TypeVar("T")

_ENTRY: Final = 200  # about what the key and the place of an entry take


class Cache:
    """Values by key, for any number of threads."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._held: OrderedDict[tuple[Any, ...], tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...], make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Return the value of `key`, made when it is not there; one too large for the cache is not kept."""
        with self._lock:
            if (held := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                known: T = held[0]
                return known
        made = make()
        taken = size(made) + _ENTRY
        with self._lock:
            if key not in self._held and taken <= self.limit // 4:
                self._held[key] = made, taken
                self.used += taken
                while self.used > self.limit:
                    self.used -= self._held.popitem(last=False)[1][1]
        return made

    def forget(self, wanted: Callable[[tuple[Any, ...]], bool]) -> None:
        """Drop the keys that `wanted` says yes to."""
        with self._lock:
            for key in [key for key in self._held if wanted(key)]:
                self.used -= self._held.pop(key)[1]
