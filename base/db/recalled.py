"""What the database has answered, for as long as nothing at all was written since."""

import time
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from base.db.connection import Client, whole
from base.db.version import Version

V = TypeVar("V")

_SECONDS: Final = 1.0
"""What holds until some moment, such as a sign-in, may be told to hold for so much longer."""


class Recalled(Generic[V]):
    """Values under keys, at most so many, each found out since `now` was asked for.

    All of them are forgotten with the first write of any process: what is recalled is what would be answered now.
    """

    def __init__(self, most: int) -> None:
        self._most: Final = most
        self._at: Hashable = None
        self._engine: Client | None = None
        self._values: dict[Hashable, tuple[float, V]] = {}

    def get(self, key: Hashable, now: Version) -> V | None:
        """Return what is known under `key`."""
        if now.data != self._at or whole() is not self._engine:
            self._values.clear()
            self._at, self._engine = now.data, whole()
            return None
        found = self._values.get(key)
        return found[1] if found is not None and found[0] > time.monotonic() else None

    def put(self, key: Hashable, now: Version, value: V) -> None:
        """Recall `value`, which was found out after `now` was asked for."""
        if now.data != self._at or whole() is not self._engine:
            return
        if len(self._values) >= self._most:
            self._values.clear()
        self._values[key] = (time.monotonic() + _SECONDS, value)
