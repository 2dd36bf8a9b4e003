"""The words of one revision, as one value: compared, merged and sealed as a whole."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from base.text.difference import Change, word_difference
from base.text.merge import Conflict, three_way
from kb.sections import NAMES, RECOMMENDATIONS, SECTIONS, STRENGTHS, TEMPLATES

CHOICES: Final = ("recommendation", "strength", "evidence")
LINES: Final = ("title", "evidence_why")
_READING_SPEED: Final = 230
_TYPO_WORDS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a revision says."""

    title: str
    summary: str = ""
    sections: Mapping[str, str]
    recommendation: str = "consider"
    strength: str = "conditional"
    evidence: str = "E4"
    evidence_why: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Read it from a row of article_revisions."""
        sections = row["sections"]
        known = json.loads(sections) if isinstance(sections, str) else sections
        return cls(
            title=row["title"],
            summary=row["summary"],
            sections={name: str(known[name]) for name in NAMES if known.get(name)},
            recommendation=row["recommendation"],
            strength=row["strength"],
            evidence=row["evidence"],
            evidence_why=row["evidence_why"],
        )

    def columns(self) -> dict[str, Any]:
        """Return it as columns of article_revisions."""
        return {
            "title": self.title,
            "summary": self.summary,
            "sections": dict(self.sections),
            **{name: getattr(self, name) for name in (*CHOICES, "evidence_why")},
        }

    def texts(self) -> dict[str, str]:
        """Return every field by name, as text, in the order in which it is read."""
        return {
            "title": self.title,
            "summary": self.summary,
            "recommendation": f"{RECOMMENDATIONS[self.recommendation]} ({STRENGTHS[self.strength].lower()})",
            **{name: self.sections.get(name, "") for name in NAMES},
            "evidence": self.evidence,
            "evidence_why": self.evidence_why,
        }

    def changed(self, given: Mapping[str, Any]) -> "Content":
        """Return it with the given fields; those that are None stay as they are."""
        new = {name: value for name, value in given.items() if value is not None}
        sections = {name: str(new.get(name, self.sections.get(name, ""))) for name in NAMES}
        others = {name: new[name] for name in (*LINES, "summary", *CHOICES) if name in new}
        return replace(self, sections={name: text for name, text in sections.items() if text.strip()}, **others)

    def fingerprint(self) -> str:
        """Return the seal of these words: the same words have the same one."""
        return hashlib.sha256(json.dumps(self.columns(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def minutes(self) -> int:
        """Return how long it takes to read, at least one minute."""
        words = sum(len(text.split()) for text in (self.summary, *self.sections.values()))
        return max(1, round(words / _READING_SPEED))


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one field, word by word; `label` is its heading."""

    name: str
    label: str
    changes: tuple[Change, ...]


LABELS: Final[Mapping[str, str]] = {
    "title": "Title",
    "summary": "Summary",
    **{section.name: section.label for section in SECTIONS},
    "recommendation": "Advice",
    "strength": "How strongly",
    "evidence": "Evidence grade",
    "evidence_why": "Why this grade",
}


def labels_of(kind: str) -> dict[str, str]:
    """Return what every field is called in an article of this kind."""
    return {**LABELS, **{name: TEMPLATES[kind].label_of(name) for name in NAMES}}


def differences(old: Content, new: Content, kind: str = "how_to") -> tuple[Difference, ...]:
    """Return the fields that differ, in the order in which they are read, called as in an article of this kind."""
    before, after, labels = old.texts(), new.texts(), labels_of(kind)
    return tuple(
        Difference(name, labels[name], tuple(word_difference(before[name], after[name])))
        for name in before
        if before[name] != after[name]
    )


def only_typos(old: Content, new: Content) -> bool:
    """Say whether so little changed that it can pass for typing errors: a few words, and nothing of the advice."""
    if any(getattr(old, name) != getattr(new, name) for name in CHOICES) or set(old.sections) != set(new.sections):
        return False
    return _changed_words(differences(old, new)) <= _TYPO_WORDS


def _changed_words(found: Iterable[Difference]) -> int:
    return sum(
        max(
            sum(len(change.text.split()) for change in difference.changes if change.kind == kind)
            for kind in ("added", "removed")
        )
        for difference in found
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """Two edits in one; `conflicts` names the fields where both changed the same lines."""

    content: Content
    conflicts: Mapping[str, tuple[Conflict, ...]]


def merge(base: Content, mine: Content, theirs: Content) -> Merged:
    """Carry both edits into one content; where they touch, mine stands and the conflict is told."""
    conflicts: dict[str, tuple[Conflict, ...]] = {}
    kept: dict[str, str] = {}
    for name in (*CHOICES, *LINES):
        before, my_value, their_value = (str(getattr(one, name)) for one in (base, mine, theirs))
        kept[name] = their_value if my_value == before else my_value
        if my_value != before and their_value not in (before, my_value):
            conflicts[name] = (Conflict(1, before, my_value, their_value),)
    for name in ("summary", *NAMES):
        found = three_way(*(_text(one, name) for one in (base, mine, theirs)))
        kept[name] = found.text
        if found.conflicts:
            conflicts[name] = found.conflicts
    return Merged(theirs.changed(kept), conflicts)


def _text(content: Content, name: str) -> str:
    return content.summary if name == "summary" else content.sections.get(name, "")
