"""The filters of the list of practices: what each asks for, and how many articles have each value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from base.clock import now
from base.condition import ALWAYS, Condition, one_of
from base.db import rows
from forum.evidence import GRADES, WORDS
from forum.queries.topic_tree import CLOSURE, below
from kb.rules import visible_articles
from kb.sections import TEMPLATES
from kb.verification import SEVERITY, in_states, state_column
from members.viewer import Viewer

STATE_WORDS: Final[Mapping[str, str]] = {
    "verified": "Verified",
    "due_soon": "Check due soon",
    "source_changed": "Source changed",
    "platform_changed": "Platform changed",
    "disputed": "Disputed",
    "overdue": "Check overdue",
    "stale": "Out of date",
    "unverified": "Not verified",
    "obsolete": "Obsolete",
}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {kind: template.label for kind, template in TEMPLATES.items()},
    "state": STATE_WORDS,
    "evidence": {grade: WORDS[grade] for grade in GRADES},
}
_LABELS: Final = (
    ("kind", "Kind"),
    ("state", "Verification"),
    ("evidence", "Evidence"),
    ("platform", "Platform"),
    ("tag", "Topic"),
)
FILTERS: Final = tuple(name for name, _ in _LABELS)

Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, and how many articles have it."""

    value: str
    label: str
    count: int
    on: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One filter with its values."""

    name: str
    label: str
    options: tuple[Option, ...]


def readable_articles(viewer: Viewer, *, obsolete: bool = False) -> Condition:
    """Return which articles stand in lists for the viewer."""
    states = ("published", "obsolete") if obsolete else ("published",)
    return visible_articles(viewer) & one_of("a.state", states)


def filtered(chosen: Chosen) -> Condition:
    """Ask for one of the values in every filter that is on."""
    condition = ALWAYS
    if kinds := chosen.get("kind"):
        condition = condition & one_of("a.kind", kinds)
    if grades := chosen.get("evidence"):
        condition = condition & one_of("a.evidence", grades)
    if slugs := chosen.get("platform"):
        wanted = one_of("p.slug", slugs)
        condition = condition & Condition(
            "EXISTS (SELECT 1 FROM article_platforms x JOIN platforms p ON p.id = x.platform_id "  # noqa: S608
            f"WHERE x.article_id = a.id AND {wanted.sql})",
            wanted.values,
        )
    if slugs := chosen.get("tag"):
        wanted = one_of("g.slug", slugs)
        condition = condition & Condition(
            f"a.id IN (SELECT x.article_id FROM article_tags x WHERE x.tag_id IN ({below(wanted.sql)}))",  # noqa: S608
            wanted.values,
        )
    if states := [state for state in SEVERITY if state in chosen.get("state", ())]:
        condition = condition & in_states(states, now())
    return condition


async def filter_groups(viewer: Viewer, chosen: Chosen) -> tuple[Group, ...]:
    """Count what there is for every value of every filter, in one statement."""
    counts = _counts(viewer)
    found = await rows(
        " UNION ALL ".join(one.sql for one in counts), *(value for one in counts for value in one.values)
    )
    return tuple(
        Group(name, label, _options(name, [row for row in found if row["what"] == name], chosen.get(name, ())))
        for name, label in _LABELS
    )


def _counts(viewer: Viewer) -> list[Condition]:
    """Return statements that count, each with its values."""
    current, column = readable_articles(viewer), state_column(now())
    every = readable_articles(viewer, obsolete=True)
    grouped = [
        f"SELECT 'kind' AS what, a.kind AS value, a.kind AS label, COUNT(*) AS number FROM articles a "  # noqa: S608
        f"WHERE {current.sql} GROUP BY a.kind",
        f"SELECT 'evidence', a.evidence, a.evidence, COUNT(*) FROM articles a "  # noqa: S608
        f"WHERE {current.sql} GROUP BY a.evidence",
        "SELECT 'platform', p.slug, p.name, COUNT(*) FROM articles a JOIN article_platforms x ON x.article_id = a.id "  # noqa: S608
        f"JOIN platforms p ON p.id = x.platform_id WHERE {current.sql} GROUP BY p.slug, p.name",
        "SELECT 'tag', t.slug, t.name, COUNT(DISTINCT a.id) FROM articles a "  # noqa: S608
        f"JOIN article_tags x ON x.article_id = a.id JOIN ({CLOSURE}) c ON c.id = x.tag_id JOIN tags t ON t.id = c.top "
        f"WHERE {current.sql} GROUP BY t.slug, t.name",
    ]
    states = Condition(
        f"SELECT 'state', z.state, '', COUNT(*) FROM (SELECT {column.sql} AS state FROM articles a "  # noqa: S608
        f"WHERE {every.sql}) z GROUP BY z.state",
        column.values + every.values,
    )
    return [*(Condition(sql, current.values) for sql in grouped), states]


def _options(name: str, found: Sequence[Mapping[str, Any]], on: Sequence[str]) -> tuple[Option, ...]:
    words = _VALUES.get(name)
    listed = [
        Option(row["value"], words[row["value"]] if words else row["label"], row["number"], row["value"] in on)
        for row in found
        if row["number"]
    ]
    if words is None:
        return tuple(sorted(listed, key=lambda one: (-one.count, one.label.lower())))
    order = list(words)
    return tuple(sorted(listed, key=lambda one: order.index(one.value)))
