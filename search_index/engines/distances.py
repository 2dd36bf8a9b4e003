"""How far words are from one another, many at a time."""

from typing import Any

import numpy as np


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
