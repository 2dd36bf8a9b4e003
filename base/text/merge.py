"""Two people edited the same text: both edits in one, where they do not touch."""

from collections.abc import Sequence
from dataclasses import dataclass

from base.text.alignment import equal_runs


@dataclass(frozen=True)
class Conflict:
    """Lines that both changed, each in their own way; `line` counts from 1 in the merged text.

    `mine_lines` and `their_lines` are how many they are: none when they were deleted.
    """

    line: int
    base: str
    mine: str
    theirs: str
    mine_lines: int = 1
    their_lines: int = 1


@dataclass(frozen=True)
class Merge:
    """The merged text, with my words where both changed the same lines, and those places."""

    text: str
    conflicts: tuple[Conflict, ...]

    def chosen(self, choices: Sequence[str]) -> str:
        """Return the text with `mine`, `theirs` or `both` in the places that both changed; mine where none is said."""
        lines = self.text.split("\n")
        for conflict, choice in reversed([*zip(self.conflicts, choices, strict=False)]):
            theirs = conflict.theirs.split("\n") if conflict.their_lines else []
            start, end = conflict.line - 1, conflict.line - 1 + conflict.mine_lines
            if choice == "theirs":
                lines[start:end] = theirs
            elif choice == "both":
                lines[end:end] = theirs
        return "\n".join(lines)


def three_way(base: str, mine: str, theirs: str) -> Merge:
    """Carry the changes of both from `base` into one text, line by line."""
    texts = [text.split("\n") for text in (base, mine, theirs)]
    merged: list[str] = []
    conflicts: list[Conflict] = []
    start = [0, 0, 0]
    for end, stable in _stable_places(*texts):
        before, my_part, their_part = (lines[i:j] for lines, i, j in zip(texts, start, end, strict=True))
        if my_part != before and their_part not in (before, my_part):
            was, mine_now, theirs_now = ("\n".join(part) for part in (before, my_part, their_part))
            at = len(merged) + 1
            conflicts.append(Conflict(at, was, mine_now, theirs_now, len(my_part), len(their_part)))
        merged += their_part if my_part == before else my_part
        merged += texts[0][end[0] : end[0] + stable]
        start = [place + stable for place in end]
    return Merge("\n".join(merged), tuple(conflicts))


def _stable_places(base: list[str], mine: list[str], theirs: list[str]) -> list[tuple[list[int], int]]:
    """List where all three texts agree: the places in each, and for how many lines; last, their ends."""
    in_mine = {run.old + step: run.new + step for run in equal_runs(base, mine) for step in range(run.length)}
    in_theirs = {run.old + step: run.new + step for run in equal_runs(base, theirs) for step in range(run.length)}
    places: list[tuple[list[int], int]] = []
    for line in range(len(base)):
        if line in in_mine and line in in_theirs:
            here = [line, in_mine[line], in_theirs[line]]
            if places and [place + places[-1][1] for place in places[-1][0]] == here:
                places[-1] = (places[-1][0], places[-1][1] + 1)
            else:
                places.append((here, 1))
    return [*places, ([len(base), len(mine), len(theirs)], 0)]
