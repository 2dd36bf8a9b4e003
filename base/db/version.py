"""Whether anything was written since one looked last: what answers that are kept are checked against."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from base.db.connection import whole

_SQLITE: Final = """
SELECT (SELECT data_version FROM pragma_data_version) AS data, (SELECT MAX(id) FROM journal_entries) AS acts"""
# The last entries are added up: one with a lower number may be committed later than one with a higher number.
_POSTGRES: Final = """
SELECT CAST(pg_current_snapshot() AS TEXT) AS data, (SELECT SUM(id) || ' ' || MAX(id) FROM
  (SELECT id FROM journal_entries ORDER BY id DESC LIMIT 300) AS newest) AS acts"""


@dataclass(frozen=True, slots=True)
class Version:
    """How the database is now: while `data` is the same nothing at all was written, by any process.

    `acts` changes with every act that the journal tells of, and with nothing else.
    """

    data: Hashable
    acts: Hashable


_of_this_turn: Final[list[Version]] = []


async def version() -> Version:
    """Return the version of the database, in one short statement.

    On SQLite it is asked once in a turn of the event loop: all who ask in the same turn had come before it was asked,
    so nothing that any of them can know of is missing.
    """
    engine = whole()
    if engine.capabilities.dialect == "postgres":
        return Version(**(await engine.look_up(_POSTGRES, []))[0])
    if not _of_this_turn:
        _of_this_turn.append(Version(**(await engine.look_up(_SQLITE, []))[0]))
        asyncio.get_running_loop().call_soon(_of_this_turn.clear)
    return _of_this_turn[0]
