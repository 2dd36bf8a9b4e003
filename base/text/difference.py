"""What changed between two versions of a text, word by word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from base.text.alignment import equal_runs
from base.text.alike import MOST_PAIRS, paired_lines

Kind = Literal["same", "removed", "added"]

_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_IDEOGRAPH: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARK: Final = "!-/:-@\\[-`{-~\u00a1-\u00bf\u2010-\u205e\u3000-\u303f"
_WORD: Final = re.compile(rf"\n|[^\S\n]+|[{_IDEOGRAPH}]|[^\s{_MARK}{_IDEOGRAPH}]+|.", re.DOTALL)
# What went, what came, and what stayed after it.
_Hunk = tuple[Sequence[str], Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Change:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A line of the comparison; or, with `skipped` above 0, so many unchanged lines left out."""

    changes: tuple[Change, ...]
    skipped: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything in this line went or came."""
        return any(change.kind != "same" for change in self.changes)


@dataclass
class _Edit:
    """A place where words were replaced, and the unchanged words after it."""

    removed: str
    added: str
    same: str


def word_difference(old: str, new: str) -> list[Change]:
    """Return the changes in reading order; what stayed and went makes the old text, what stayed and came the new."""
    changes: list[Change] = []
    for removed, added, same in _without_blank_anchors(_replaced(_LINE.findall(old), _LINE.findall(new))):
        for old_line, new_line in paired_lines(removed, added):
            changes += _in_words(old_line, new_line)
        changes.append(Change("same", "".join(same)))
    return _joined(changes)


def to_plus_minus(changes: Iterable[Change]) -> str:
    """Return the changes as lines marked "- " and "+ ", fit for a mail or a screen reader."""
    lines: list[str] = []
    for line in _lines(changes):
        old = "".join(change.text for change in line if change.kind != "added")
        new = "".join(change.text for change in line if change.kind != "removed")
        if all(change.kind == "same" for change in line):
            lines.append(f"  {old}".rstrip())
            continue
        has_old, has_new = (any(change.kind in {"same", kind} for change in line) for kind in ("removed", "added"))
        lines += [f"- {part}".rstrip() for part in old.split("\n")] if has_old else []
        lines += [f"+ {part}".rstrip() for part in new.split("\n")] if has_new else []
    return "\n".join(lines)


def paragraphs(old: str, new: str, *, around: int = 1) -> list[Paragraph]:
    """Return the comparison line by line, without the unchanged lines further than `around` from a change."""
    lines = [Paragraph(tuple(line)) for line in _lines(word_difference(old, new))]
    lines = [line for line in lines if line.changed or any(change.text.strip() for change in line.changes)]
    changed = [place for place, line in enumerate(lines) if line.changed]
    shown = {place + step for place in changed for step in range(-around, around + 1)}
    grouped: list[Paragraph] = []
    for place, line in enumerate(lines):
        if place in shown:
            grouped.append(line)
        elif grouped and grouped[-1].skipped:
            grouped[-1] = Paragraph((), grouped[-1].skipped + 1)
        else:
            grouped.append(Paragraph((), 1))
    return grouped


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[_Hunk]:
    """Walk both sequences: what went, what came, what stayed; and so on."""
    at_old = at_new = 0
    for run in equal_runs(old, new):
        yield old[at_old : run.old], new[at_new : run.new], old[run.old : run.old + run.length]
        at_old, at_new = run.old + run.length, run.new + run.length
    yield old[at_old:], new[at_new:], ()


def _without_blank_anchors(hunks: Iterable[_Hunk]) -> Iterator[_Hunk]:
    """Join what an empty line alone keeps apart: the lines around it are then paired by what they say."""
    waiting: _Hunk | None = None
    for removed, added, same in hunks:
        hunk: _Hunk = (removed, added, same)
        if waiting is not None:
            both = [*waiting[0], *waiting[2], *removed], [*waiting[1], *waiting[2], *added]
            if (removed or added) and len(both[0]) * len(both[1]) <= MOST_PAIRS:
                hunk = (*both, same)
            else:
                yield waiting
        waiting = None
        if (hunk[0] or hunk[1]) and same and not "".join(same).strip():
            waiting = hunk
        else:
            yield hunk
    if waiting is not None:
        yield waiting


def _in_words(old: str, new: str) -> Iterator[Change]:
    edits: list[_Edit] = []
    for removed, added, same in _replaced(_WORD.findall(old), _WORD.findall(new)):
        edits.append(_Edit("".join(removed), "".join(added), "".join(same)))
        while len(edits) > 1 and _is_slight(edits[-2], edits[-1]):
            last = edits.pop()
            between = edits[-1].same
            edits[-1] = _Edit(
                edits[-1].removed + between + last.removed, edits[-1].added + between + last.added, last.same
            )
    for edit in edits:
        yield Change("removed", edit.removed)
        yield Change("added", edit.added)
        yield Change("same", edit.same)


def _is_slight(first: _Edit, second: _Edit) -> bool:
    """Tell whether a few equal words between two edits only make the change harder to read."""
    between = first.same
    if "\n" in between or not (second.removed or second.added) or not (first.removed or first.added):
        return False
    if not any(character.isalnum() for character in between):
        return len(between) < 4
    size = len(between)
    return size <= max(len(first.removed), len(first.added)) and size <= max(len(second.removed), len(second.added))


def _joined(changes: Iterable[Change]) -> list[Change]:
    joined: list[Change] = []
    for change in changes:
        if not change.text:
            continue
        if joined and joined[-1].kind == change.kind:
            joined[-1] = Change(change.kind, joined[-1].text + change.text)
        else:
            joined.append(change)
    return joined


def _lines(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Part the changes where both texts end a line; a line that only one text has stands alone."""
    line: list[Change] = []
    for change in changes:
        first, *rest = change.text.split("\n")
        line += [Change(change.kind, first)] if first else []
        for part in rest:
            if change.kind == "same" or all(piece.kind == change.kind for piece in line):
                yield line or [Change(change.kind, "")]
                line = []
            else:
                line.append(Change(change.kind, "\n"))
            line += [Change(change.kind, part)] if part else []
    if line:
        yield _joined(line)
