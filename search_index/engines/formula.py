"""The ranking formula, the same in every engine: BM25F, and more for meeting more of what was asked."""

from collections.abc import Mapping
from math import log
from typing import Final

# How soon more of a word stops to count, and how much the length of a text weighs.
K1: Final = 1.2
B: Final = 0.75
# Scored fields hold stems with positions; a word weighs by where it stands.
SCORED: Final = ("title", "body", "names")
BOOSTS: Final[Mapping[str, float]] = {"title": 2.0, "body": 1.0, "names": 0.5}
# A document that meets everything asked scores half as much again as its words alone would have it.
COVERAGE: Final = 0.5
# Of so many words people expect the most part: when something has all, what has less than half (by rarity) is left out.
FEW: Final = range(2, 5)
# Rarities are counted in thousandths, so that sums are exact.
UNIT: Final = 1000
# The beginning of a word stands for so many words, those in most documents.
EXPANSIONS: Final = 64


def rarity(frequency: int, documents: int) -> float:
    """Return the weight of a term that so many of all documents have."""
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
