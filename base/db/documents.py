"""What stands in a JSON column, as SQL for the engine in use."""

from base.db.connection import dialect


def text_in(column: str, key: str) -> str:
    """Return SQL for the text under a key of a JSON object; `key` is a plain word."""
    return f"{column} ->> '{key}'" if dialect() == "postgres" else f"json_extract({column}, '$.{key}')"
