"""Tables whose changes are recorded in the journal, for tests of what follows it."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from base.db import transaction
from base.journal import record
from search_index.document import Document, Source
from search_index.engine import Engine
from search_index.query import Choice, Query, Word
from tests.search_index.documents import PUBLIC, document

NURSE = Query(choices=(Choice((Word("nurse"),)),))


class Table:
    """Documents as they are in the tables, and the sources that read them."""

    def __init__(self) -> None:
        self.rows: dict[str, Document] = {}
        self.loads = 0
        self.slow: asyncio.Event | None = None
        self.reached = asyncio.Event()
        self.sources = {kind: Source(kind, self._some(kind), self._all(kind)) for kind in ("thread", "post")}

    def _some(self, kind: str):  # type: ignore[no-untyped-def]
        async def load(ids: Sequence[int]) -> AsyncIterator[Document]:
            self.loads += 1
            for id_ in ids:
                if found := self.rows.get(f"{kind}:{id_}"):
                    yield found

        return load

    def _all(self, kind: str):  # type: ignore[no-untyped-def]
        async def load_all() -> AsyncIterator[Document]:
            for found in [one for one in self.rows.values() if one.kind == kind]:
                yield found
            if self.slow:
                self.reached.set()
                await self.slow.wait()

        return load_all

    async def act(self, kind: str, id_: int, body: str | None, verb: str = "changed", **more: object) -> None:
        """Change a row and record it, as an action does."""
        async with transaction():
            if body is None:
                self.rows.pop(f"{kind}:{id_}", None)
            else:
                self.rows[f"{kind}:{id_}"] = document(id_, body=body, kind=kind)
            await record(f"{kind}.{verb}", actor_id=None, subject_id=id_, data=more)


async def total(engine: Engine, query: Query = NURSE) -> int:
    return (await engine.search(query, PUBLIC)).total
