"""What a failure of the database means to those who are waiting: that it is away, or can take nothing just now."""

from typing import Final

from tortoise.exceptions import DBConnectionError

from base.db.driver import driver_errors

AWAY: Final = "The site cannot reach its database just now. Please try again in a moment; what you typed was not kept."
FULL: Final = (
    "The site cannot keep anything just now: it can be read, not written. The operators see this in the log. "
    "What you typed was not kept; please copy it, and try again later."
)
BUSY: Final = "The site is very busy just now. Please try again in a moment; what you typed was not kept."

_LOST: Final = (
    "PostgresConnectionError", "InterfaceError", "InternalClientError", "AdminShutdownError", "CrashShutdownError",
)  # fmt: skip
_AWAY: Final = ("CannotConnectNowError", "TooManyConnectionsError", "InvalidCatalogNameError")
_FULL: Final = ("DiskFullError", "ReadOnlySQLTransactionError", "PostgresIOError")
_WORDS: Final = {
    "disk is full": FULL, "readonly database": FULL, "disk I/O error": FULL, "unable to open database": AWAY,
    "database is locked": BUSY, "connection is closed": AWAY, "connection was closed": AWAY,
}  # fmt: skip


def lost() -> tuple[type[BaseException], ...]:
    """Return what is said of a connection that the server has ended, whatever it was doing."""
    return (ConnectionError, *driver_errors(*_LOST))


def sentence_of(error: BaseException | None) -> str:
    """Return a sentence for the reader when it is the database that is in trouble; else nothing."""
    is_full, is_away = driver_errors(*_FULL), (*lost(), DBConnectionError, *driver_errors(*_AWAY))
    while error is not None:
        if isinstance(error, is_full):
            return FULL
        if isinstance(error, is_away):
            return AWAY
        for words, sentence in _WORDS.items():
            if words in str(error):
                return sentence
        error = error.__cause__ or error.__context__
    return ""
