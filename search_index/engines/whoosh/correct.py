"""Did you mean: better spellings, only ones that stand in a document the viewer may see."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from search_index.engines.analysis import LANGUAGES, analyser
from search_index.engines.formula import SCORED
from search_index.engines.whoosh.asked import Asked
from search_index.engines.whoosh.spelling import near, visible
from search_index.engines.whoosh.view import Mask
from search_index.found import Correction
from search_index.words import WORD, clean, fold

_SHORTEST: Final = 3
# A word that hardly any document has may be a slip too, when a word one letter away is this much more frequent.
_RARE: Final = 2
_MUCH_MORE: Final = 10


def correct(asked: Asked, words: Sequence[str]) -> tuple[Correction, ...]:
    """Return better spellings of words that occur in no, or hardly any, document that may be seen."""
    mask = asked.allowed
    corrections = []
    for word in dict.fromkeys(words):
        asked.deadline.check()
        for part in WORD.findall(clean(word)):
            if better := _better(asked, fold(part), mask):
                corrections.append(Correction(part, *better))
    return tuple(corrections)


def _better(asked: Asked, word: str, mask: Mask) -> tuple[str, bool] | None:
    if len(word) < _SHORTEST or word.isdigit() or any(word in analyser(code).stops for code in LANGUAGES):
        return None
    known = _known(asked, word, mask)
    if known > _RARE:
        return None
    view = asked.view
    close = [(distance, -count, text) for distance, text in near(view, word) if (count := visible(view, text, mask))]
    if known:
        close = [one for one in close if one[0] == 1 and -one[1] >= _MUCH_MORE * known]
    return (min(close)[2], known == 0) if close else None


def _known(asked: Asked, word: str, mask: Mask) -> int:
    """Return in how many documents that may be seen a word occurs, in any form; enough is enough."""
    view = asked.view
    seen = visible(view, word, mask)
    if seen > _RARE:
        return seen
    for language in view.languages:
        stem = analyser(language).stem(word).encode()
        for number in range(len(SCORED)):
            seen = max(seen, int(np.count_nonzero(mask[view.postings(stem, number).ids])))
    return seen
