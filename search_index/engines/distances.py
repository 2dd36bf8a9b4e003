"""How far words are from one another, many at a time."""

from typing import Any

import numpy as np


def within(words: list[str], wanted: str, most: int) -> list[tuple[int, str]]:
    """Return (distance, word) for the words at most so many edits away from `wanted`, nearest first."""
    if not words:
        return []
    # Each edit takes away one letter at most and brings one: most words have too many others to be looked at closely.
    there = _letters_of(words)
    other = np.bitwise_count(there ^ _letters_of([wanted])[0])
    close = [words[place] for place in np.flatnonzero(other <= 2 * most).tolist()]
    if not close:
        return []
    return [one for one in sorted(zip(distances(close, wanted), close, strict=True)) if one[0] <= most]


def _letters_of(words: list[str]) -> Any:
    """Return which letters each word has, as bits (32 of them, so some letters share one)."""
    width = max(map(len, words))
    letters = np.array(words, dtype=f"U{width}").view(np.uint32).reshape(len(words), width)
    bits = np.where(letters > 0, np.uint32(1) << (letters & np.uint32(31)), np.uint32(0))
    return np.bitwise_or.reduce(bits, axis=1)


def distances(words: list[str], wanted: str) -> list[int]:
    """Return the edit distance of each word to `wanted`; two letters that changed places count as one edit."""
    width = max(map(len, words))
    letters = np.array(words, dtype=f"U{width}").view(np.uint32).reshape(len(words), width)
    rows: list[Any] = [np.full(len(words), column, np.int16) for column in range(width + 1)]
    older: list[Any] = []
    before = -1
    for number, letter in enumerate(map(ord, wanted), 1):
        fresh = [np.full(len(words), number, np.int16)]
        for column in range(1, width + 1):
            other = letters[:, column - 1] != letter
            cost = np.minimum(np.minimum(rows[column], fresh[column - 1]) + 1, rows[column - 1] + other)
            if older and column > 1:
                crossed = (letters[:, column - 2] == letter) & (letters[:, column - 1] == before)
                cost = np.where(crossed, np.minimum(cost, older[column - 2] + 1), cost)
            fresh.append(cost)
        older, rows, before = rows, fresh, letter
    return [int(rows[len(word)][place]) for place, word in enumerate(words)]
