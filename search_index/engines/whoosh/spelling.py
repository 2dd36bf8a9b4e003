"""The words of the index: those that begin with some letters, and those that are nearly what was typed."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from search_index.engines.distances import within
from search_index.engines.formula import EXPANSIONS
from search_index.engines.whoosh.view import Mask, View

# So many of the most frequent are counted exactly, living documents only.
_COUNTED: Final = 128
_NEAREST: Final = 24

Words = npt.NDArray[np.bytes_]


def _beginning(view: View, column: str, prefix: bytes) -> list[tuple[Words, Any]]:
    """Return the words of each segment that begin with `prefix`, and in how many documents each is, deleted or not."""
    found = []
    for segment in view.segments:
        known, frequencies = segment.lexicons[column]
        if len(known):
            first, last = np.searchsorted(known, prefix), np.searchsorted(known, prefix + b"\xff" * 4)
            found.append((known[first:last], frequencies[first:last]))
    return found


def expand(view: View, column: str, prefix: str) -> list[bytes]:
    """Return at most 64 words of a column that begin with `prefix`, those in most documents first."""
    lists = _beginning(view, column, prefix.encode())
    if not lists:
        return []
    found, places = np.unique(np.concatenate([words for words, _ in lists]), return_inverse=True)
    counts = np.bincount(places, np.concatenate([counts for _, counts in lists]), len(found))
    order = np.lexsort((found, -counts))[:_COUNTED]
    words: list[bytes] = found[order].tolist()
    if len(words) > EXPANSIONS and len(view.dead):
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
        for words, _ in _beginning(view, "words", start.encode()):
            lengths = np.char.str_len(words)  # in bytes: a letter has at most four
            found.update(words[(lengths >= len(word) - most) & (lengths <= 4 * (len(word) + most))].tolist())
    texts = [text for text in map(bytes.decode, found) if abs(len(text) - len(word)) <= most and text != word]
    return within(texts, word, most)[:_NEAREST]
