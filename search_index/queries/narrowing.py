"""Facets of a results page: links that narrow it, and chips that widen it again."""

from dataclasses import dataclass, replace
from typing import Final

from members.places import country_name
from search_index.found import Count
from search_index.queries.asked import Asked
from search_index.wording import parts

SHOWN: Final = ("type", "platform", "state", "evidence", "tag", "organisation", "country", "language", "year")
NAMES: Final = {
    "type": "Type", "platform": "Platform", "state": "State", "tag": "Topic", "organisation": "Organisation",
    "country": "Country", "language": "Language", "year": "Year", "has": "Contains", "direction": "Result",
    "evidence": "Evidence",
}  # fmt: skip
WORDS: Final = {
    "question": "Questions", "case_study": "Case studies", "discussion": "Discussions",
    "announcement": "Announcements", "article": "Practices", "member": "People", "organisation": "Organisations",
    "collection": "Collections",
    "answer": "Answers", "comment": "Comments", "reply": "Replies", "summary": "Answers so far",
    "solved": "Solved", "unanswered": "Needs an answer",
    "answered": "Answered", "verified": "Verified", "due_soon": "Check due soon", "overdue": "Check overdue",
    "stale": "Not checked for long", "obsolete": "Obsolete", "accepted": "Accepted answer",
    "did_not_work": "Did not work", "worked": "Worked", "mixed": "Mixed", "metrics": "Measurements",
    "attachment": "Attachments", "poll": "Poll", "unverified": "Not verified", "open": "Open",
    "source_changed": "A source changed", "platform_changed": "A platform changed", "disputed": "Disputed",
}  # fmt: skip
EVIDENCE: Final = "evidence:"
GRADES: Final = {"E1": "Strong", "E2": "Moderate", "E3": "Suggestive", "E4": "Experience"}
LANGUAGES: Final = {
    "en": "English", "nl": "Dutch", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: where its link leads, how many things there are, and whether it is on."""

    label: str
    count: int
    url: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet with its values."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, with the address of the same search without it."""

    label: str
    url: str


def words_for(facet: str, value: str) -> str:
    """Return a value of a facet as people call it."""
    if facet == "country":
        return country_name(value)
    if facet == "language":
        return LANGUAGES.get(value, value)
    if value.startswith(EVIDENCE):
        return GRADES.get(value.removeprefix(EVIDENCE), value)
    return WORDS.get(value, value) if facet in {"type", "state", "has", "direction"} else value


def outside(asked: Asked) -> Asked:
    """Return the same search in everything instead of one thread."""
    kept = [part for part in parts(asked.text) if not part.lower().startswith("in:")]
    text = " ".join(kept) if len(kept) < len(parts(asked.text)) else asked.text
    return replace(asked, text=text, within=0, page=1)


def facets_of(asked: Asked, counts: dict[str, tuple[Count, ...]], total: int) -> tuple[Facet, ...]:
    """Return the facets worth showing: those that would narrow the results, or are on."""
    facets = []
    for name in SHOWN:
        of = "state" if name == "evidence" else name
        on = asked.filters.get(of, ())
        options = [
            Option(words_for(name, one.value), one.number, asked.toggled(of, one.value).address(), one.value in on)
            for one in counts.get(of, ())
            if of != "state" or one.value.startswith(EVIDENCE) == (name == "evidence")
        ]
        if any(option.on or option.count < total for option in options):
            options.sort(key=lambda option: not option.on)
            facets.append(Facet(name, NAMES[name], tuple(options)))
    return tuple(facets)


def chips_of(asked: Asked, place: str = "") -> tuple[Chip, ...]:
    """Return the filters of the address, each removable; `place` is the title of the thread that is searched in."""
    chips = [Chip(f"In: {place}", outside(asked).address())] if place else []
    chips += [
        Chip(f"{NAMES[facet]}: {words_for(facet, value)}", asked.toggled(facet, value).address())
        for facet, values in asked.filters.items()
        for value in values
    ]
    if asked.after:
        chips.append(Chip(f"After {asked.after}", replace(asked, after="", page=1).address()))
    if asked.before:
        chips.append(Chip(f"Before {asked.before}", replace(asked, before="", page=1).address()))
    return tuple(chips)
