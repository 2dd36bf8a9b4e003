"""What a draft still needs before it can go to review."""

from typing import Final

from forum.evidence import WORDS, Ceiling
from kb.content import Content
from kb.sections import SECTIONS, SUMMARY_WORDS, TEMPLATES

SHORTEST_TITLE: Final = 15
SHORTEST_WHY: Final = 10


def missing_for_review(kind: str, content: Content, ceiling: Ceiling) -> dict[str, str]:
    """Return a sentence for every field that is not ready, in the words of its kind; empty when it can be sent."""
    template = TEMPLATES[kind]
    found: dict[str, str] = {}
    if len(content.title) < SHORTEST_TITLE:
        found["title"] = f"A title of at least {SHORTEST_TITLE} characters says what the practice is about."
    words = len(content.summary.split())
    if not words:
        found["summary"] = "A summary is needed: it is what readers and search show first."
    elif words > SUMMARY_WORDS:
        found["summary"] = f"The summary has {words} words; {SUMMARY_WORDS} are the most."
    for section in SECTIONS:
        if section.needed and not content.sections.get(section.name, "").strip():
            found[section.name] = f"“{template.label_of(section.name)}” is empty. {template.hint_of(section.name)}"
    if not ceiling.allows(content.evidence):
        found["evidence"] = f"The sources allow {WORDS[ceiling.grade]} at most. {ceiling.reason}"
    if len(content.evidence_why) < SHORTEST_WHY:
        found["evidence_why"] = "Please write a sentence: why this grade?"
    return found
