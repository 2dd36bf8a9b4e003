"""How large organisations are, read from bands in words of their own: "200–499", "under 200", "1,000+"."""

import re
from typing import Final

BEDS: Final = (200, 500, 800)
STAFF: Final = (500, 1000, 5000)
"""Where the next step begins: below the first number is step 0."""
_NUMBER: Final = re.compile(r"\d{1,3}(?:[.,'’\u2009\u202f\xa0 ]\d{3})+(?!\d)|\d+")
_NOT_DIGITS: Final = re.compile(r"\D")
_LESS: Final = ("<", "under", "below", "less", "fewer", "up to")
_MORE: Final = ("+", ">", "over", "above", "more")

Steps = tuple[int, int]
"""The first and the last step on which a band stands."""


def steps_of(band: str, ladder: tuple[int, ...]) -> Steps | None:
    """Return on which steps a band stands; none when it tells no number."""
    numbers = sorted(int(_NOT_DIGITS.sub("", found)[:9]) for found in _NUMBER.findall(band))
    if not numbers:
        return None
    words = band.casefold()
    low, high = _step(numbers[0], ladder), _step(numbers[-1], ladder)
    if any(word in words for word in _LESS):
        # "Under 200" does not reach the step that begins with 200.
        return 0, _step(numbers[-1] - 1, ladder)
    return low, len(ladder) if any(word in words for word in _MORE) else high


def _step(number: int, ladder: tuple[int, ...]) -> int:
    return sum(number >= begins for begins in ladder)


def gap(one: Steps, other: Steps) -> int:
    """Return how many steps lie between two bands: 0 when they share one, 1 when they stand next to each other."""
    return max(0, other[0] - one[1], one[0] - other[1])
