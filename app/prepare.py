"""Make a data folder ready for use: its places, the current schema, one server at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from app.migrate import MigrationReport, migrate
from base.errors import Conflict
from base.settings import Settings

PLACES = ("index", "uploads", "mail", "backups")


def make_places(now: Settings) -> None:
    """Create the data folder and what belongs in it, closed to other people of the machine."""
    now.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for place in PLACES:
        (now.data_dir / place).mkdir(exist_ok=True, mode=0o700)


async def prepare(now: Settings) -> MigrationReport:
    """Create what is missing and bring the schema up to date; refuses a schema newer than this program."""
    make_places(now)
    return await migrate(now.database, backup_to=now.data_dir / "backups")


@contextmanager
def only_server(now: Settings) -> Iterator[None]:
    """Hold the data folder's server lock: SQLite mode is one server process (commands may run beside it)."""
    descriptor = os.open(now.data_dir / "serve.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(f"Another server already uses the data folder {now.data_dir}.") from None
        yield
    finally:
        os.close(descriptor)


def server_runs(now: Settings) -> bool:
    """Say whether a server holds the data folder."""
    try:
        with only_server(now):
            return False
    except Conflict:
        return True
