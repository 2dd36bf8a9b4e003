"""Count the SQL statements that something sends."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from unittest.mock import patch

from base.db import Recalled
from base.db.sqlite_backend import SqliteBackend

_LOG = logging.getLogger("tortoise.db_client")


class _Collector(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._into = into

    def emit(self, record: logging.LogRecord) -> None:
        if record.args:
            self._into.append(str(record.args[0] if isinstance(record.args, tuple) else record.args))


@contextmanager
def _as_after_a_write() -> Iterator[None]:
    with (
        patch.object(Recalled, "get", return_value=None),
        patch.object(SqliteBackend, "data_version", return_value=-1),
    ):
        yield


@contextmanager
def statements(*, recalling: bool = False) -> Iterator[list[str]]:
    """Collect the SQL sent within the block: `with statements() as sent: …`, then `assert len(sent) <= 4`.

    What may be recalled for as long as nothing is written (how the database is, who the viewer is) is asked every time,
    as when something was written just before: with PostgreSQL, what anybody else there writes counts, too, so that it
    would be asked at times. With `recalling`, it is recalled as it would be.
    """
    sent: list[str] = []
    collector, level = _Collector(sent), _LOG.level
    _LOG.addHandler(collector)
    _LOG.setLevel(logging.DEBUG)
    try:
        with nullcontext() if recalling else _as_after_a_write():
            yield sent
    finally:
        _LOG.setLevel(level)
        _LOG.removeHandler(collector)
