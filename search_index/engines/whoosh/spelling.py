"""The words of the index: those that begin with some letters, and those that are nearly what was typed."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engines.distances import distances
from search_index.engines.formula import EXPANSIONS
from search_index.engines.whoosh.view import Mask, View

# So many of the most frequent are counted exactly, living documents only.
_COUNTED: Final = 128
_NEAREST: Final = 24

Words = npt.NDArray[np.bytes_]


def _beginning(view: View, column: str, prefix: bytes) -> tuple[Words, Any]:
    """Return the words that begin with `prefix`, and about how many documents have each (deleted ones count)."""
    words, counts = [], []
    for segment in view.segments:
        known, frequencies = segment.lexicons[column]
        if len(known):
            first, last = np.searchsorted(known, prefix), np.searchsorted(known, prefix + b"\xff" * 4)
            words.append(known[first:last])
            counts.append(frequencies[first:last])
    if not words:
        return np.empty(0, np.bytes_), np.empty(0, np.int64)
    found, places = np.unique(np.concatenate(words), return_inverse=True)
    return found, np.bincount(places, np.concatenate(counts), len(found))


def expand(view: View, column: str, prefix: str) -> list[bytes]:
    """Return at most 64 words of a column that begin with `prefix`, those in most documents first."""
    found, counts = _beginning(view, column, prefix.encode())
    if len(found) > _COUNTED:
        found = found[np.lexsort((found, -counts))[:_COUNTED]]
    words: list[bytes] = found.tolist()
    if len(words) > EXPANSIONS:
        words = [word for _, word in sorted((-_frequency(view, column, word), word) for word in words)]
    return words[:EXPANSIONS]


def _frequency(view: View, column: str, word: bytes) -> int:
    return view.frequency(view.having(column, word))


def visible(view: View, word: str, mask: Mask) -> int:
    """Return in how many of the documents in `mask` a word is written."""
    return int(np.count_nonzero(mask[view.having("words", word.encode())]))


def near(view: View, word: str) -> list[tuple[int, str]]:
    """Return (distance, word) for the words of the index that are nearly `word`, nearest first."""
    most = 1 if len(word) < 8 else 2
    found: set[bytes] = set()
    for start in {word[0], word[1]}:
        found.update(_beginning(view, "words", start.encode())[0].tolist())
    near_in_length = range(len(word) - most, 4 * (len(word) + most) + 1)  # in bytes, before decoding
    texts = [raw.decode() for raw in found if len(raw) in near_in_length]
    known = [text for text in texts if abs(len(text) - len(word)) <= most and text != word]
    if not known:
        return []
    measured = sorted(zip(distances(known, word), known, strict=True))
    return [one for one in measured if one[0] <= most][:_NEAREST]
