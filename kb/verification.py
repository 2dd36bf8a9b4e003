"""The verification state of an article: computed from what is stored, never stored itself.

Time passes, and the ground moves: a source is edited, a platform changes, readers disagree. What moved before the last
check was checked with it, so all of this is measured since then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from base.condition import Condition, one_of

State = Literal[
    "obsolete", "disputed", "stale", "source_changed", "platform_changed", "overdue", "unverified", "due_soon",
    "verified",
]  # fmt: skip

DUE_SOON: Final = timedelta(days=30)
STALE_AFTER: Final = timedelta(days=90)

SEVERITY: Final[tuple[State, ...]] = (
    "obsolete", "disputed", "stale", "source_changed", "platform_changed", "overdue", "unverified", "due_soon",
    "verified",
)  # fmt: skip
"""The worst first: it is the one a reader is told."""
TRUSTED: Final = frozenset({"verified", "due_soon"})
MOVED: Final[tuple[State, ...]] = ("disputed", "source_changed", "platform_changed")
"""States into which something outside the article brought it."""

_SOURCE: Final = """EXISTS (SELECT 1 FROM source_links gs WHERE gs.article_id = {a}.id
  AND gs.revision = {a}.published_revision AND gs.changed_at IS NOT NULL
  AND ({a}.verified_at IS NULL OR gs.changed_at > {a}.verified_at))"""
_PLATFORM: Final = """EXISTS (SELECT 1 FROM article_platforms gx
  JOIN platform_changes gp ON gp.platform_id = gx.platform_id
  WHERE gx.article_id = {a}.id AND gp.weight = 'major' AND gp.recorded_at > {a}.verified_at)"""
# A case among the sources that came out the other way, and that the article does not answer.
# The plus keeps SQLite from looking among everything that cites the thread instead of among the article's few sources.
_CONTRADICTED: Final = """EXISTS (SELECT 1 FROM source_links gs JOIN case_studies gc ON gc.thread_id = gs.thread_id
  JOIN threads gt ON gt.id = gs.thread_id WHERE gs.article_id = {a}.id AND gs.revision = {a}.published_revision
  AND gt.state = 'published'
  AND gc.direction = CASE {a}.recommendation WHEN 'avoid' THEN 'worked' ELSE 'did_not_work' END
  AND NOT EXISTS (SELECT 1 FROM source_links gz WHERE gz.article_id = {a}.id AND gz.revision = gs.revision
    AND +gz.thread_id = gs.thread_id AND gz.addressed <> ''))"""
# Readers of the published version whom it did not help are more than the others; from ten on, and since the last check.
_UNHELPFUL: Final = """(SELECT COUNT(*) >= 10 AND SUM(CASE WHEN gv.helpful THEN 1 ELSE 0 END) * 2 < COUNT(*)
  FROM helpful_votes gv WHERE gv.article_id = {a}.id AND gv.revision = {a}.published_revision
  AND ({a}.verified_at IS NULL OR gv.at > {a}.verified_at))"""
_DISPUTED: Final = f"({_CONTRADICTED} OR {_UNHELPFUL})"
_GROUND: Final[dict[State, str]] = {"disputed": _DISPUTED, "source_changed": _SOURCE, "platform_changed": _PLATFORM}


def moved_column(alias: str = "a") -> str:
    """Return the column `moved`: the states the ground brought an article into, with commas."""
    parts = (f"CASE WHEN {_GROUND[state].format(a=alias)} THEN '{state},' ELSE '' END" for state in MOVED)
    return f"({' || '.join(parts)}) AS moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the verification state of an article depends on; `moved` are the states the ground brought it into."""

    state: str
    published_revision: int
    verified_revision: int
    due_at: datetime | None
    moved: frozenset[str] = frozenset()


def states_of(article: Standing, at: datetime) -> tuple[State, ...]:
    """Return every state an article is in at a moment, the worst first."""
    found: set[str] = set(article.moved)
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


def state_column(at: datetime, alias: str = "a") -> Condition:
    """Return the state a reader is told, as SQL; the same answer as state_of."""
    bound = "({a}.verified_revision <> 0 AND {a}.verified_revision = {a}.published_revision)"
    sql = (
        "CASE WHEN {a}.state = 'obsolete' THEN 'obsolete' WHEN " + _DISPUTED + " THEN 'disputed' "
        "WHEN " + bound + " AND {a}.due_at <= ? THEN 'stale' WHEN " + _SOURCE + " THEN 'source_changed' "
        "WHEN " + _PLATFORM + " THEN 'platform_changed' WHEN NOT " + bound + " THEN 'unverified' "
        "WHEN {a}.due_at <= ? THEN 'overdue' WHEN {a}.due_at <= ? THEN 'due_soon' ELSE 'verified' END"
    )
    return Condition(sql.format(a=alias), (at - STALE_AFTER, at, at + DUE_SOON))


def in_states(states: Iterable[str], at: datetime, alias: str = "a") -> Condition:
    """Return the condition that picks the articles in one of these states."""
    column = state_column(at, alias)
    wanted = one_of(f"({column.sql})", states)
    return Condition(wanted.sql, column.values + wanted.values) if wanted.values else wanted


def in_state(state: State, at: datetime, alias: str = "a") -> Condition:
    """Return the condition that picks the articles in a state; the same answer as state_of."""
    return in_states((state,), at, alias)
