"""Whether the tables of the index agree with one another, and what keeps them tidy."""

from time import monotonic
from typing import Any, Final

import numpy as np

from search_index.engines.postgres.layout import TABLES, Names, State
from search_index.engines.postgres.packed import FORWARD
from search_index.engines.postgres.writing import named, tidy, trim
from search_index.found import Health

_TIDY_SECONDS: Final = 60.0
_TIDIED: Final = 500
# The postings of so many of the newest documents are looked up one by one.
_SAMPLED: Final = 20
_THERE: Final = """
SELECT count(*) FROM unnest($1::bigint[], $2::bigint[]) o (term, packed)
JOIN {postings} p ON p.term = o.term AND p.packed = o.packed
"""
_SIZE: Final = "SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest($1::text[]) name"


async def look(connection: Any, names: Names) -> Health:
    """Return how a build is, with trouble when its tables do not agree; damaged pages fail by themselves."""
    state = await State.of(connection, names)
    size = await connection.fetchval(_SIZE, [getattr(names, table) for table in TABLES])
    trouble = await _trouble(connection, names, state)
    return Health(
        "unusable" if trouble else "ready", documents=state.documents, generation=state.name, segments=1,
        disk_bytes=int(size), trouble=trouble,
    )  # fmt: skip


async def _trouble(connection: Any, names: Names, state: State) -> str:
    if await connection.fetchval("SELECT to_regclass($1) IS NULL", f"{names.postings}_key"):
        return "the postings have no index"
    for table in ("facts", "texts", "places", "forward"):
        count = await connection.fetchval(f"SELECT count(*) FROM {getattr(names, table)}")  # noqa: S608
        if count != state.documents:
            return f"{table} has {count} documents instead of {state.documents}"
    newest = await connection.fetch(
        f"SELECT doc, postings FROM {names.forward} ORDER BY doc DESC LIMIT $1",  # noqa: S608
        _SAMPLED,
    )
    terms: list[int] = []
    packed: list[int] = []
    for row in newest:
        found = np.frombuffer(row["postings"], FORWARD)
        terms += found["term"].tolist()
        packed += (found["low"].astype(np.int64) | row["doc"] << 32).tolist()
    there = await connection.fetchval(named(_THERE, names), terms, packed)
    return "" if there == len(terms) else f"{len(terms) - there} postings of the newest documents are missing"


class Caretaker:
    """Walks through the words of the index, a few a minute."""

    def __init__(self) -> None:
        self._last = monotonic()
        self._after = ""

    def due(self) -> bool:
        """Say whether it is time for the next few."""
        return monotonic() - self._last > _TIDY_SECONDS

    async def tidy(self, connection: Any, names: Names) -> None:
        """Forget words that stand in no document any more, and what changed long ago."""
        self._last = monotonic()
        self._after = await tidy(connection, names, self._after, _TIDIED)
        await trim(connection, names)
