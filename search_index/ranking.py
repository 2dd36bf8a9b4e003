"""How much trust weighs: factors on the score, by what is known of a thing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from base.clock import now

# Platforms change, so what is said of one ages: what is new gains the factor "fresh", of which half is left every year.
_HALVES_DAYS: Final = 365
_DAY: Final = 86_400

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
        "fresh": 1.10,
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
        "fresh": "recent, about a platform",
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


def today() -> int:
    """Return the number of the day, from 1970."""
    return int(now().timestamp()) // _DAY


def freshness(seconds: Any, day: int, weights: Mapping[str, float] = WEIGHTS) -> Any:
    """Return the factor of things about platforms that were active then (seconds from 1970), on this day."""
    age = day - seconds / _DAY
    return 1 + (weights.get("fresh", 1.0) - 1) * 0.5 ** (age * (age > 0) / _HALVES_DAYS)


def is_fresh(active: datetime, platforms: Iterable[str]) -> bool:
    """Say whether a thing about a platform is not yet a year old."""
    return any(platforms) and (now() - active).days < _HALVES_DAYS
