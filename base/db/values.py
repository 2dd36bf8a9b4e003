"""Values on their way into the database: the same rules on both engines."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any


def bindable(values: Sequence[Any] | None) -> list[Any]:
    """Return the values as they are bound: moments in UTC, and no text that one of the engines cannot keep.

    SQLite stores a moment as text, so one with another offset would sort and compare wrongly; PostgreSQL cannot
    hold a NUL character, and SQLite's own functions stop at it.
    """
    if not values:
        return []
    return [_checked(value) if isinstance(value, (str, datetime)) else value for value in values]


def _checked(value: str | datetime) -> str | datetime:
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("text for the database contains a NUL character")
        return value
    if value.tzinfo is None:
        raise ValueError(f"moment for the database has no time zone: {value.isoformat()}")
    return value.astimezone(UTC)
