"""What carries topics: threads here, and what stands on higher floors, which app/wiring.py adds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from base.condition import Condition
from forum.rules import listed_threads
from members.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Carrier:
    """A table of (`column`, tag_id), and how `of` the things in it are counted for a viewer: a table and its alias."""

    name: str
    table: str
    column: str
    of: str
    seen: Callable[[Viewer], Condition]

    def counted(self, viewer: Viewer, tag: str = "g.id") -> Condition:
        """Return an expression that counts what carries a topic and the viewer sees."""
        seen, alias = self.seen(viewer), self.of.split()[-1]
        return Condition(
            f"(SELECT COUNT(*) FROM {self.table} x CROSS JOIN {self.of} WHERE {alias}.id = x.{self.column} "  # noqa: S608
            f"AND x.tag_id = {tag} AND ({seen.sql}))",
            seen.values,
        )


THREADS: Final = Carrier("threads", "thread_tags", "thread_id", "threads t", listed_threads)
CARRIERS: Final[list[Carrier]] = [THREADS]


def carried_at_all(tag: str = "g.id") -> str:
    """Return a condition that anything carries a topic, whoever may see it."""
    return " OR ".join(f"EXISTS (SELECT 1 FROM {one.table} x WHERE x.tag_id = {tag})" for one in CARRIERS)  # noqa: S608
