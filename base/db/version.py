"""Whether anything was written since one looked last: what answers that are kept are checked against."""

import asyncio
from collections.abc import Hashable
from contextvars import Context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from base.db.background import in_background
from base.db.connection import Client, whole

if TYPE_CHECKING:  # the driver of the other engine would only slow the start
    from base.db.sqlite_backend import SqliteBackend

_SQLITE: Final = (
    "SELECT (SELECT data_version FROM pragma_data_version), (SELECT MAX(id) FROM journal_entries), ({also})"
)
# The last entries are added up: one with a lower number may be committed later than one with a higher number.
_POSTGRES: Final = """
SELECT CAST(pg_current_snapshot() AS TEXT) AS data, (SELECT SUM(id) || ' ' || MAX(id) FROM
  (SELECT id FROM journal_entries ORDER BY id DESC LIMIT 300) AS newest) AS acts, ({also}) AS also"""
ALSO: Final = ["NULL"]
"""What a higher floor wants to know with every look, as a statement that finds one value in no time (app/wiring.py)."""

_PATIENCE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Version:
    """How the database is now: while `data` is the same nothing at all was written, by any process.

    `acts` changes with every act that the journal tells of, and with nothing else. `also` is what was asked beside.
    """

    data: Hashable
    acts: Hashable
    also: Hashable = None


async def version() -> Version:
    """Return the version of the database, in one short statement that is sent for all who ask together.

    All of them had come before it was sent, so nothing that any of them can know of is missing. On SQLite those are
    together who ask in the same turn of the event loop, on PostgreSQL those who come while another one is answered.
    """
    return await _line().ask()


def version_at_once() -> Version | None:
    """Return the version of the database when nobody has to wait for it, as on SQLite; none on PostgreSQL."""
    line = _line()
    return line.at_once() if isinstance(line, _Turn) else None


def _line() -> "_Line | _Turn":
    engine = whole()
    line = _lines[0] if _lines else None
    if line is None or line.engine is not engine:
        line = _Line(engine) if engine.capabilities.dialect == "postgres" else _Turn(cast("SqliteBackend", engine))
        _lines[:] = [line]
    return line


class _Turn:
    """The version of a SQLite file, asked once in a turn of the event loop."""

    def __init__(self, engine: "SqliteBackend") -> None:
        self.engine: Final = engine
        self._last: Version | None = None
        self._is_now = False
        self._is_now_at_once = False

    async def ask(self) -> Version:
        """Ask, unless somebody has in this turn."""
        return self._last if self._last is not None and self._is_now else self._look()

    def at_once(self) -> Version:
        """Do the same for a connection that is being read.

        It is read after the tasks of a turn and before that turn is over: what was answered to one of them may be as
        old as all that the others have done since.
        """
        if self._last is None or not self._is_now_at_once:
            self._is_now_at_once = True
            return self._look()
        return self._last

    def _look(self) -> Version:
        """Look into the file, which answers without any waiting."""
        last = self._last
        # Mostly nothing was written, and then nothing more has to be asked.
        if last is None or self.engine.data_version() != last.data:
            last = self._last = Version(*self.engine.one_row(_SQLITE.format(also=ALSO[0])))
        self._is_now = True
        asyncio.get_running_loop().call_soon(self._over)
        return last

    def _over(self) -> None:
        self._is_now = self._is_now_at_once = False


class _Line:
    """Who waits for the version at one database: one statement is under way, and one is next for all who came since."""

    def __init__(self, engine: Client) -> None:
        self.engine: Final = engine
        self._next: asyncio.Task[Version] | None = None
        self._under_way: asyncio.Task[Version] | None = None

    async def ask(self) -> Version:
        """Ask with the others who wait."""
        if self._next is None:
            # Nothing of who happens to be first: not their transaction, nor the id of their request.
            self._next = Context().run(in_background, self._send(self._under_way))
            self._next.add_done_callback(_look_at)
        # Who goes away must not take the answer from the others.
        return await asyncio.shield(self._next)

    async def _send(self, before: "asyncio.Task[Version] | None") -> Version:
        if before is not None and not before.done():
            # One that is stuck, in a connection that is half dead, must not keep all the others waiting.
            await asyncio.wait([before], timeout=_PATIENCE)
        self._under_way, self._next = self._next, None
        return Version(**(await self.engine.look_up(_POSTGRES.format(also=ALSO[0]), []))[0])


def _look_at(task: "asyncio.Task[Version]") -> None:
    """Take note of a failure, though all who waited may have gone away; who still waits tells of it."""
    if not task.cancelled():
        task.exception()


_lines: Final[list[_Line | _Turn]] = []
