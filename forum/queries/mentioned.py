"""Which of the people a text mentions there are."""

from base.db import marks, rows
from base.text.mentions import mentions_in


async def people_mentioned(source: str) -> frozenset[str]:
    """Return the handles, in lower case, of the members a text mentions; no statement for a text without any."""
    handles = mentions_in(source)
    if not handles:
        return frozenset()
    found = await rows(
        f"SELECT LOWER(handle) AS handle FROM members WHERE LOWER(handle) IN ({marks(handles)}) "  # noqa: S608
        "AND state IN ('active', 'staged')",
        *handles,
    )
    return frozenset(row["handle"] for row in found)
