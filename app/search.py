"""The search engine of this installation: opened for the server and for commands, filled from every source."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from app.commands.running import progress
from app.prepare import server_runs
from app.wiring import SOURCES
from base.db import rows
from base.journal.deliver import deliver
from base.settings import Settings
from search_index.engine import Engine, running
from search_index.keep_up import NAME, rebuild
from search_index.ranking import WEIGHTS


def engine_for(now: Settings) -> Engine:
    """Return the engine the settings ask for, not opened yet."""
    weights = {**WEIGHTS, **now.search_weights}
    # Only the one in use is loaded: each takes a good part of a second and some megabytes.
    if now.search_engine == "postgres":
        from search_index.engines.postgres import PostgresEngine

        return PostgresEngine(now.database, memory_mb=now.search_memory_mb, weights=weights)
    from search_index.engines.whoosh.engine import WhooshEngine

    return WhooshEngine(now.data_dir / "index", memory_mb=now.search_memory_mb, weights=weights)


@asynccontextmanager
async def engine_of(now: Settings) -> AsyncIterator[Engine]:
    """Open the engine for as long as the block runs."""
    async with running(engine_for(now)) as engine:
        yield engine


async def documents_to_index() -> int:
    """Return about how many documents a rebuild writes, for a progress bar."""
    counted = await rows(
        "SELECT (SELECT COUNT(*) FROM posts WHERE state = 'published') + (SELECT COUNT(*) FROM articles)"
        " + (SELECT COUNT(*) FROM collections WHERE state = 'published')"
        " + (SELECT COUNT(*) FROM members WHERE state = 'active') + (SELECT COUNT(*) FROM organisations) AS n"
    )
    return int(counted[0]["n"])


async def rebuild_index(*, json_: bool = False) -> dict[str, int]:
    """Build a fresh index beside the one in use and swap; return what was written and what was left out."""
    with progress(await documents_to_index(), "Indexing", json_=json_) as bar:
        done = await rebuild(SOURCES, lambda total: bar.update(max(0, total - bar.pos)))
    return {"written": done.written, "left_out": done.left_out}


async def catch_up(now: Settings, *, json_: bool = False) -> None:
    """Index what a command has written; a server that runs beside it does that by itself."""
    if server_runs(now):
        if not json_:
            click.echo("The running server is indexing what is new.", err=True)
        return
    async with engine_of(now) as engine:
        if not engine.usable:
            await rebuild_index(json_=json_)
        waiting = await rows(
            "SELECT COUNT(*) AS n FROM journal_deliveries WHERE subscriber = ? AND dead = ?", NAME, False
        )
        with progress(int(waiting[0]["n"]), "Indexing", json_=json_) as bar:
            while done := await deliver(NAME):
                bar.update(done)
