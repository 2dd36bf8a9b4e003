"""What to take away from what a list is narrowed to, when nothing fits."""

from collections.abc import Mapping
from dataclasses import dataclass

from base.condition import Condition
from base.db import rows


@dataclass(frozen=True, slots=True)
class Looser:
    """A filter, and how many there are without it."""

    name: str
    total: int


async def loosened(from_: str, without: Mapping[str, Condition]) -> tuple[Looser, ...]:
    """Return which filters are worth taking away, those that bring most first, in one statement.

    `without` has what is asked for without each; the names are ours, not those of a query.
    """
    if not without:
        return ()
    parts = (f"SELECT '{name}' AS name, COUNT(*) AS total {from_} WHERE {one.sql}" for name, one in without.items())
    values = [value for one in without.values() for value in one.values]
    found = {row["name"]: row["total"] for row in await rows(" UNION ALL ".join(parts), *values)}
    worth = [Looser(name, found[name]) for name in without if found[name]]
    return tuple(sorted(worth, key=lambda one: -one.total))
