"""A cache bounded in bytes: what was not used for longest goes first."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, Protocol, TypeVar


class Sized(Protocol):
    """Something that knows how many bytes it takes."""

    @property
    def size(self) -> int:
        """Return the bytes."""


T = TypeVar("T")

_ENTRY: Final = 200  # about what the key and the place of an entry take


def _own_size(made: Any) -> int:
    size: int = made.size
    return size


class Cache:
    """Values by key, for any number of threads."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.used = 0
        self._held: OrderedDict[tuple[Any, ...], tuple[Any, int]] = OrderedDict()
        self._lock = Lock()

    def known(self, key: tuple[Any, ...]) -> Any:
        """Return the value of `key`, None when it is not there."""
        with self._lock:
            if (held := self._held.get(key)) is None:
                return None
            self._held.move_to_end(key)
            return held[0]

    def get(self, key: tuple[Any, ...], make: Callable[[], T], size: Callable[[T], int] = _own_size) -> T:
        """Return the value of `key`, made when it is not there; one too large for the cache is not kept."""
        known: T | None = self.known(key)
        if known is not None:
            return known
        made = make()
        self._keep(key, made, size(made) + _ENTRY)
        return made

    def put(self, key: tuple[Any, ...], value: Sized) -> None:
        """Keep a newer value under `key`."""
        with self._lock:
            self.used -= self._held.pop(key, (None, 0))[1]
        self._keep(key, value, value.size + _ENTRY)

    def _keep(self, key: tuple[Any, ...], value: Any, taken: int) -> None:
        with self._lock:
            if key in self._held or taken > self.limit // 4:
                return
            while self.used + taken > self.limit:  # room first: the bound holds at every moment
                self.used -= self._held.popitem(last=False)[1][1]
            self._held[key] = value, taken
            self.used += taken

    def forget(self, wanted: Callable[[tuple[Any, ...]], bool]) -> None:
        """Drop the keys that `wanted` says yes to."""
        with self._lock:
            for key in [key for key in self._held if wanted(key)]:
                self.used -= self._held.pop(key)[1]
