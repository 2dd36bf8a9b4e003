"""What an article is made of: its sections, and what each kind of article is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["how_to", "policy", "checklist", "guideline", "answer"]
Recommendation = Literal["do", "consider", "avoid"]
Strength = Literal["strong", "conditional"]

SUMMARY_WORDS: Final = 60
INTERVAL: Final = 180
PLATFORM_INTERVAL: Final = 90


@dataclass(frozen=True, slots=True)
class Section:
    """One part of every article: `name` is its key and its anchor, `hint` says what belongs there."""

    name: str
    label: str
    hint: str
    needed: bool = False
    rows: int = 5


SECTIONS: Final = (
    Section("statement", "Recommendation", "What to do, in a sentence or two that can stand alone.", rows=3),
    Section("applies", "When it applies", "The setting, size, platform and audience it was tried with.", rows=3),
    Section("applies_not", "When it does not", "Where it failed, or where nobody has tried it.", rows=3),
    Section("steps", "Steps", "What to do, in order. One step a line, beginning with 1.", needed=True, rows=10),
    Section(
        "privacy",
        "Privacy and compliance",
        "What must not be shown or said, who has to agree, which rules apply. Write “nothing special” if that is so.",
        needed=True,
    ),
    Section("findings", "Evidence", "What was measured, where, and how sure we are.", rows=4),
    Section("examples", "Examples", "Who did it, and what came of it.", rows=4),
    Section("metrics", "Metrics to watch", "What to count, so that one sees whether it works.", rows=3),
    Section("tools", "Tools", "Templates, forms and software that help.", rows=3),
)
NAMES: Final = tuple(section.name for section in SECTIONS)
BY_NAME: Final[Mapping[str, Section]] = {section.name: section for section in SECTIONS}


@dataclass(frozen=True, slots=True)
class Template:
    """A kind of article: what it is for and which words its sections go by."""

    kind: Kind
    label: str
    about: str
    interval_days: int = INTERVAL
    labels: tuple[tuple[str, str], ...] = ()

    def label_of(self, section: str) -> str:
        """Return the heading of a section in an article of this kind."""
        return dict(self.labels).get(section, BY_NAME[section].label)


TEMPLATES: Final[Mapping[str, Template]] = {
    template.kind: template
    for template in (
        Template("how_to", "How-to", "Steps that lead to a result."),
        Template("policy", "Policy", "A rule to adopt, and whom it binds.", labels=(("steps", "The rule"),)),
        Template("checklist", "Checklist", "Points to go through one by one.", labels=(("steps", "Checklist"),)),
        Template("guideline", "Guideline", "Principles, with room for judgement.", labels=(("steps", "Guidance"),)),
        Template("answer", "Answer", "One question, answered for good.", labels=(("steps", "Answer"),)),
    )
}
RECOMMENDATIONS: Final[Mapping[str, str]] = {"do": "Do", "consider": "Consider", "avoid": "Avoid"}
STRENGTHS: Final[Mapping[str, str]] = {"strong": "Strong", "conditional": "Conditional"}
SIGNIFICANCES: Final[Mapping[str, str]] = {
    "typo": "Typing errors only",
    "content": "Content, with the same advice",
    "advice": "Changes the advice",
}


def interval_for(kind: str, *, platform_specific: bool) -> int:
    """Return after how many days an article has to be checked again."""
    usual = TEMPLATES[kind].interval_days
    return min(usual, PLATFORM_INTERVAL) if platform_specific else usual
