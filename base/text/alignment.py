"""Which parts of two sequences are the same, in time a hostile text cannot stretch."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

_MOST_SPLITS: Final = 24
_MOST_STEPS: Final = 120


class Run(NamedTuple):
    """`length` equal elements, from `old` in the one sequence and `new` in the other."""

    old: int
    new: int
    length: int


class _Span(NamedTuple):
    old: int
    old_end: int
    new: int
    new_end: int
    depth: int


def equal_runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """List the runs both sequences share, in order.

    Elements that stand once in either are the anchors; between anchors the shortest edit is sought, and
    given up when it grows long: what is that different reads better as replaced whole. difflib takes
    quadratic time and more on repetitive texts.
    """
    runs: list[Run] = []
    spans = [_Span(0, len(old), 0, len(new), 0)]
    while spans:
        span = _trimmed(old, new, spans.pop(), runs)
        if span.old == span.old_end or span.new == span.new_end:
            continue
        anchors = _anchors(old, new, span) if span.depth < _MOST_SPLITS else []
        if not anchors:
            runs += _shortest_edit(old, new, span)
            continue
        runs += [Run(at_old, at_new, 1) for at_old, at_new in anchors]
        starts = [(span.old, span.new), *((at_old + 1, at_new + 1) for at_old, at_new in anchors)]
        ends = [*anchors, (span.old_end, span.new_end)]
        spans += [
            _Span(start[0], end[0], start[1], end[1], span.depth + 1) for start, end in zip(starts, ends, strict=True)
        ]
    return _joined(sorted(runs))


def _trimmed(old: Sequence[str], new: Sequence[str], span: _Span, runs: list[Run]) -> _Span:
    """Take what both ends of a span have in common."""
    at_old, old_end, at_new, new_end, depth = span
    while at_old < old_end and at_new < new_end and old[at_old] == new[at_new]:
        at_old, at_new = at_old + 1, at_new + 1
    while at_old < old_end and at_new < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    if at_old > span.old:
        runs.append(Run(span.old, span.new, at_old - span.old))
    if old_end < span.old_end:
        runs.append(Run(old_end, new_end, span.old_end - old_end))
    return _Span(at_old, old_end, at_new, new_end, depth)


def _anchors(old: Sequence[str], new: Sequence[str], span: _Span) -> list[tuple[int, int]]:
    """Pair the elements that stand once on both sides, as far as their order agrees."""
    once_old = Counter(old[span.old : span.old_end])
    once_new = Counter(new[span.new : span.new_end])
    places = {new[at]: at for at in range(span.new, span.new_end) if once_new[new[at]] == 1}
    pairs = [
        (at, places[old[at]]) for at in range(span.old, span.old_end) if once_old[old[at]] == 1 and old[at] in places
    ]
    return _longest_rising(pairs)


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    tails: list[int] = []
    tail_places: list[int] = []
    before = [-1] * len(pairs)
    for place, (_, value) in enumerate(pairs):
        slot = bisect_left(tails, value)
        before[place] = tail_places[slot - 1] if slot else -1
        tails[slot : slot + 1] = [value]
        tail_places[slot : slot + 1] = [place]
    rising = []
    place = tail_places[-1] if tail_places else -1
    while place >= 0:
        rising.append(pairs[place])
        place = before[place]
    return rising[::-1]


def _shortest_edit(old: Sequence[str], new: Sequence[str], span: _Span) -> list[Run]:
    """Follow Myers' greedy search for the fewest changes; too many of them, and nothing counts as equal."""
    old_size, new_size = span.old_end - span.old, span.new_end - span.new
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for steps in range(min(old_size + new_size, _MOST_STEPS) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-steps, steps + 1, 2):
            down = diagonal == -steps or (diagonal != steps and furthest[diagonal - 1] < furthest[diagonal + 1])
            x = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < old_size and y < new_size and old[span.old + x] == new[span.new + y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= old_size and y >= new_size:
                return _walk_back(trace, old_size, new_size, span)
    return []


def _walk_back(trace: list[dict[int, int]], x: int, y: int, span: _Span) -> list[Run]:
    runs = []
    for steps in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[steps], x - y
        down = diagonal == -steps or (diagonal != steps and furthest[diagonal - 1] < furthest[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        from_x = furthest[before] if steps else 0
        start = (from_x if down else from_x + 1) if steps else 0
        if x > start:
            runs.append(Run(span.old + start, span.new + start - diagonal, x - start))
        x, y = from_x, from_x - before
    return runs


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and last.old + last.length == run.old and last.new + last.length == run.new:
            joined[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            joined.append(run)
    return joined
