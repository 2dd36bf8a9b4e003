"""How much trust weighs: factors on the score, by what is known of a thing."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

# A factor per token of a document's state, or of what it has; several multiply. Settings may override each.
WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {
        "verified": 1.30,
        "due_soon": 1.30,
        "solved": 1.12,
        "accepted": 1.12,
        "evidence:E1": 1.10,
        "evidence:E2": 1.05,
        "adoption": 1.08,
        "overdue": 0.85,
        "stale": 0.70,
        "obsolete": 0.35,
    }
)

REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "verified": "verified by an editor",
        "due_soon": "verified by an editor",
        "solved": "has a solution",
        "accepted": "accepted as the solution",
        "evidence:E1": "strong evidence",
        "evidence:E2": "moderate evidence",
        "adoption": "adopted by others",
        "overdue": "lower: its check is overdue",
        "stale": "lower: not checked for long",
        "obsolete": "lower: marked obsolete",
    }
)


def factor(states: Iterable[str], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return the product of the factors of these states."""
    product = 1.0
    for state in states:
        product *= weights.get(state, 1.0)
    return product


def reasons(states: Iterable[str], weights: Mapping[str, float] = WEIGHTS) -> tuple[str, ...]:
    """Return why a thing is ranked higher or lower than its words alone would have it."""
    told = (REASONS[state] for state in states if state in REASONS and weights.get(state, 1.0) != 1.0)
    return tuple(dict.fromkeys(told))
