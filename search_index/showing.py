"""Which documents show something of another thing: a thread its topics, a post its author."""

from collections.abc import Sequence

from base.condition import one_of
from base.db import rows
from search_index.document import Showing


def showing(statement: str, column: str) -> Showing:
    """Return what finds the `id` of every row of a statement whose `column` is one of the subjects."""

    async def found_by(ids: Sequence[int]) -> list[int]:
        which = one_of(column, ids)
        return [row["id"] for row in await rows(f"{statement} WHERE {which.sql}", *which.values)]

    return found_by
