"""How far apart two moments are, as SQL for the engine in use."""

from base.db.connection import dialect


def days_between(earlier: str, later: str) -> str:
    """Return SQL for the days from one moment to another, with a fraction."""
    if dialect() == "postgres":
        return f"EXTRACT(EPOCH FROM (CAST({later} AS TIMESTAMPTZ) - {earlier})) / 86400"
    return f"(julianday({later}) - julianday({earlier}))"
