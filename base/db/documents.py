"""What stands in a JSON column or in words, as SQL for the engine in use."""

from base.db.connection import dialect


def text_in(column: str, key: str) -> str:
    """Return SQL for the text under a key of a JSON object; `key` is a plain word."""
    return f"{column} ->> '{key}'" if dialect() == "postgres" else f"json_extract({column}, '$.{key}')"


def leading_number(text: str) -> str:
    """Return SQL for the whole number a text begins with; 0 when it begins with something else."""
    digits = f"COALESCE(SUBSTRING({text} FROM '^[0-9]{{1,9}}'), '0')" if dialect() == "postgres" else text
    return f"CAST({digits} AS INTEGER)"
