"""What to take away from what a list is narrowed to, when nothing fits."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from base.condition import Condition
from base.db import rows
from base.inputs import Input
from members.queries.likeness import UNASKED, Like

F = TypeVar("F", bound=Input)


@dataclass(frozen=True, slots=True)
class Looser:
    """A filter, and how many there are without it."""

    name: str
    total: int


async def loosened(
    from_: str, asked: F, like: Like, names: Iterable[str], narrowed: Callable[[F, Like], Condition]
) -> tuple[Looser, ...]:
    """Return which of these filters are worth taking away, those that bring most first, in one statement.

    `narrowed` returns what a list is narrowed to by filters; the names are ours, not those of a query.
    """
    without = {
        name: narrowed(asked.model_copy(update={name: ""}), UNASKED if name == "like" else like) for name in names
    }
    if not without:
        return ()
    parts = (f"SELECT '{name}' AS name, COUNT(*) AS total {from_} WHERE {one.sql}" for name, one in without.items())
    values = [value for one in without.values() for value in one.values]
    found = {row["name"]: row["total"] for row in await rows(" UNION ALL ".join(parts), *values)}
    worth = [Looser(name, found[name]) for name in without if found[name]]
    return tuple(sorted(worth, key=lambda one: -one.total))
