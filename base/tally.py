"""Counts that are kept in memory and written down by a chore, so that reading a page writes nothing."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from base.db import transaction

Key = TypeVar("Key")


class Tally(Generic[Key]):
    """How often each of some things happened since that was last written down."""

    def __init__(self) -> None:
        self._held: dict[Key, int] = {}

    def hold(self, counts: Mapping[Key, int]) -> None:
        """Add to the counts."""
        for key, number in counts.items():
            self._held[key] = self._held.get(key, 0) + number

    def take(self) -> dict[Key, int]:
        """Return the counts, and begin anew."""
        taken = dict(self._held)
        self._held.clear()
        return taken

    async def write(self, add: Callable[[Key, int], Awaitable[Any]]) -> int:
        """Let `add` write each count, all or none, and return how many there were; what fails is kept."""
        taken = self.take()
        if not taken:
            return 0
        try:
            async with transaction():
                # In one order, so that two servers never wait for each other.
                for key in sorted(taken):  # type: ignore[type-var]
                    await add(key, taken[key])
        except Exception:
            self.hold(taken)
            raise
        return len(taken)
