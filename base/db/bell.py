"""A bell between the processes of one site: LISTEN and NOTIFY of PostgreSQL.

There a ring is heard when the transaction in which it was rung is committed, and may be lost together with the
connection: whoever listens looks once after each (re)connection, and now and then without being rung for. With SQLite
there is no other server; its own rings are heard at once, before the commit.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from base.db.connection import dialect, postgres_address
from base.db.driver import or_driver_fails
from base.db.statements import rows
from base.log import logger

MOST_WORDS: Final = 7_000
"""So many characters a ring may carry; PostgreSQL takes less than 8,000 bytes."""
_CONNECT_SECONDS: Final = 5.0
_ALIVE_SECONDS: Final = 20.0
_PAUSES: Final = (0.2, 1.0, 5.0, 15.0)

Hear = Callable[[str], object]


class Bell:
    """A channel to listen on; `is_heard` while rings arrive."""

    def __init__(self, channel: str) -> None:
        self.channel: Final = channel
        self.is_heard = False
        self._near: Final[list[Hear]] = []

    async def ring(self, words: str = "") -> None:
        """Ring in every process, once the transaction of the caller is committed; too many words are left out."""
        if dialect() == "postgres":
            await rows("SELECT pg_notify(?, ?)", self.channel, words if len(words) <= MOST_WORDS else "")
            return
        for hear in self._near:
            hear(words)

    @asynccontextmanager
    async def hearing(self, url: str, hear: Hear) -> AsyncIterator[None]:
        """Call `hear` with the words of each ring, and without words after each connection, while the block runs."""
        if dialect() == "sqlite":
            self._near.append(hear)
            self.is_heard = True
            try:
                yield
            finally:
                self._near.remove(hear)
                self.is_heard = False
            return
        listening = asyncio.create_task(self._keep_listening(url, hear), name=f"bell:{self.channel}")
        try:
            yield
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening

    async def _keep_listening(self, url: str, hear: Hear) -> None:
        failures = 0
        while True:
            try:
                await self._listen(url, hear)
                failures = 0
            except or_driver_fails(OSError, TimeoutError) as error:
                logger("database").warning("no connection for news", trouble=f"{type(error).__name__}: {error}")
            finally:
                self.is_heard = False
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
            failures += 1

    async def _listen(self, url: str, hear: Hear) -> None:
        """Listen until the connection is lost."""
        import asyncpg  # where SQLite is used it is not loaded

        connection: Any = await asyncpg.connect(
            **postgres_address(url), timeout=_CONNECT_SECONDS, server_settings={"application_name": "commonplace news"}
        )
        try:
            over = asyncio.Event()
            connection.add_termination_listener(lambda _: over.set())
            await connection.add_listener(self.channel, lambda *told: hear(str(told[3])))
            self.is_heard = True
            hear("")
            while not over.is_set():
                try:
                    async with asyncio.timeout(_ALIVE_SECONDS):
                        await over.wait()
                except TimeoutError:
                    # A line that broke without a word is only noticed by whoever says something.
                    await connection.execute("SELECT 1", timeout=_CONNECT_SECONDS)
        finally:
            connection.terminate()
