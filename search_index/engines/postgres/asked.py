"""What every answer is computed from: one state of the index, who asks, and how trust weighs."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from search_index.engine import Audiences
from search_index.engines.cache import Cache, Sized
from search_index.engines.postgres.labels import Labels
from search_index.engines.postgres.layout import Names, State
from search_index.engines.postgres.packed import Facts, read_facts, read_postings


@dataclass(frozen=True, slots=True)
class Held:
    """An array in the cache."""

    array: Any

    @property
    def size(self) -> int:
        """Return the bytes it takes."""
        return 200 + int(self.array.nbytes)


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of one question; its connection sees one state of the index throughout."""

    connection: Any
    names: Names
    state: State
    labels: Labels
    audiences: Audiences
    weights: Mapping[str, float]
    cache: Cache[Sized]

    async def kept(self, key: tuple[Any, ...], make: Callable[[], Awaitable[Sized]]) -> Any:
        """Return what is kept under a key for this state of the index, made when it is not there."""
        key = (self.state.name, *key)
        if (known := self.cache.known(key)) is not None:
            return known
        made = await make()
        return self.cache.get(key, lambda: made)

    async def postings(self, terms: Iterable[int]) -> dict[int, Any]:
        """Return the postings of every term, of all documents whoever may see them: for rarities and matching."""
        found: dict[int, Any] = {}
        missing = []
        for term in terms:
            known = self.cache.known((self.state.name, term))
            if known is None:
                missing.append(term)
            else:
                found[term] = known.array  # type: ignore[attr-defined]
        if missing:
            rows = await self.connection.fetch(
                f"SELECT term, string_agg(int8send(packed), ''::bytea) AS packed FROM {self.names.postings}"  # noqa: S608
                " WHERE term = ANY($1::bigint[]) GROUP BY term",
                missing,
            )
            read = {row["term"]: read_postings(row["packed"]) for row in rows}
            for term in missing:
                array = read.get(term)
                held = Held(read_postings(None) if array is None else array)
                found[term] = held.array
                self.cache.get((self.state.name, term), lambda held=held: held)  # type: ignore[misc]
        return found

    async def facts(self, condition: str = "", values: Iterable[Any] = ()) -> Facts:
        """Return the facts of the documents that these audiences may find and that meet a condition.

        This is the only way by which a document comes into an answer: `$1` is always who asks.
        """
        row = await self.connection.fetchrow(
            "SELECT string_agg(fixed, ''::bytea) AS fixed, string_agg(many, ''::bytea) AS many"  # noqa: S608
            f" FROM {self.names.facts} f WHERE audience = ANY($1::text[]){condition}",
            sorted(self.audiences),
            *values,
        )
        return read_facts(row["fixed"], row["many"])
