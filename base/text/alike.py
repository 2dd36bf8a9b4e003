"""Which changed line became which: lines are paired by the words they share."""

from collections.abc import Iterator, Sequence
from typing import Final

# A rewritten line still counts as the same line when it keeps this share of its words.
_ALIKE: Final = 0.4
MOST_PAIRS: Final = 900


def paired_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pair old and new lines in order, an empty string standing for no partner."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        yield "".join(old), "".join(new)
        return
    at_old = at_new = 0
    for pair_old, pair_new in [*_best_pairs(old, new), (len(old), len(new))]:
        yield "".join(old[at_old:pair_old]), ""
        yield "", "".join(new[at_new:pair_new])
        if pair_old < len(old):
            yield old[pair_old], new[pair_new]
        at_old, at_new = pair_old + 1, pair_new + 1


def _best_pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Choose the pairs, in order and without crossing, that share most."""
    likeness = _likeness(old, new)
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            paired = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs = []
    i = j = 0
    while i < len(old) and j < len(new):
        if likeness[i][j] and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _likeness(old: Sequence[str], new: Sequence[str]) -> list[list[float]]:
    old_words, new_words = [frozenset(line.split()) for line in old], [frozenset(line.split()) for line in new]
    if len(old) == len(new) == 1:
        return [[1.0]]
    return [[_shared(first, second) for second in new_words] for first in old_words]


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    total = len(first) + len(second)
    share = 2 * len(first & second) / total if total else 0.0
    return share if share >= _ALIKE else 0.0
