"""What a failure of the database means to those who are waiting: that it is away, or can take nothing just now."""

from typing import Final

import asyncpg
from tortoise.exceptions import DBConnectionError

AWAY: Final = "The site cannot reach its database just now. Please try again in a moment; what you typed was not kept."
FULL: Final = (
    "The site cannot keep anything just now: it can be read, not written. The operators see this in the log. "
    "What you typed was not kept; please leave the page open and try again later."
)
BUSY: Final = "The site is very busy just now. Please try again in a moment; what you typed was not kept."

# What is said of a connection that the server has ended, whatever it was doing.
LOST: Final = (
    ConnectionError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.InternalClientError,
    asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
)  # fmt: skip
_AWAY: Final = (
    *LOST, DBConnectionError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError,
    asyncpg.InvalidCatalogNameError,
)  # fmt: skip
_FULL: Final = (asyncpg.DiskFullError, asyncpg.ReadOnlySQLTransactionError, asyncpg.PostgresIOError)
_WORDS: Final = {
    "disk is full": FULL, "readonly database": FULL, "disk I/O error": FULL, "unable to open database": AWAY,
    "database is locked": BUSY, "connection is closed": AWAY, "connection was closed": AWAY,
}  # fmt: skip


def sentence_of(error: BaseException | None) -> str:
    """Return a sentence for the reader when it is the database that is in trouble; else nothing."""
    while error is not None:
        if isinstance(error, _FULL):
            return FULL
        if isinstance(error, _AWAY):
            return AWAY
        for words, sentence in _WORDS.items():
            if words in str(error):
                return sentence
        error = error.__cause__ or error.__context__
    return ""
