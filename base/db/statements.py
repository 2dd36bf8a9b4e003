"""Raw SQL, written once with `?` and `string_agg` for both engines."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, Final

from base.db.connection import Client, client

_TOKEN: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|/\*.*?\*/|\?""", re.DOTALL)


@lru_cache(maxsize=2000)
def _numbered(sql: str) -> str:
    numbers = count(1)
    return _TOKEN.sub(lambda token: f"${next(numbers)}" if token[0] == "?" else token[0], sql)


def _of(engine: Client, sql: str) -> str:
    # SQLite knows string_agg only since 3.44.
    is_postgres = engine.capabilities.dialect == "postgres"
    return _numbered(sql) if is_postgres else sql.replace("string_agg(", "group_concat(")


async def rows(sql: str, *values: object) -> list[dict[str, Any]]:
    """Run a statement and return its rows; outside a transaction a SELECT waits for nobody's writing."""
    engine = client()
    return await engine.execute_query_dict(_of(engine, sql), list(values))


async def lookup(sql: str, *values: object) -> list[dict[str, Any]]:
    """Run a statement that finds a few rows by an index, and return them.

    On SQLite without a thread, which costs more than such a statement: one that takes long would hold up everybody.
    """
    engine = client()
    return await engine.look_up(_of(engine, sql), list(values))


async def put(sql: str, *values: object) -> list[dict[str, Any]]:
    """Run a statement that adds or changes a few rows, found by an index; return the rows that it returns.

    In a transaction on SQLite without a thread, like `lookup`.
    """
    engine = client()
    return await engine.put(_of(engine, sql), list(values))


async def execute(sql: str, *values: object) -> int:
    """Run a statement and return how many rows it changed."""
    engine = client()
    return await engine.execute_count(_of(engine, sql), list(values))


def marks(values: Sequence[object]) -> str:
    """Return the placeholders for an IN list; with an empty one both IN and NOT IN match nothing."""
    return ", ".join("?" * len(values)) or "NULL"


def as_datetime(value: object) -> datetime | None:
    """Return a timestamp read by raw SQL as an aware UTC datetime: SQLite gives text, PostgreSQL a datetime."""
    if value is None:
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        raise TypeError(f"not a timestamp: {value!r}")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
