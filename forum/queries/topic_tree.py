"""The tree of topics: what lies below a topic, and what above it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from base.condition import one_of
from base.db import rows

LEVELS: Final = 3

# Every topic with each that lies below it, itself among them, as (top, id).
CLOSURE: Final = """
SELECT g.id AS top, g.id AS id FROM tags g
UNION ALL SELECT g.parent_id, g.id FROM tags g WHERE g.parent_id IS NOT NULL
UNION ALL SELECT p.parent_id, g.id FROM tags g JOIN tags p ON p.id = g.parent_id WHERE p.parent_id IS NOT NULL"""


def below(which: str) -> str:
    """Return a statement for the ids of some topics, as a condition on `g` picks them, and of all below them.

    Another name of a topic stands for the topic.
    """
    return (
        f"WITH RECURSIVE below(id) AS (SELECT COALESCE(g.meant_id, g.id) FROM tags g WHERE {which} "  # noqa: S608
        "UNION SELECT n.id FROM tags n JOIN below ON n.parent_id = below.id) SELECT id FROM below"
    )


def carried_and_above(table: str, column: str, owner: str) -> str:
    """Return a statement for the ids of the topics that something carries, and of all above them."""
    carried = f"FROM {table} z JOIN tags g ON g.id = z.tag_id"
    of = f"WHERE z.{column} = {owner}"
    return (
        f"SELECT g.id {carried} {of} UNION SELECT g.parent_id {carried} {of} AND g.parent_id IS NOT NULL "
        f"UNION SELECT h.parent_id {carried} JOIN tags h ON h.id = g.parent_id {of} AND h.parent_id IS NOT NULL"
    )


async def with_narrower(ids: Sequence[int]) -> list[int]:
    """Return topics and all that lie below them."""
    which = one_of("g.id", ids)
    return [row["id"] for row in await rows(below(which.sql), *which.values)]


@dataclass(frozen=True, slots=True)
class Lineage:
    """What lies above a topic and below it; `height` counts the levels from it downwards, itself one of them."""

    above: frozenset[int]
    below: frozenset[int]
    height: int

    @property
    def depth(self) -> int:
        """Return on which level the topic is, from 1."""
        return len(self.above) + 1


async def lineage(tag_id: int) -> Lineage:
    """Return what lies above and below a topic, in one statement."""
    found = await rows(
        "WITH RECURSIVE up(id, n) AS (SELECT g.parent_id, 1 FROM tags g WHERE g.id = ? AND g.parent_id IS NOT NULL "
        "UNION SELECT g.parent_id, up.n + 1 FROM tags g JOIN up ON g.id = up.id WHERE g.parent_id IS NOT NULL "
        "AND up.n < 9), "
        "down(id, n) AS (SELECT g.id, 1 FROM tags g WHERE g.parent_id = ? "
        "UNION SELECT g.id, down.n + 1 FROM tags g JOIN down ON g.parent_id = down.id WHERE down.n < 9) "
        "SELECT 'up' AS way, id, n FROM up UNION ALL SELECT 'down', id, n FROM down",
        tag_id, tag_id,
    )  # fmt: skip
    down = [row for row in found if row["way"] == "down"]
    return Lineage(
        frozenset(row["id"] for row in found if row["way"] == "up"),
        frozenset(row["id"] for row in down),
        1 + max((row["n"] for row in down), default=0),
    )
