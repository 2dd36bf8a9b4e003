"""What an article is made of: its sections, and what each kind of article is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["how_to", "policy", "checklist", "guideline", "answer", "announcement"]
Recommendation = Literal["do", "consider", "avoid"]
Strength = Literal["strong", "conditional"]

PROMOTED: Final = "promoted"
"""Stands where a source says its section: the thread that a practice was started from."""
SUMMARY_WORDS: Final = 60
INTERVAL: Final = 180
LONG_INTERVAL: Final = 365
SHORT_INTERVAL: Final = 90
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
    approvals: int = 1
    labels: tuple[tuple[str, str], ...] = ()
    hints: tuple[tuple[str, str], ...] = ()

    def label_of(self, section: str) -> str:
        """Return the heading of a section in an article of this kind."""
        return dict(self.labels).get(section, BY_NAME[section].label)

    def hint_of(self, section: str) -> str:
        """Return what belongs into a section of an article of this kind."""
        return dict(self.hints).get(section, BY_NAME[section].hint)


TEMPLATES: Final[Mapping[str, Template]] = {
    template.kind: template
    for template in (
        Template("how_to", "How-to", "Steps that lead to a result."),
        Template(
            "policy",
            "Policy",
            "A rule to adopt, and whom it binds. Two people have to approve it.",
            approvals=2,
            labels=(("steps", "The rule"), ("applies", "Whom it binds")),
            hints=(
                ("steps", "The rule in sentences that can be adopted as they stand: must, must not, may."),
                ("applies", "Who has to follow it, where, and from when on."),
                ("tools", "Forms, templates and the office that decides in doubt."),
            ),
        ),
        Template(
            "checklist",
            "Checklist",
            "Points to go through one by one.",
            labels=(("steps", "Checklist"),),
            hints=(("steps", "One point a line, beginning with - [ ]. Each can be answered with yes or no."),),
        ),
        Template(
            "guideline",
            "Guideline",
            "Principles, with room for judgement.",
            interval_days=LONG_INTERVAL,
            labels=(("steps", "Guidance"),),
            hints=(("steps", "The principles, each with its reason, and where judgement is asked for."),),
        ),
        Template(
            "answer",
            "Answer",
            "One question, answered for good.",
            interval_days=LONG_INTERVAL,
            labels=(("steps", "Answer"), ("statement", "In short")),
            hints=(("steps", "The whole answer. Say first what is certain, then what depends."),),
        ),
        Template(
            "announcement",
            "Announcement",
            "News that holds for a while: what changes, from when on, and for whom.",
            interval_days=SHORT_INTERVAL,
            labels=(
                ("statement", "In short"),
                ("applies", "Whom it concerns"),
                ("applies_not", "Whom it does not concern"),
                ("steps", "What changes"),
                ("tools", "Where to ask"),
            ),
            hints=(
                ("statement", "The news in a sentence, with its date."),
                ("applies", "Who has to know or do something, and until when."),
                ("applies_not", "For whom everything stays as it is."),
                ("steps", "What is different, from when on, and what has to be done by then."),
                ("findings", "Who decided it, and where that can be read."),
                ("tools", "Who answers questions; forms and pages that are needed."),
            ),
        ),
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
