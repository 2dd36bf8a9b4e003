"""What the tests of the database look at."""

from base import db


async def numbers() -> list[int]:
    return [row["n"] for row in await db.rows("SELECT n FROM counters WHERE id <= 3 ORDER BY id")]


def slow_query(seconds: float) -> str:
    """Return a query that takes about so long."""
    if db.dialect() == "postgres":
        return f"SELECT pg_sleep({seconds})"
    return (
        f"WITH RECURSIVE x(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x WHERE i < {int(seconds * 10_000_000)}) "
        "SELECT count(*) AS i FROM x"
    )
