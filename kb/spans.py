"""Where a cited passage stands in a text that was edited since."""

from difflib import SequenceMatcher
from typing import Final

_MOST_LINES: Final = 400


def stands_in(passage: str, text: str) -> bool:
    """Say whether the text still holds the passage; how it is spaced does not matter."""
    return _spaced(passage) in _spaced(text)


def nearest(passage: str, text: str) -> str:
    """Return the stretch of the text that the passage most likely became; empty when nothing is like it."""
    lines = [line for line in text.split("\n") if line.strip()][:_MOST_LINES]
    wanted = max(1, len([line for line in passage.split("\n") if line.strip()]))
    matcher = SequenceMatcher(b=passage, autojunk=False)
    best, found = 0.3, ""
    for start in range(len(lines)):
        candidate = "\n".join(lines[start : start + wanted])
        matcher.set_seq1(candidate)
        if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, found = ratio, candidate
    return found


def _spaced(text: str) -> str:
    return " ".join(text.split())
