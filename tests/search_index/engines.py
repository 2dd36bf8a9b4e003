"""Engines for tests: the embedded one in a folder, and PostgreSQL's in a database, each behind the same protocol."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from search_index.document import Document
from search_index.engine import Engine
from search_index.engines.postgres import PostgresEngine
from search_index.engines.whoosh import WhooshEngine

EMBEDDED, POSTGRES = "embedded", "postgres"
Change = Sequence[Document]


@dataclass(frozen=True)
class Place:
    """Where the engines of one test keep their index: any number of them share it."""

    kind: str
    folder: Path
    url: str = ""

    def engine(self, **settings: Any) -> Engine:
        """Make an engine, not opened yet."""
        settings = {"seconds": 20.0, **settings}
        if self.kind == POSTGRES:
            return PostgresEngine(self.url, **settings)
        return WhooshEngine(self.folder, **settings)

    async def forget(self) -> None:
        """Take the index away, as an accident would."""
        if self.kind == POSTGRES:
            await at_server(self.url, "DROP SCHEMA IF EXISTS search CASCADE")
        else:
            for path in sorted(self.folder.rglob("*"), reverse=True):
                path.unlink() if path.is_file() else path.rmdir()

    async def builds(self) -> int:
        """Return how many indexes lie there, finished or not."""
        if self.kind == EMBEDDED:
            return sum(path.is_dir() for path in self.folder.iterdir())
        found = await at_server(
            self.url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'search' AND tablename LIKE 'counters%'"
        )
        return int(found)


async def at_server(url: str, statement: str) -> Any:
    """Run a statement beside everything else; return the first value it gives."""
    connection = await asyncpg.connect(url.replace("asyncpg://", "postgres://", 1))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def fill(engine: Engine, *commits: Change) -> None:
    """Make an index: the first documents as a fresh one, the others one commit each."""
    if not engine.usable:
        await engine.open()
    first, *others = commits or ((),)
    fresh = await engine.fresh()
    await fresh.add(first)
    await fresh.swap()
    for change in others:
        await engine.replace(change)
