"""The filters of a query as a condition in SQL; what people typed only ever travels as a value."""

from collections.abc import Sequence
from typing import Any, Final

from search_index.engines.naming import normal
from search_index.engines.postgres.asked import Asked
from search_index.engines.postgres.packed import term_of
from search_index.query import MANY, Query

# A typed name of an organisation may be a part of it, when no visible one is called exactly so.
_PARTIAL: Final = frozenset({"organisation"})


class Condition:
    """Clauses that must all hold, with their values; `$1` is taken by the audiences."""

    def __init__(self) -> None:
        self._clauses: list[str] = []
        self.values: list[Any] = []

    def add(self, clause: str, value: Any) -> None:
        """Add a clause in which {} stands for the value."""
        self.values.append(value)
        self._clauses.append(f" AND ({clause.replace('{}', f'${len(self.values) + 1}')})")

    @property
    def sql(self) -> str:
        """Return the clauses, to stand behind another one."""
        return "".join(self._clauses)


def _clause(facet: str) -> str:
    if facet == "type":  # "answer" is a type too, though its thread's counts
        return "type = ANY({}::int[]) OR own_type = ANY({}::int[])"
    return "labels && {}::int[]"


async def _meant(asked: Asked, facet: str, value: str) -> list[int]:
    """Return the labels that a typed value means."""
    numbers = asked.labels.typed(facet, value)
    if facet == "platform":
        return [*numbers, *asked.labels.typed("alias", value)]
    if facet in _PARTIAL and normal(value) and not await _visible(asked, numbers):
        return asked.labels.with_part(facet, value)
    return numbers


async def _visible(asked: Asked, numbers: Sequence[int]) -> bool:
    if not numbers:
        return False
    return bool(await asked.connection.fetchval(
        f"SELECT EXISTS (SELECT FROM {asked.names.facts} WHERE audience = ANY($1::bigint[]) AND labels && $2::int[])",  # noqa: S608
        asked.who,
        numbers,
    ))  # fmt: skip


async def narrowed(asked: Asked, query: Query) -> Condition:
    """Return what the query's filters ask for, beside its words."""
    condition = Condition()
    for facet, values in query.only.items():
        meant = [await _meant(asked, facet, value) for value in values]
        if facet not in MANY and meant:
            meant = [[number for numbers in meant for number in numbers]]
        for numbers in meant:
            condition.add(_clause(facet), numbers)
    for facet, values in query.without.items():
        if numbers := [number for value in values for number in await _meant(asked, facet, value)]:
            condition.add(f"NOT ({_clause(facet)})", numbers)
    if query.kinds:
        condition.add("kind = ANY({}::bigint[])", [term_of(kind) for kind in query.kinds])
    if query.handle:
        condition.add("handle = {}", term_of(query.handle.casefold()))
    if query.group:
        condition.add("grp = {}", term_of(query.group))
    for clause, value in (
        ("created >= {}::float8", query.after.timestamp() if query.after else None),
        ("created < {}::float8", query.before.timestamp() if query.before else None),
        ("votes >= {}::float8", query.votes_least),
        ("votes <= {}::float8", query.votes_most),
    ):
        if value is not None:
            condition.add(clause, float(value))
    return condition
