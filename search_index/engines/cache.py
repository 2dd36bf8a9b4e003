"""A cache bounded in bytes: what was not used for longest goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how many bytes it takes."""

    @property
    def size(self) -> int:
        """Return the bytes."""


T = TypeVar("T", bound=Sized)


class Cache(Generic[T]):
    """Values by key, for any number of threads."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._held: OrderedDict[tuple[Any, ...], T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Return the value of `key`, made when it is not there; one too large for the cache is not kept."""
        with self._lock:
            if (held := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return held
        made = make()
        with self._lock:
            if key not in self._held and made.size <= self.limit // 4:
                self._held[key] = made
                self.used += made.size
                while self.used > self.limit:
                    self.used -= self._held.popitem(last=False)[1].size
        return made

    def known(self, key: tuple[Any, ...]) -> T | None:
        """Return the value of `key`, None when it is not there."""
        with self._lock:
            if (held := self._held.get(key)) is not None:
                self._held.move_to_end(key)
            return held

    def put(self, key: tuple[Any, ...], value: T) -> None:
        """Keep a newer value under `key`."""
        with self._lock:
            if (held := self._held.pop(key, None)) is not None:
                self.used -= held.size
        self.get(key, lambda: value)

    def forget(self, wanted: Callable[[tuple[Any, ...]], bool]) -> None:
        """Drop the keys that `wanted` says yes to."""
        with self._lock:
            for key in [key for key in self._held if wanted(key)]:
                self.used -= self._held.pop(key).size
