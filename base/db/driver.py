"""The driver of PostgreSQL, which is loaded where it is used: it takes four megabytes that SQLite does not need."""

import sys


def driver_errors(*names: str) -> tuple[type[BaseException], ...]:
    """Return exceptions of the driver by name; none while it is not loaded, for then nothing can raise them."""
    driver = sys.modules.get("asyncpg")
    return tuple(getattr(driver, name) for name in names) if driver is not None else ()


def or_driver_fails(*others: type[BaseException]) -> tuple[type[BaseException], ...]:
    """Return `others`, and all that the driver raises when a statement or a connection fails."""
    return (*others, *driver_errors("PostgresError", "InterfaceError"))
