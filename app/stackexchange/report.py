"""What an import did, kept while it runs and shown at its end."""

from dataclasses import dataclass, field
from typing import Final

_MOST_LINES: Final = 200


@dataclass(slots=True)
class Report:
    """Counts by kind, and a line for everything that was left out or changed, with the reason."""

    dry_run: bool
    made: dict[str, int] = field(default_factory=dict)
    already: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def count_made(self, kind: str) -> None:
        """Count one thing that was made (or would be)."""
        self.made[kind] = self.made.get(kind, 0) + 1

    def count_already(self, kind: str) -> None:
        """Count one thing that an earlier run had made."""
        self.already[kind] = self.already.get(kind, 0) + 1

    def skip(self, kind: str, why: str) -> None:
        """Count one thing that was left out, and keep the line that says why."""
        self.skipped[kind] = self.skipped.get(kind, 0) + 1
        self.note(why)

    def note(self, line: str) -> None:
        """Keep a line for the reader; a flood of them is cut, the counts stay exact."""
        if len(self.lines) < _MOST_LINES:
            self.lines.append(line)
        elif len(self.lines) == _MOST_LINES:
            self.lines.append("… and more like these; the counts are complete.")

    def text(self) -> str:
        """Return the report for people."""
        verb = "would be made" if self.dry_run else "made"
        kinds = list(dict.fromkeys([*self.made, *self.already, *self.skipped]))
        table = [
            f"  {kind:<12} {self.made.get(kind, 0):>8} {verb}  {self.already.get(kind, 0):>8} there already"
            f"  {self.skipped.get(kind, 0):>8} left out"
            for kind in kinds
        ]
        notes = [f"  - {line}" for line in self.lines]
        return "\n".join([*table, *(["", "Notes:"] if notes else []), *notes])
