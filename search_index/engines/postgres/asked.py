"""What every answer is computed from: one state of the index, who asks, and how trust weighs."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from search_index.engine import Audiences
from search_index.engines.cache import Cache
from search_index.engines.postgres.facts import Facts, read_facts
from search_index.engines.postgres.labels import Labels
from search_index.engines.postgres.layout import Names, State
from search_index.engines.postgres.packed import documents_of, read_postings, term_of


@dataclass(frozen=True, slots=True)
class Held:
    """Something in the cache, as it was in a generation whose newest document was `last_doc`."""

    value: Any
    generation: int = 0
    last_doc: int = 0

    @property
    def size(self) -> int:
        """Return the bytes it takes."""
        return 200 + int(self.value.size if isinstance(self.value, Facts) else self.value.nbytes)


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances of one question; its connection sees one state of the index throughout."""

    connection: Any
    names: Names
    state: State
    labels: Labels
    audiences: Audiences
    weights: Mapping[str, float]
    cache: Cache
    _gone: dict[int, Any] = field(default_factory=dict)

    @property
    def who(self) -> list[int]:
        """Return the audiences as they stand in the tables."""
        return sorted(map(term_of, self.audiences))

    async def kept(self, key: tuple[Any, ...], make: Callable[[], Awaitable[Any]]) -> Any:
        """Return an array that is kept under a key for this generation only, made when it is not there."""
        key = (self.state.name, *key)
        known = self.cache.known(key)
        if isinstance(known, Held):
            return known.value
        made = await make()
        self.cache.put(key, Held(made))
        return made

    def _known(self, key: tuple[Any, ...]) -> Held | None:
        """Return what is kept under a key, when it is of this generation or what changed since is known."""
        known = self.cache.known((self.state.number, *key))
        if isinstance(known, Held) and self.state.floor <= known.generation <= self.state.generation:
            return known
        return None

    def _keep(self, key: tuple[Any, ...], value: Any) -> Any:
        newest = self.cache.known((self.state.number, *key))
        if not isinstance(newest, Held) or newest.generation < self.state.generation:
            held = Held(value, self.state.generation, self.state.last_doc)
            self.cache.put((self.state.number, *key), held)
        return value

    async def gone_since(self, generation: int) -> Any:
        """Return the documents that went after a generation."""
        if generation not in self._gone:
            rows = await self.connection.fetch(
                f"SELECT doc FROM {self.names.gone} WHERE generation > $1",  # noqa: S608
                generation,
            )
            self._gone[generation] = np.fromiter((row["doc"] for row in rows), np.int32, len(rows))
        return self._gone[generation]

    async def postings(self, terms: Iterable[int]) -> dict[int, Any]:
        """Return the postings of every term, of all documents whoever may see them: for rarities and matching."""
        found: dict[int, Any] = {}
        older: dict[int, Held] = {}
        missing: list[int] = []
        for term in terms:
            known = self._known((term,))
            if known is None:
                missing.append(term)
            elif known.generation == self.state.generation:
                found[term] = known.value
            else:
                older[term] = known
        if missing:
            rows = await self.connection.fetch(
                f"SELECT term, string_agg(int8send(packed), ''::bytea) AS packed FROM {self.names.postings}"  # noqa: S608
                " WHERE term = ANY($1::bigint[]) GROUP BY term",
                missing,
            )
            read = {row["term"]: row["packed"] for row in rows}
            found |= {term: self._keep((term,), read_postings(read.get(term))) for term in missing}
        if older:
            found |= await self._renewed(older)
        return found

    async def _renewed(self, older: Mapping[int, Held]) -> dict[int, Any]:
        """Bring postings up to this generation: documents are added behind the last, or gone."""
        rows = await self.connection.fetch(
            "SELECT p.term, p.packed FROM unnest($1::bigint[], $2::bigint[]) o (term, behind)"  # noqa: S608
            f" JOIN {self.names.postings} p ON p.term = o.term AND p.packed >= o.behind ORDER BY p.packed",
            list(older),
            [(held.last_doc + 1) << 32 for held in older.values()],
        )
        added: dict[int, list[int]] = {}
        for row in rows:
            added.setdefault(row["term"], []).append(row["packed"])
        found = {}
        for term, held in older.items():
            value = held.value
            gone = await self.gone_since(held.generation)
            if len(gone):
                value = value[~np.isin(documents_of(value), gone)]
            if term in added:
                value = np.concatenate([value, np.array(added[term], np.int64)])
            found[term] = self._keep((term,), value)
        return found

    async def facts(self, condition: str = "", values: Iterable[Any] = ()) -> Facts:
        """Return the facts of the documents that these audiences may find and that meet a condition.

        This is the only way by which a document comes into an answer: `$1` is always who asks.
        """
        row = await self.connection.fetchrow(
            "SELECT string_agg(fixed, ''::bytea) AS fixed, string_agg(many, ''::bytea) AS many"  # noqa: S608
            f" FROM {self.names.facts} f WHERE audience = ANY($1::bigint[]){condition}",
            self.who,
            *values,
        )
        return await asyncio.to_thread(read_facts, row["fixed"], row["many"])

    async def all_facts(self) -> Facts:
        """Return the facts of all documents that these audiences may find; kept for all who ask alike."""
        key = ("facts", tuple(self.who))
        known = self._known(key)
        if known is None:
            facts = await self.facts()
        elif known.generation == self.state.generation:
            facts = known.value
        else:
            new = await self.facts(" AND changed > $2", (known.generation,))
            gone = await self.gone_since(known.generation)
            facts = await asyncio.to_thread(known.value.changed, gone, new)
        self._keep(key, facts)
        return facts
