"""What the demonstration made, so that it can be taken away again."""

from datetime import datetime, timedelta
from typing import Final

from base.clock import now
from base.db import rows
from base.origins.models import Origin

SYSTEM: Final = "demonstration"
PARTS: Final = 9
"""In so many parts app/demo/fill.py makes it."""


class Ledger:
    """Keeps the id of every made thing by kind and key."""

    def __init__(self) -> None:
        """Begin empty, at one moment that all dates are counted from."""
        self.at = now()
        self._ids: dict[tuple[str, str], int] = {}

    def ago(self, days: float, *, hours: float = 0) -> datetime:
        """Return the moment so many days before the demonstration was made."""
        return self.at - timedelta(days=days, hours=hours)

    async def keep(self, kind: str, key: str, id_: int) -> int:
        """Remember a made thing."""
        await Origin.create(system=SYSTEM, kind=kind, external_id=key, subject_id=id_)
        self._ids[kind, key] = id_
        return id_

    def id(self, kind: str, key: str) -> int:
        """Return the id of a made thing."""
        return self._ids[kind, key]

    def ids(self, kind: str, keys: list[str]) -> tuple[int, ...]:
        """Return the ids of several made things."""
        return tuple(self._ids[kind, key] for key in keys)

    def counts(self) -> dict[str, int]:
        """Return how many of each kind were made."""
        found: dict[str, int] = {}
        for kind, _ in self._ids:
            found[kind] = found.get(kind, 0) + 1
        return found


async def has_demo() -> bool:
    """Say whether demonstration people are there."""
    return bool(await rows("SELECT id FROM origins WHERE system = ? AND kind = 'people' LIMIT 1", SYSTEM))


async def has_sign_ins() -> bool:
    """Say whether somebody of the demonstration can sign in, with the password that everybody knows."""
    return bool(
        await rows(
            "SELECT m.id FROM origins o JOIN members m ON m.id = o.subject_id "
            "WHERE o.system = ? AND o.kind = 'people' AND m.password_hash <> '' LIMIT 1",
            SYSTEM,
        )
    )


async def is_empty() -> bool:
    """Say whether nobody has ever joined or written here."""
    return not await rows("SELECT id FROM members LIMIT 1")
