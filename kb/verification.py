"""The verification state of an article: computed from what is stored, never stored itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from base.condition import Condition

State = Literal["obsolete", "stale", "overdue", "unverified", "due_soon", "verified"]

DUE_SOON: Final = timedelta(days=30)
STALE_AFTER: Final = timedelta(days=90)

SEVERITY: Final[tuple[State, ...]] = ("obsolete", "stale", "overdue", "unverified", "due_soon", "verified")
"""The worst first: it is the one a reader is told."""
TRUSTED: Final = frozenset({"verified", "due_soon"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the verification state of an article depends on."""

    state: str
    published_revision: int
    verified_revision: int
    due_at: datetime | None


def states_of(article: Standing, at: datetime) -> tuple[State, ...]:
    """Return every state an article is in at a moment, the worst first."""
    found: set[State] = set()
    if article.state == "obsolete":
        found.add("obsolete")
    if not article.verified_revision or article.verified_revision != article.published_revision:
        found.add("unverified")
    else:
        found.add(_by_date(article.due_at, at))
    return tuple(state for state in SEVERITY if state in found)


def state_of(article: Standing, at: datetime) -> State:
    """Return the state a reader is told."""
    return states_of(article, at)[0]


def _by_date(due: datetime | None, at: datetime) -> State:
    if due is None:
        return "verified"
    if at >= due + STALE_AFTER:
        return "stale"
    if at >= due:
        return "overdue"
    return "due_soon" if at >= due - DUE_SOON else "verified"


def in_state(state: State, at: datetime, alias: str = "a") -> Condition:
    """Return the condition that picks the articles in a state; the same answer as state_of."""
    bound = f"{alias}.verified_revision <> 0 AND {alias}.verified_revision = {alias}.published_revision"
    by_date: Mapping[str, Condition] = {
        "stale": Condition(f"{alias}.due_at <= ?", (at - STALE_AFTER,)),
        "overdue": Condition(f"{alias}.due_at <= ? AND {alias}.due_at > ?", (at, at - STALE_AFTER)),
        "due_soon": Condition(f"{alias}.due_at > ? AND {alias}.due_at <= ?", (at, at + DUE_SOON)),
        "verified": Condition(f"({alias}.due_at IS NULL OR {alias}.due_at > ?)", (at + DUE_SOON,)),
    }
    if state == "obsolete":
        return Condition(f"{alias}.state = 'obsolete'")
    current = Condition(f"{alias}.state <> 'obsolete'")
    if state == "unverified":
        return current & Condition(f"NOT ({bound})")
    return current & Condition(bound) & by_date[state]
