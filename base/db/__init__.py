"""The database: one connection for the process, transactions, and raw SQL that reads the same on both engines."""

from base.db.alone import alone, take_turns
from base.db.bell import Bell
from base.db.connection import (
    MODEL_MODULES,
    Dialect,
    close,
    connect,
    dialect,
    is_in_transaction,
    orm_config,
    transaction,
)
from base.db.documents import text_in
from base.db.moments import days_between
from base.db.recalled import Recalled
from base.db.statements import as_datetime, execute, lookup, marks, put, rows
from base.db.version import Version, version, version_at_once

__all__ = [
    "MODEL_MODULES",
    "Bell",
    "Dialect",
    "Recalled",
    "Version",
    "alone",
    "as_datetime",
    "close",
    "connect",
    "days_between",
    "dialect",
    "execute",
    "is_in_transaction",
    "lookup",
    "marks",
    "orm_config",
    "put",
    "rows",
    "take_turns",
    "text_in",
    "transaction",
    "version",
    "version_at_once",
]
